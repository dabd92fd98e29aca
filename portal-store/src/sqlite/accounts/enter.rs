//! What an attempt at the door leads to, together with its row of the log.
use portal_core::{
    Commit, Decision, Expectation, RecordRef, StoreError, Version,
    accounts::{Attempt, Entry, Then},
};
use rusqlite::{Connection, params};

use super::{allowance, attempt, device, session, stale};
use crate::{
    sqlite::{
        HostTables,
        commit::{self, Written},
        statement::run,
    },
    wire::instant,
};

/// An attempt as it goes into columns. Made before the transaction, so that nobody waits for the writing.
pub(super) struct Concluded {
    attempt: Attempt,
    then: Ending,
}

enum Ending {
    Nothing,
    Enter(Box<Entry>),
    Commit(Box<Decision>, Written),
}

impl Concluded {
    pub(super) fn of(attempt: Attempt, then: Then) -> Result<Self, StoreError> {
        let then = match then {
            Then::Nothing => Ending::Nothing,
            Then::Enter(entry) => Ending::Enter(entry),
            Then::Commit(decision) => {
                let written = Written::of(&decision)?;
                Ending::Commit(decision, written)
            }
        };
        Ok(Self { attempt, then })
    }

    /// Writes all of it. A failure is undone by whoever runs the transaction; a replay has written nothing.
    pub(super) fn write(
        &self,
        tx: &Connection,
        tenant: &str,
        tables: &dyn HostTables,
    ) -> Result<Commit, StoreError> {
        let ended = match &self.then {
            Ending::Nothing => Commit::Applied,
            Ending::Enter(entry) => {
                enter(tx, tenant, entry, tables)?;
                Commit::Applied
            }
            Ending::Commit(decision, written) => {
                commit::record(tx, tenant, decision, written, tables)?
            }
        };
        if ended == Commit::Applied {
            attempt::log(tx, tenant, &self.attempt)?;
        }
        Ok(ended)
    }
}

fn enter(
    tx: &Connection,
    tenant: &str,
    entry: &Entry,
    tables: &dyn HostTables,
) -> Result<(), StoreError> {
    let account = &entry.session.account;
    let mut version = None;
    for (record, seen) in &entry.access.seen {
        match record {
            RecordRef::Account(id) if id == account => version = Some(seen),
            _ => {
                let expected = Expectation::Unchanged(record.clone(), seen.clone());
                if !commit::holds(tx, tenant, &expected, tables)? {
                    return Err(StoreError::conflict(expected));
                }
            }
        }
    }
    let version = version.ok_or_else(|| stale(RecordRef::Account(account.clone())))?;
    open(tx, tenant, entry, version)?;
    if let Some(old) = &entry.instead_of {
        session::replace(tx, tenant, old)?;
    }
    allowance::refund(tx, tenant, &entry.refunds)?;
    if let Some(password) = &entry.rehashed {
        let sql = "update portal_account set password = ?3 where tenant = ?1 and id = ?2";
        run(tx, sql, [tenant, account.as_str(), password.expose()])?;
    }
    match &entry.device {
        // It is the newest already, and forgetting it would have been another version of the account.
        Some(device) if entry.access.value.devices.first() == Some(device) => Ok(()),
        Some(device) => device::remember(tx, tenant, account, device),
        None => Ok(()),
    }
}

/// Begins the session, if the account is still as it was.
fn open(tx: &Connection, tenant: &str, entry: &Entry, version: &Version) -> Result<(), StoreError> {
    let new = &entry.session;
    let rows = run(
        tx,
        "insert into portal_session (tenant, token, id, account, opened_at, seen_at, proved_at, ip, agent)
         select tenant, ?3, ?4, id, ?5, ?6, ?7, ?8, ?9 from portal_account
         where tenant = ?1 and id = ?2 and cast(version as text) = ?10",
        params![
            tenant,
            new.account.as_str(),
            new.token.as_bytes(),
            new.id.as_str(),
            instant(new.opened_at),
            instant(new.seen_at),
            instant(new.proved_at),
            new.ip.map(|ip| ip.to_string()),
            new.agent,
            version.as_str(),
        ],
    )?;
    if rows == 0 {
        let record = RecordRef::Account(new.account.clone());
        let expected = Expectation::Unchanged(record, version.clone());
        return Err(StoreError::conflict(expected));
    }
    Ok(())
}
