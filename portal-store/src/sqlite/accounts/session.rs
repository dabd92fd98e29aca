//! Who is signed in.
use chrono::{DateTime, Utc};
use portal_core::{
    Account, Id, StoreError,
    accounts::{Digest, LoginSession, OpenSession},
};
use rusqlite::{Connection, Row, params};

use super::access::AccessRow;
use crate::{
    sqlite::statement::{all, one, run},
    wire::{instant, parse_instant, parse_word},
};

/// The session with this token and its account, in one read.
pub(super) fn session(
    db: &Connection,
    tenant: &str,
    token: &Digest,
) -> Result<Option<OpenSession>, StoreError> {
    let found = one(
        db,
        "select s.id as session, s.account, s.token, s.opened_at, s.seen_at, s.proved_at, s.ip, s.agent, a.*
         from portal_session s join portal_account_now a on a.tenant = s.tenant and a.id = s.account
         where s.tenant = ?1 and s.token = ?2",
        params![tenant, token.as_bytes()],
        |row| Ok((SessionRow::read(row)?, AccessRow::read(row)?)),
    )?;
    let opened = |(session, access): (SessionRow, AccessRow)| {
        Ok(OpenSession::new(session.session()?, access.loaded()?))
    };
    found.map(opened).transpose()
}

/// Every session of an account, the one last seen first.
pub(super) fn sessions(
    db: &Connection,
    tenant: &str,
    of: &Id<Account>,
) -> Result<Vec<LoginSession>, StoreError> {
    let found = all(
        db,
        "select id as session, account, token, opened_at, seen_at, proved_at, ip, agent
         from portal_session indexed by portal_session_of_account
         where tenant = ?1 and account = ?2 order by seen_at desc, id",
        [tenant, of.as_str()],
        SessionRow::read,
    )?;
    found.into_iter().map(SessionRow::session).collect()
}

struct SessionRow {
    id: String,
    token: [u8; 32],
    account: String,
    opened_at: String,
    seen_at: String,
    proved_at: String,
    ip: Option<String>,
    agent: Option<String>,
}

impl SessionRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("session")?,
            token: row.get("token")?,
            account: row.get("account")?,
            opened_at: row.get("opened_at")?,
            seen_at: row.get("seen_at")?,
            proved_at: row.get("proved_at")?,
            ip: row.get("ip")?,
            agent: row.get("agent")?,
        })
    }

    fn session(self) -> Result<LoginSession, StoreError> {
        let token = Digest::new(self.token);
        let opened_at = parse_instant(&self.opened_at)?;
        let (id, account) = (Id::new(self.id), Id::new(self.account));
        let mut session = LoginSession::new(id, token, account, opened_at);
        session.seen_at = parse_instant(&self.seen_at)?;
        session.proved_at = parse_instant(&self.proved_at)?;
        session.ip = self.ip.map(parse_word).transpose()?;
        session.agent = self.agent;
        Ok(session)
    }
}

pub(super) fn seen(
    tx: &Connection,
    tenant: &str,
    token: &Digest,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    run(
        tx,
        "update portal_session set seen_at = ?3 where tenant = ?1 and token = ?2 and seen_at < ?3",
        params![tenant, token.as_bytes(), instant(at)],
    )
    .map(drop)
}

/// The session that another takes the place of.
pub(super) fn replace(tx: &Connection, tenant: &str, token: &Digest) -> Result<(), StoreError> {
    run(
        tx,
        "delete from portal_session where tenant = ?1 and token = ?2",
        params![tenant, token.as_bytes()],
    )
    .map(drop)
}

pub(super) fn end(
    tx: &Connection,
    tenant: &str,
    account: &Id<Account>,
    session: &Id<LoginSession>,
) -> Result<(), StoreError> {
    run(
        tx,
        "delete from portal_session where tenant = ?1 and account = ?2 and id = ?3",
        [tenant, account.as_str(), session.as_str()],
    )
    .map(drop)
}

/// All of an account, or all but one.
pub(super) fn end_all(
    tx: &Connection,
    tenant: &str,
    account: &Id<Account>,
    but: Option<&Id<LoginSession>>,
) -> Result<(), StoreError> {
    run(
        tx,
        "delete from portal_session indexed by portal_session_of_account
         where tenant = ?1 and account = ?2 and id is not ?3",
        params![tenant, account.as_str(), but.map(Id::as_str)],
    )
    .map(drop)
}
