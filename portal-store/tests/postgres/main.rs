//! What the store on `PostgreSQL` promises, beyond what every store does.
#![cfg(all(feature = "postgres", feature = "mirror"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#[cfg(feature = "accounts")]
mod accounts;
#[cfg(feature = "accounts")]
mod allowances;
mod audit;
#[cfg(feature = "accounting")]
mod books;
mod commits;
mod host;
mod imports;
mod migrations;
mod outbox;
#[cfg(feature = "payments")]
mod payments;
#[cfg(feature = "accounts")]
mod people;
#[cfg(all(feature = "accounting", feature = "accounts"))]
mod plans;
mod processes;
mod proxy;
#[path = "../releases/mod.rs"]
mod releases;
mod retries;
#[path = "../postgres_server/mod.rs"]
mod server;
#[cfg(all(feature = "accounting", feature = "accounts"))]
#[path = "../../src/sources.rs"]
mod sources;
mod statements;
mod stops;
#[cfg(feature = "tokens")]
mod tokens;
mod wall;
