//! Where the customer portal keeps what it owes and what was done.
//!
//! A command, the host's own rows, the effects it owes and its line in the audit trail share one transaction, in the host's own database. Open a
//! [`sqlite::Sqlite`], call [`migrate`](sqlite::Sqlite::migrate) once at start-up, and bind a store to each tenant:
//!
//! ```no_run
//! # async fn wire(tables: std::sync::Arc<impl portal_store::sqlite::HostTables>) -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use portal_store::sqlite::Sqlite;
//!
//! let db = Sqlite::open("courses.db")?;
//! db.migrate().await?;
//! let store = Arc::new(db.tenant("acme", tables));
//! # Ok(())
//! # }
//! ```
//!
//! A host with tables of its own writes two matches, [`HostTables`](sqlite::HostTables); a host that keeps none uses
//! [`MirrorTables`](sqlite::MirrorTables) and fills them by import.
//!
//! With the feature `postgres` the same is there on `PostgreSQL`, under `portal_store::postgres`.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod chain;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod cursor;
#[cfg(all(feature = "mirror", any(feature = "postgres", feature = "sqlite")))]
mod import;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod owed;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod schema;
#[cfg(all(test, feature = "sqlite"))]
mod sources;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod trail;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod wire;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use chain::{AuditCheck, AuditFault, AuditHead};
#[cfg(all(feature = "mirror", any(feature = "postgres", feature = "sqlite")))]
pub use import::{Import, Imported};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use schema::{MigrateError, Migrated};

/// The host in the README is run with the other examples.
#[cfg(all(doctest, feature = "mirror", feature = "sqlite"))]
#[doc = include_str!("../../README.md")]
struct Readme;
