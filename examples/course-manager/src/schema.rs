use portal_core::StoreError;
use portal_store::sqlite::store_error;
use rusqlite::Connection;

use crate::query::one;

/// Creates the course manager's tables in a file that has none yet; answers whether it did.
pub(crate) fn create(tx: &Connection) -> Result<bool, StoreError> {
    let there = "select 1 from sqlite_schema where name = 'course'";
    if one(tx, there, [], |_| Ok(()))?.is_some() {
        return Ok(false);
    }
    tx.execute_batch(include_str!("schema.sql"))
        .map_err(store_error)?;
    Ok(true)
}
