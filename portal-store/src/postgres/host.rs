use std::fmt::Debug;

use async_trait::async_trait;
use portal_core::{Change, Decision, Expectation, StoreError};
use sqlx::PgConnection;

/// All a host with tables of its own writes: two matches, in plain SQL, inside the portal's transaction.
///
/// Neither may begin, commit or roll back: the transaction is the portal's. An error, or a panic, undoes this one command.
///
/// The transaction is `read committed`: it sees what others committed a moment ago, and others go on meanwhile. What is expected must therefore be
/// locked as it is read (`select … for update`), so that of two who expect the same the second waits, and reads what the first has written.
#[async_trait]
pub trait HostTables: Debug + Send + Sync + 'static {
    /// Whether this is still so, and stays so until the transaction ends: reads `for update`.
    ///
    /// [`Expectation::Unchanged`] compares the version a record was read with to the one it has now; a record that is gone has changed.
    /// [`Expectation::TriesLeft`] never gets here, nor does an account or a request for one. What is unknown is [`StoreError::Unsupported`].
    ///
    /// # Errors
    /// When the tables cannot be read.
    async fn holds(
        &self,
        tx: &mut PgConnection,
        expectation: &Expectation,
    ) -> Result<bool, StoreError>;

    /// Makes this so. The decision it is part of says who asked and when, and [`CommandId::derive`](portal_core::CommandId::derive) gives new records
    /// ids that a repeat gives again. What is unknown is [`StoreError::Unsupported`], never ignored; what the host's own routine will not have is
    /// [`StoreError::Rejected`]. Changes of accounts never get here.
    ///
    /// # Errors
    /// When the tables cannot be written. Errors of the database come through [`store_error`](super::store_error), so that a deadlock is known for
    /// one, and the command tried again.
    async fn apply(
        &self,
        tx: &mut PgConnection,
        change: &Change,
        decision: &Decision,
    ) -> Result<(), StoreError>;
}
