use portal_core::{RecordRef, StoreError, Version};
use rusqlite::Connection;

use crate::sqlite::statement::one;

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
        RecordRef::Account(id) => version_of(
            "select version from portal_account where tenant = ?1 and id = ?2",
            id.as_str(),
        ),
        RecordRef::AccountRequest(id) => version_of(
            "select version from portal_account_request where tenant = ?1 and id = ?2",
            id.as_str(),
        ),
        _ => Err(StoreError::Unsupported("the version of such a record")),
    }
}
