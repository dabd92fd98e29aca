use std::{fmt, path::Path, sync::Arc};

use portal_core::StoreError;
use rusqlite::Connection;

use super::{
    HostTables, OpenError, SqliteOptions, SqliteStore,
    queue::Queue,
    work::{self, Job},
};

/// One database file: a thread that writes, and threads that read.
///
/// Cheap to clone. When the last clone, and the last store made from one, is gone, the threads finish what they have accepted and end.
#[derive(Clone)]
pub struct Sqlite(Arc<Threads>);

pub(super) type Jobs = Arc<Queue<Box<dyn Job>>>;

/// What the threads take their work from. Dropping it lets them end.
pub(super) struct Threads {
    writes: Jobs,
    reads: Jobs,
}

impl Sqlite {
    /// Opens the file, making it if it is not there, with two readers. Adds no tables: see [`Sqlite::migrate`].
    ///
    /// The file must lie on a local disk. What is committed is on disk before it is answered (`WAL`, `synchronous = full`).
    ///
    /// # Errors
    /// When the file is not a database, is damaged, or cannot be reached, written or shared.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::options().open(path)
    }

    /// Opens the file otherwise than usual.
    #[must_use]
    pub fn options() -> SqliteOptions {
        SqliteOptions::default()
    }

    /// Reads whatever a use case needs, in one go: everything `f` reads is from one snapshot, and it never waits for a writer.
    ///
    /// `f` cannot write, and must not begin or end a transaction.
    ///
    /// # Errors
    /// What `f` answers; [`StoreError::Unavailable`] when it panics or the database cannot be read.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (job, answer) = work::job(f);
        self.0.reads.push(job);
        work::answered(answer).await
    }

    /// Writes the host's own rows, through the same thread that writes the portal's, so that the two never wait for each other's locks.
    ///
    /// All of it or none: an error, or a panic, undoes what `f` wrote. Answers once it is on disk. `f` shares the transaction with others, so it must
    /// not begin or end one.
    ///
    /// # Errors
    /// What `f` answers; [`StoreError::Unavailable`] when it panics or the database cannot be written.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (job, answer) = work::job(f);
        self.0.writes.push(job);
        work::answered(answer).await
    }

    /// The store of one tenant. No method of it takes a tenant, and none sees another's rows.
    pub fn tenant<H: HostTables>(&self, tenant: &str, tables: Arc<H>) -> SqliteStore {
        SqliteStore::new(self.clone(), tenant.into(), tables)
    }

    pub(super) fn new(threads: Threads) -> Self {
        Self(Arc::new(threads))
    }
}

impl Threads {
    pub(super) fn new() -> Self {
        Self {
            writes: Arc::new(Queue::new()),
            reads: Arc::new(Queue::new()),
        }
    }

    pub(super) fn writes(&self) -> Jobs {
        Arc::clone(&self.writes)
    }

    pub(super) fn reads(&self) -> Jobs {
        Arc::clone(&self.reads)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.writes.close();
        self.reads.close();
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}
