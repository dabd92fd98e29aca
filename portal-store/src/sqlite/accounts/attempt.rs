//! The sign-in log: rows are added and read, and only a sweep takes any out.
use portal_core::{
    Account, Id, Listing, Page, StoreError,
    accounts::{Attempt, Digest},
};
use rusqlite::{Connection, Row, params};

use crate::{
    cursor,
    sqlite::statement::{all, run},
    wire::{instant, parse_instant, parse_word},
};

pub(super) fn log(tx: &Connection, tenant: &str, attempt: &Attempt) -> Result<(), StoreError> {
    run(
        tx,
        "insert into portal_attempt (tenant, row, at, flow, outcome, account, customer, typed, ip, agent)
         values (?1, (select coalesce(max(row), 0) + 1 from portal_attempt where tenant = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            tenant,
            instant(attempt.at),
            attempt.flow.as_str(),
            attempt.outcome.as_str(),
            attempt.account.as_ref().map(Id::as_str),
            attempt.customer.as_ref().map(Id::as_str),
            attempt.typed.as_ref().map(Digest::as_bytes),
            attempt.ip.map(|ip| ip.to_string()),
            attempt.agent,
        ],
    )
    .map(drop)
}

const ALL: &str = "attempts";
/// Every instant sorts before this.
const LATEST: &str = "\u{7f}";

/// The log, newest first: all of it, or one account's.
pub(super) fn list(
    db: &Connection,
    tenant: &str,
    of: Option<&Id<Account>>,
    page: &Page,
) -> Result<Listing<Attempt>, StoreError> {
    let list = of.map_or(ALL.to_owned(), |of| format!("{ALL}-of-{of}"));
    let (at, row) = match cursor::keys::<2>(&list, page)? {
        None => (LATEST.to_owned(), i64::MAX),
        Some([at, row]) => (at, row.parse().map_err(|_| StoreError::BadCursor)?),
    };
    let most = cursor::one_more(page);
    let found = match of {
        None => all(
            db,
            "select * from portal_attempt where tenant = ?1 and (at, row) < (?2, ?3)
             order by at desc, row desc limit ?4",
            params![tenant, at, row, most],
            AttemptRow::read,
        ),
        Some(of) => all(
            db,
            "select * from portal_attempt where tenant = ?1 and account = ?5 and (at, row) < (?2, ?3)
             order by at desc, row desc limit ?4",
            params![tenant, at, row, most, of.as_str()],
            AttemptRow::read,
        ),
    }?;
    let cut = Listing::cut(found, page, |last| {
        cursor::after(&list, &[&last.at, &last.row.to_string()])
    });
    let items = cut.items.into_iter().map(AttemptRow::attempt);
    Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
}

struct AttemptRow {
    row: i64,
    at: String,
    flow: String,
    outcome: String,
    account: Option<String>,
    customer: Option<String>,
    typed: Option<[u8; 32]>,
    ip: Option<String>,
    agent: Option<String>,
}

impl AttemptRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            row: row.get("row")?,
            at: row.get("at")?,
            flow: row.get("flow")?,
            outcome: row.get("outcome")?,
            account: row.get("account")?,
            customer: row.get("customer")?,
            typed: row.get("typed")?,
            ip: row.get("ip")?,
            agent: row.get("agent")?,
        })
    }

    fn attempt(self) -> Result<Attempt, StoreError> {
        let at = parse_instant(&self.at)?;
        let mut attempt = Attempt::new(at, parse_word(self.flow)?, parse_word(self.outcome)?);
        attempt.account = self.account.map(Id::new);
        attempt.customer = self.customer.map(Id::new);
        attempt.typed = self.typed.map(Digest::new);
        attempt.ip = self.ip.map(parse_word).transpose()?;
        attempt.agent = self.agent;
        Ok(attempt)
    }
}
