use chrono::{DateTime, Utc};
use portal_core::{StoreError, TryKey};
use rusqlite::{Connection, params};

use super::store_error;
use crate::wire::instant;

/// How many wrong tries there were after `since`.
pub(super) fn count(
    tx: &Connection,
    tenant: &str,
    of: &TryKey,
    since: DateTime<Utc>,
) -> Result<u32, StoreError> {
    tx.prepare_cached(
        "select coalesce(sum(times), 0) from portal_try where tenant = ?1 and key = ?2 and at > ?3",
    )
    .and_then(|mut statement| {
        let values = params![tenant, of.as_str(), instant(since)];
        statement.query_row(values, |row| row.get::<_, i64>(0))
    })
    .map(|tries| u32::try_from(tries).unwrap_or(u32::MAX))
    .map_err(store_error)
}

/// Notes one wrong try, and forgets those that no longer count. Answers how many count.
pub(super) fn note(
    tx: &Connection,
    tenant: &str,
    of: &TryKey,
    at: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<u32, StoreError> {
    tx.prepare_cached("delete from portal_try where tenant = ?1 and key = ?2 and at <= ?3")
        .and_then(|mut old| old.execute(params![tenant, of.as_str(), instant(since)]))
        .map_err(store_error)?;
    tx.prepare_cached(
        "insert into portal_try (tenant, key, at, times) values (?1, ?2, ?3, 1)
         on conflict (tenant, key, at) do update set times = times + 1",
    )
    .and_then(|mut new| new.execute(params![tenant, of.as_str(), instant(at)]))
    .map_err(store_error)?;
    let counted = count(tx, tenant, of, since)?;
    Ok(counted.max(1))
}
