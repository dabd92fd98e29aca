//! The store on `PostgreSQL` 15 or newer: in the host's own database, through a pool of connections that several processes may share it by.
//!
//! Time goes into round trips, so what belongs together is one statement: a commit to [`MirrorTables`] is one, from claiming the command to the
//! outbox, and a host's own tables cost three besides its own. That is why the tables come with functions of their own (`portal_…`, made by
//! [`Postgres::migrate`]): each runs as whoever calls it.
//!
//! Every table has the tenant as the first column of every key, and row-level security as a second wall: a connection sees the rows of the tenant
//! that the transaction has named in `portal.tenant`, and none without. The wall binds the owner of the tables too, but never a superuser: connect
//! as a role that is none.
//!
//! What is committed is as durable as the server's `synchronous_commit` says; leave it on.
//!
//! The futures need a tokio runtime.
#[cfg(feature = "accounting")]
mod accounting;
#[cfg(feature = "accounts")]
mod accounts;
mod audit;
mod check;
mod commit;
mod effects;
mod error;
mod handle;
mod host;
mod messages;
mod migrate;
#[cfg(feature = "mirror")]
mod mirror;
mod outbox;
#[cfg(feature = "payments")]
mod payments;
mod retry;
mod seal;
mod store;
#[cfg(feature = "tokens")]
mod tokens;
mod tries;
mod written;

pub use commit::commit_in;
pub use error::store_error;
pub use handle::Postgres;
pub use host::HostTables;
#[cfg(feature = "mirror")]
pub use mirror::MirrorTables;
pub use sqlx;
pub use store::PostgresStore;
