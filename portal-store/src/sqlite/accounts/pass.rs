//! One-time links. Each belongs to an account or to a request, and makes it another version when it is issued or used.
//!
//! Statements name the index where the planner, which knows nothing of how many rows there are, would read all of a tenant's.
use portal_core::{
    Account, Id, RecordRef, StoreError,
    accounts::{Digest, Pass, PassHolder, PassState},
};
use rusqlite::{Connection, Row, params};

use super::{apply::touch, found, request};
use crate::{
    sqlite::statement::{one, run},
    wire::{instant, json, parse, parse_instant, parse_word},
};

/// The link with this secret, in whatever state.
pub(super) fn pass(
    db: &Connection,
    tenant: &str,
    secret: &Digest,
) -> Result<Option<Pass>, StoreError> {
    let found = one(
        db,
        "select * from portal_pass where tenant = ?1 and secret = ?2",
        params![tenant, secret.as_bytes()],
        PassRow::read,
    )?;
    found.map(PassRow::pass).transpose()
}

struct PassRow {
    id: String,
    facts: String,
    holder: String,
    holder_id: String,
    sent_to: [u8; 32],
    secret: [u8; 32],
    until: String,
    state: String,
}

impl PassRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            facts: row.get("facts")?,
            holder: row.get("holder")?,
            holder_id: row.get("holder_id")?,
            sent_to: row.get("sent_to")?,
            secret: row.get("secret")?,
            until: row.get("until")?,
            state: row.get("state")?,
        })
    }

    fn pass(self) -> Result<Pass, StoreError> {
        let of = if self.holder == ACCOUNT {
            PassHolder::Account(Id::new(self.holder_id))
        } else {
            PassHolder::Request(Id::new(self.holder_id))
        };
        let mut pass = Pass::new(
            Id::new(self.id),
            parse(&self.facts)?,
            of,
            Digest::new(self.sent_to),
            Digest::new(self.secret),
            parse_instant(&self.until)?,
        );
        pass.state = parse_word(self.state)?;
        Ok(pass)
    }
}

const ACCOUNT: &str = "account";
const REQUEST: &str = "request";

fn key(of: &PassHolder) -> (&'static str, &str) {
    match of {
        PassHolder::Account(id) => (ACCOUNT, id.as_str()),
        PassHolder::Request(id) => (REQUEST, id.as_str()),
    }
}

/// Makes it another version of what the link belongs to.
fn touch_holder(tx: &Connection, tenant: &str, of: &PassHolder) -> Result<(), StoreError> {
    match of {
        PassHolder::Account(id) => touch(tx, tenant, id),
        PassHolder::Request(id) => request::touch(tx, tenant, id),
    }
}

pub(super) fn issue(tx: &Connection, tenant: &str, pass: &Pass) -> Result<(), StoreError> {
    touch_holder(tx, tenant, &pass.of)?;
    let (holder, holder_id) = key(&pass.of);
    let kind = pass.kind.as_str();
    run(
        tx,
        "update portal_pass indexed by portal_pass_open set state = 'revoked'
         where tenant = ?1 and holder = ?2 and holder_id = ?3 and kind = ?4 and state = 'open'",
        [tenant, holder, holder_id, kind],
    )?;
    let rows = run(
        tx,
        "insert into portal_pass (tenant, secret, id, kind, facts, holder, holder_id, sent_to, until, state)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) on conflict do nothing",
        params![
            tenant,
            pass.secret.as_bytes(),
            pass.id.as_str(),
            kind,
            json(&pass.kind)?,
            holder,
            holder_id,
            pass.sent_to.as_bytes(),
            instant(pass.until),
            pass.state.as_str(),
        ],
    )?;
    found(rows, || pass.of.record())
}

pub(super) fn take(
    tx: &Connection,
    tenant: &str,
    pass: &Id<Pass>,
    of: &PassHolder,
) -> Result<(), StoreError> {
    let (holder, holder_id) = key(of);
    let used = PassState::Used.as_str();
    let rows = run(
        tx,
        "update portal_pass set state = ?5
         where tenant = ?1 and id = ?2 and holder = ?3 and holder_id = ?4 and state = 'open'",
        [tenant, pass.as_str(), holder, holder_id, used],
    )?;
    found(rows, || RecordRef::Pass(pass.clone()))?;
    touch_holder(tx, tenant, of)
}

/// All open links of an account.
pub(super) fn revoke(
    tx: &Connection,
    tenant: &str,
    account: &Id<Account>,
) -> Result<(), StoreError> {
    run(
        tx,
        "update portal_pass indexed by portal_pass_open set state = 'revoked'
         where tenant = ?1 and holder = ?2 and holder_id = ?3 and state = 'open'",
        [tenant, ACCOUNT, account.as_str()],
    )
    .map(drop)
}
