use portal_core::{RecordRef, StoreError, Version};
use rusqlite::Connection;

use crate::sqlite::statement::one;

/// Whether the store answers for this record itself.
pub(in crate::sqlite) fn is_kept_here(record: &RecordRef) -> bool {
    matches!(record, RecordRef::Payment(_) | RecordRef::Received(_))
}

/// Whether the store's own record is in the state it was read in. One that is not there has the version 0.
pub(in crate::sqlite) fn holds(
    tx: &Connection,
    tenant: &str,
    record: &RecordRef,
    version: &Version,
) -> Result<bool, StoreError> {
    let version_of = |sql, id: &str| {
        let found = one(tx, sql, [tenant, id], |row| row.get::<_, i64>(0))?;
        Ok(version.is_number(found.unwrap_or(0)))
    };
    match record {
        RecordRef::Payment(id) => version_of(
            "select version from portal_payment where tenant = ?1 and id = ?2",
            id.as_str(),
        ),
        RecordRef::Received(id) => version_of(
            "select version from portal_received where tenant = ?1 and id = ?2",
            id.as_str(),
        ),
        _ => Err(StoreError::Unsupported("the version of such a record")),
    }
}
