use portal_core::{RecordRef, StoreError, Version};
use rusqlite::Connection;

use crate::sqlite::statement::one;

/// Whether the store answers for this record itself.
pub(in crate::sqlite) fn is_kept_here(record: &RecordRef) -> bool {
    matches!(record, RecordRef::Export(_) | RecordRef::Ledger(_))
}

/// Whether the store's own record is in the state it was read in. One that is not there has the version 0.
pub(in crate::sqlite) fn holds(
    tx: &Connection,
    tenant: &str,
    record: &RecordRef,
    version: &Version,
) -> Result<bool, StoreError> {
    let sql = match record {
        RecordRef::Export(_) => {
            "select version from portal_export where tenant = ?1 and order_id = ?2"
        }
        RecordRef::Ledger(_) => "select version from portal_ledger where tenant = ?1 and id = ?2",
        _ => return Err(StoreError::Unsupported("the version of such a record")),
    };
    let found = one(tx, sql, [tenant, record.key()], |row| row.get::<_, i64>(0))?;
    Ok(version.is_number(found.unwrap_or(0)))
}
