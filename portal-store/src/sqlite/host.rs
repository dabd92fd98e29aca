use std::fmt::Debug;

use portal_core::{Change, Decision, Expectation, StoreError};
use rusqlite::Connection;

/// All a host with tables of its own writes: two matches, in plain SQL, inside the portal's transaction.
///
/// Neither may begin, commit or roll back: the transaction is shared. An error, or a panic, undoes this one command.
pub trait HostTables: Debug + Send + Sync + 'static {
    /// Whether this is still so.
    ///
    /// [`Expectation::Unchanged`] compares the version a record was read with to the one it has now; a record that is gone has changed.
    /// [`Expectation::TriesLeft`] never gets here. What is unknown is [`StoreError::Unsupported`].
    ///
    /// # Errors
    /// When the tables cannot be read.
    fn holds(&self, tx: &Connection, expectation: &Expectation) -> Result<bool, StoreError>;

    /// Makes this so. The decision it is part of says who asked and when, and [`CommandId::derive`](portal_core::CommandId::derive) gives new records
    /// ids that a repeat gives again. What is unknown is [`StoreError::Unsupported`], never ignored.
    ///
    /// # Errors
    /// When the tables cannot be written.
    fn apply(
        &self,
        tx: &Connection,
        change: &Change,
        decision: &Decision,
    ) -> Result<(), StoreError>;
}
