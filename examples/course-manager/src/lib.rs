//! A training company's course manager: its own tables, with the customer portal inside. Made to be copied.
//!
//! What a host writes is in `tables.rs` and `contacts.rs` (changes), `directory.rs`, `records.rs`, `people.rs` and `profile.rs` (reads), `rows.rs` (a row
//! as facts), `link.rs`, `documents.rs` and `till.rs` (who takes the money), `books.rs` (who keeps the books), `post.rs` (where messages go), and `key.rs` (the portal's secret); [`CourseManager::open`] puts it together. The rest is a year of made-up data and a customer walking through it.
mod books;
mod contacts;
mod cursor;
mod directory;
mod documents;
mod embed;
mod key;
mod link;
mod people;
mod post;
#[cfg(feature = "postgres")]
mod postgres;
mod profile;
mod query;
mod records;
mod rows;
mod schema;
mod seed;
pub mod strangers;
mod tables;
mod till;
mod walk;

pub use books::Accounting;
pub use embed::{Adapters, CourseManager};
#[cfg(all(feature = "postgres", unix))]
pub use postgres::PostgresServer;
pub use till::Payments;
pub use walk::{DEMO_PASSWORD, walk};
