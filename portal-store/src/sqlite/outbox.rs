use portal_core::{
    StoreError,
    store::{Listing, Page, QueueState, QueuedEffect},
};
use rusqlite::{Connection, Row, params};

use super::store_error;
use crate::{cursor, owed, wire::parse_instant};

pub(super) struct Queued {
    pub(super) row: i64,
    pub(super) n: i64,
    id: String,
    topic: String,
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
            topic: row.get("topic")?,
            kind: row.get("kind")?,
            since: row.get("since")?,
            due_at: row.get("due_at")?,
            tries: row.get("tries")?,
            dead: row.get("dead")?,
            why: row.get("why")?,
            ended_at: row.get("ended_at")?,
        })
    }

    /// Nothing where a newer release owes it to somebody this one does not know.
    pub(super) fn effect(self) -> Result<Option<QueuedEffect>, StoreError> {
        let Some(effect) = owed::effect(&self.id, self.topic, &self.kind)? else {
            return Ok(None);
        };
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
        let since = parse_instant(&self.since)?;
        let queued = QueuedEffect::new(effect, since, self.tries, state);
        Ok(Some(queued.because(why)))
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
            "select o.row, n, id, topic, kind, at as since, due_at, tries, dead, why, null as ended_at from portal_outbox o
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
    let items = items.filter_map(Result::transpose);
    Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
}

pub(super) fn number(text: &str) -> Result<i64, StoreError> {
    text.parse().map_err(|_| StoreError::BadCursor)
}
