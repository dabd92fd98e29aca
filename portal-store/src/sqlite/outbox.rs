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

struct Queued {
    since: String,
    row: i64,
    n: i64,
    id: String,
    kind: String,
    due_at: String,
    tries: u32,
    dead: bool,
    why: Option<String>,
}

impl Queued {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            since: row.get("since")?,
            row: row.get("row")?,
            n: row.get("n")?,
            id: row.get("id")?,
            kind: row.get("kind")?,
            due_at: row.get("due_at")?,
            tries: row.get("tries")?,
            dead: row.get("dead")?,
            why: row.get("why")?,
        })
    }

    fn effect(self) -> Result<QueuedEffect, StoreError> {
        let state = if self.dead {
            QueueState::Dead(self.why.unwrap_or_default())
        } else {
            QueueState::Due(parse_instant(&self.due_at)?)
        };
        let effect = effect(&self.id, &self.kind)?;
        let since = parse_instant(&self.since)?;
        Ok(QueuedEffect::new(effect, since, self.tries, state))
    }
}

const LIST: &str = "outbox";

/// What is owed and what was given up, oldest first.
pub(super) fn list(
    tx: &Connection,
    tenant: &str,
    page: &Page,
) -> Result<Listing<QueuedEffect>, StoreError> {
    let number = |text: &str| text.parse::<i64>().map_err(|_| StoreError::BadCursor);
    let (since, row, n) = match cursor::keys::<3>(LIST, page)? {
        None => (String::new(), 0, 0),
        Some([since, row, n]) => (since, number(&row)?, number(&n)?),
    };
    let found = tx
        .prepare_cached(
            "select since, row, n, id, kind, due_at, tries, dead, why from portal_outbox
             where tenant = ?1 and (since, row, n) > (?2, ?3, ?4) order by since, row, n limit ?5",
        )
        .and_then(|mut statement| {
            let values = params![tenant, since, row, n, cursor::one_more(page)];
            statement.query_map(values, Queued::read)?.collect()
        })
        .map_err(store_error)?;
    let cut = Listing::cut(found, page, |last: &Queued| {
        let (row, n) = (last.row.to_string(), last.n.to_string());
        cursor::after(LIST, &[&last.since, &row, &n])
    });
    let items = cut.items.into_iter().map(Queued::effect);
    Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
}
