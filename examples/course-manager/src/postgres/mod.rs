//! The portal on `PostgreSQL`, for a course manager that stays where it is.
//!
//! Many hosts cannot have the portal write to their own database. This one hands its records over to the portal's mirror tables, and brings home what customers
//! did there: what was changed is noted in the same transaction, done to the course manager's own rows once, and told again by the next hand-over.
mod bridge;
#[cfg(unix)]
mod server;

pub(crate) use bridge::{Branch, Bridge};
#[cfg(unix)]
pub use server::PostgresServer;
