use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use super::error::OpenError;

/// How long a connection waits for a lock that another process holds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Each use case keeps a handful of statements prepared; the host's are among them.
const STATEMENTS: usize = 256;

/// Whether a connection may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Writer,
    Reader,
}

/// Makes the file if it is not there. Later connections never do: a file that is gone must not come back empty.
pub(super) fn create(file: &Path) -> Result<(), OpenError> {
    let failed = |e| OpenError::of(PathBuf::from(file), e);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    Connection::open_with_flags(file, flags)
        .map(drop)
        .map_err(failed)
}

/// Opens a connection.
pub(super) fn connect(file: &Path, role: Role) -> Result<Connection, OpenError> {
    let failed = |e| OpenError::of(PathBuf::from(file), e);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags).map_err(failed)?;
    db.busy_timeout(PATIENCE).map_err(failed)?;
    let mode: String = db
        .query_row("pragma journal_mode = wal", [], |row| row.get(0))
        .map_err(failed)?;
    if mode != "wal" {
        return Err(OpenError::NotShareable {
            file: file.to_owned(),
        });
    }
    let settings = match role {
        // Savepoints keep pages aside: in memory, not in a file that is written for every command.
        Role::Writer => {
            "pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;"
        }
        Role::Reader => {
            "pragma synchronous = full; pragma foreign_keys = on; pragma query_only = on;"
        }
    };
    db.execute_batch(settings).map_err(failed)?;
    // Reads the schema, so that a damaged file is found out here and not by the first customer.
    db.query_row("select count(*) from sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    })
    .map_err(failed)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(db)
}
