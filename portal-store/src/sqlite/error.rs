use std::{fmt, io, path::PathBuf, sync::Arc};

use portal_core::StoreError;
use rusqlite::{Error, ErrorCode};

/// Why a database file could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file is something else.
    #[error("{} is not a SQLite database: check the path", file.display())]
    NotADatabase {
        /// The file.
        file: PathBuf,
    },
    /// The file was a database, and is damaged.
    #[error("{} is damaged: restore a backup, or try the `.recover` command of the sqlite3 shell", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What was found.
        source: Error,
    },
    /// The file, or its folder, cannot be reached or written.
    #[error("{} cannot be opened: check that its folder is there and can be written", file.display())]
    CannotOpen {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: Error,
    },
    /// The file lies where readers and a writer cannot share it, such as on a network drive, or only in memory.
    #[error("{} cannot be shared by readers and a writer: put it in a file on a local disk", file.display())]
    NotShareable {
        /// The file.
        file: PathBuf,
    },
    /// The system gave out no more threads.
    #[error("no thread could be started")]
    NoThread(#[source] io::Error),
}

/// What a failure of the host's own SQL means to the portal: stored data that cannot be read, or a database that is unavailable.
#[must_use]
pub fn store_error(e: Error) -> StoreError {
    let malformed = matches!(
        e,
        Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::QueryReturnedNoRows
            | Error::QueryReturnedMoreThanOneRow
            | Error::Utf8Error(..)
    ) || is_damage(&e);
    if malformed {
        StoreError::Corrupt(Box::new(e))
    } else {
        StoreError::Unavailable(Box::new(e))
    }
}

impl OpenError {
    pub(super) fn of(file: PathBuf, source: Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotADatabase { file },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { file, source },
            _ => Self::CannotOpen { file, source },
        }
    }
}

fn is_damage(e: &Error) -> bool {
    matches!(
        e.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// A failure that several commands share, because they shared a transaction.
#[derive(Debug, Clone)]
pub(super) struct Failure(Arc<dyn std::error::Error + Send + Sync>);

impl Failure {
    pub(super) fn new(e: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(e))
    }

    pub(super) fn store_error(self) -> StoreError {
        StoreError::Unavailable(Box::new(self))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the transaction could not be made durable")
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}
