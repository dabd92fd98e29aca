use portal_core::{
    Effect, StoreError,
    store::{Listing, Page, QueueState, QueuedEffect},
};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::store_error;
use crate::{
    cursor,
    wire::{parse, parse_instant},
};

/// An effect read back from its columns.
pub(super) fn effect(id: &str, kind: &str) -> Result<Effect, StoreError> {
    let id = Uuid::try_parse(id).map_err(|e| StoreError::Corrupt(Box::new(e)))?;
    Ok(Effect::new(id, parse(kind)?))
}

pub(super) struct Queued {
    pub(super) row: i64,
    pub(super) n: i64,
    id: String,
    kind: String,
    since: String,
    due_at: Option<String>,
    tries: u32,
    dead: bool,
    why: Option<String>,
    ended_at: Option<String>,
}

impl Queued {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            row: row.get("row")?,
            n: row.get("n")?,
            id: row.get("id")?,
            kind: row.get("kind")?,
            since: row.get("since")?,
            due_at: row.get("due_at")?,
            tries: row.get("tries")?,
            dead: row.get("dead")?,
            why: row.get("why")?,
            ended_at: row.get("ended_at")?,
        })
    }

    pub(super) fn effect(self) -> Result<QueuedEffect, StoreError> {
        let why = self.why.clone();
        let state = match &self.ended_at {
            Some(ended) => {
                let ended = parse_instant(ended)?;
                self.why.map_or(QueueState::Sent(ended), |why| {
                    QueueState::Dropped(ended, why)
                })
            }
            None if self.dead => QueueState::Dead(self.why.unwrap_or_default()),
            None => {
                let due = self.due_at.as_ref().unwrap_or(&self.since);
                QueueState::Due(parse_instant(due)?)
            }
        };
        let effect = effect(&self.id, &self.kind)?;
        let since = parse_instant(&self.since)?;
        Ok(QueuedEffect::new(effect, since, self.tries, state).because(why))
    }
}

const LIST: &str = "outbox";

/// What is owed and what was given up, in the order it was decided.
pub(super) fn list(
    tx: &Connection,
    tenant: &str,
    page: &Page,
) -> Result<Listing<QueuedEffect>, StoreError> {
    let (row, n) = match cursor::keys::<2>(LIST, page)? {
        None => (0, 0),
        Some([row, n]) => (number(&row)?, number(&n)?),
    };
    let found = tx
        .prepare_cached(
            "select o.row, n, id, kind, at as since, due_at, tries, dead, why, null as ended_at from portal_outbox o
             join portal_command c on c.tenant = o.tenant and c.row = o.row
             where o.tenant = ?1 and (o.row, n) > (?2, ?3) order by o.row, n limit ?4",
        )
        .and_then(|mut statement| {
            let values = params![tenant, row, n, cursor::one_more(page)];
            statement.query_map(values, Queued::read)?.collect()
        })
        .map_err(store_error)?;
    let cut = Listing::cut(found, page, |last: &Queued| {
        let (row, n) = (last.row.to_string(), last.n.to_string());
        cursor::after(LIST, &[&row, &n])
    });
    let items = cut.items.into_iter().map(Queued::effect);
    Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
}

pub(super) fn number(text: &str) -> Result<i64, StoreError> {
    text.parse().map_err(|_| StoreError::BadCursor)
}
