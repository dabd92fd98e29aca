//! Browsers an account was signed in from.
use portal_core::{
    Account, Id, StoreError,
    accounts::{Access, Digest},
};
use rusqlite::{Connection, params};

use crate::sqlite::statement::run;

/// Remembers a browser as the newest, and forgets the oldest beyond the most there may be.
pub(super) fn remember(
    tx: &Connection,
    tenant: &str,
    account: &Id<Account>,
    device: &Digest,
) -> Result<(), StoreError> {
    let account = account.as_str();
    run(
        tx,
        "insert or replace into portal_device (tenant, account, n, device)
         select ?1, ?2, coalesce(max(n), 0) + 1, ?3 from portal_device where tenant = ?1 and account = ?2",
        params![tenant, account, device.as_bytes()],
    )?;
    let most = i64::try_from(Access::MOST_DEVICES).unwrap_or(i64::MAX);
    run(
        tx,
        "delete from portal_device where tenant = ?1 and account = ?2 and n <= (
             select n from portal_device where tenant = ?1 and account = ?2 order by n desc limit 1 offset ?3
         )",
        params![tenant, account, most],
    )
    .map(drop)
}

pub(super) fn forget_all(
    tx: &Connection,
    tenant: &str,
    account: &Id<Account>,
) -> Result<(), StoreError> {
    let sql = "delete from portal_device where tenant = ?1 and account = ?2";
    run(tx, sql, [tenant, account.as_str()]).map(drop)
}
