//! The few ways in which statements are run here.
use portal_core::StoreError;
use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::store_error;

/// Reads at most one row.
pub(super) fn one<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, StoreError> {
    db.prepare_cached(sql)
        .and_then(|mut statement| statement.query_row(params, read).optional())
        .map_err(store_error)
}

/// Reads all rows.
#[cfg(any(feature = "accounts", feature = "mirror", feature = "payments"))]
pub(super) fn all<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    db.prepare_cached(sql)
        .and_then(|mut statement| statement.query_map(params, read)?.collect())
        .map_err(store_error)
}

/// Writes. Answers how many rows.
#[cfg(any(feature = "accounts", feature = "payments", feature = "tokens"))]
pub(super) fn run(tx: &Connection, sql: &str, params: impl Params) -> Result<usize, StoreError> {
    tx.prepare_cached(sql)
        .and_then(|mut statement| statement.execute(params))
        .map_err(store_error)
}
