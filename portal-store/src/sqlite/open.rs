use std::{num::NonZeroUsize, path::Path, sync::Arc};

use super::{
    Sqlite,
    connect::{Role, connect, create},
    error::OpenError,
    handle::Threads,
    reader, writer,
};

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    readers: NonZeroUsize,
    batch: NonZeroUsize,
}

const READERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);
const BATCH: NonZeroUsize = NonZeroUsize::MIN.saturating_add(63);

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            readers: READERS,
            batch: BATCH,
        }
    }
}

impl SqliteOptions {
    /// How many threads read; two unless told otherwise, and at least one.
    #[must_use]
    pub fn readers(mut self, threads: usize) -> Self {
        self.readers = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// How many commands may share one transaction; 64 unless told otherwise, and at least one.
    #[must_use]
    pub fn batch(mut self, commands: usize) -> Self {
        self.batch = NonZeroUsize::new(commands).unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// Opens the file, making it if it is not there. Adds no tables: see [`Sqlite::migrate`].
    ///
    /// # Errors
    /// When the file is not a database, is damaged, or cannot be reached, written or shared.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Sqlite, OpenError> {
        let path = path.as_ref();
        // Absolute, so that a connection opened later is to the same file, wherever the process is by then.
        let file: Arc<Path> = match std::path::absolute(path) {
            Ok(absolute) if path != Path::new(":memory:") => absolute.into(),
            _ => path.into(),
        };
        create(&file)?;
        let db = connect(&file, Role::Writer)?;
        let threads = Threads::new();
        let mut readers = vec![];
        for _ in 0..self.readers.get() {
            let db = connect(&file, Role::Reader)?;
            let reader = reader::spawn(threads.reads(), db, Arc::clone(&file));
            readers.push(reader.map_err(OpenError::NoThread)?);
        }
        writer::spawn(threads.writes(), db, file, self.batch, readers)
            .map_err(OpenError::NoThread)?;
        Ok(Sqlite::new(threads))
    }
}
