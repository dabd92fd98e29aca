//! The store on `SQLite`: one database file, shared with the host's own tables.
//!
//! One thread writes, taking every command that waits into one transaction, so that many share the cost of making it durable; each is undone alone
//! if it fails, and answered only once all of it is on disk. Other threads read, each use case from one snapshot, and never wait for the writer.
//! No runtime is needed: the futures only wait for an answer.
#[cfg(feature = "accounting")]
mod accounting;
#[cfg(feature = "accounts")]
mod accounts;
mod audit;
mod check;
mod commit;
mod connect;
mod effects;
mod error;
mod handle;
mod host;
mod messages;
mod migrate;
#[cfg(feature = "mirror")]
mod mirror;
mod open;
mod outbox;
#[cfg(feature = "payments")]
mod payments;
mod queue;
mod reader;
mod seal;
#[cfg(any(
    feature = "accounts",
    feature = "mirror",
    feature = "payments",
    feature = "tokens"
))]
mod statement;
mod store;
#[cfg(feature = "tokens")]
mod tokens;
mod tries;
mod work;
mod writer;

pub use commit::commit_in;
pub use error::{OpenError, store_error};
pub use handle::Sqlite;
pub use host::HostTables;
#[cfg(feature = "mirror")]
pub use mirror::MirrorTables;
pub use open::SqliteOptions;
pub use rusqlite;
pub use store::SqliteStore;

#[cfg(test)]
mod plans;
