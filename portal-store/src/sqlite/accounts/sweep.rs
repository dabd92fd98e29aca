use portal_core::{StoreError, accounts::Sweep};
use rusqlite::Connection;

use crate::{sqlite::statement::run, wire::instant};

/// Forgets what has lost its meaning. Answers how many rows.
pub(super) fn sweep(tx: &Connection, tenant: &str, before: &Sweep) -> Result<u64, StoreError> {
    let old = [
        (
            "delete from portal_session where tenant = ?1 and seen_at < ?2",
            before.ended,
        ),
        (
            "delete from portal_pass where tenant = ?1 and until < ?2",
            before.ended,
        ),
        (
            "delete from portal_attempt where tenant = ?1 and at < ?2",
            before.log,
        ),
        (
            "delete from portal_account_request where tenant = ?1 and asked_at < ?2",
            before.stale,
        ),
        (
            "delete from portal_allowance where tenant = ?1 and full_at < ?2",
            before.stale,
        ),
    ];
    let mut rows = 0;
    for (sql, at) in old {
        rows += run(tx, sql, [tenant, &instant(at)])?;
    }
    Ok(u64::try_from(rows).unwrap_or(u64::MAX))
}
