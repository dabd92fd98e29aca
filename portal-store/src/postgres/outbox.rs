use portal_core::{
    StoreError,
    store::{Listing, Page, QueueState, QueuedEffect},
};
use sqlx::{PgPool, Row, postgres::PgRow};

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
    tries: i64,
    dead: bool,
    why: Option<String>,
    ended_at: Option<String>,
}

impl Queued {
    pub(super) fn read(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            row: row.try_get("row")?,
            n: row.try_get("n")?,
            id: row.try_get("id")?,
            topic: row.try_get("topic")?,
            kind: row.try_get("kind")?,
            since: row.try_get("since")?,
            due_at: row.try_get("due_at")?,
            tries: row.try_get("tries")?,
            dead: row.try_get("dead")?,
            why: row.try_get("why")?,
            ended_at: row.try_get("ended_at")?,
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
        let tries = u32::try_from(self.tries).unwrap_or(u32::MAX);
        let queued = QueuedEffect::new(effect, since, tries, state);
        Ok(Some(queued.because(why)))
    }
}

const LIST: &str = "outbox";

/// What is owed and what was given up, in the order it was decided.
pub(super) async fn list(
    pool: &PgPool,
    tenant: &str,
    page: &Page,
) -> Result<Listing<QueuedEffect>, StoreError> {
    let (row, n) = match cursor::keys::<2>(LIST, page)? {
        None => (0, 0),
        Some([row, n]) => (number(&row)?, number(&n)?),
    };
    let found = sqlx::query(
        "select found.*, (select at from portal_command c where c.tenant = $1 and c.row = found.row) as since
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select row, n, id, topic, kind, due_at, tries, dead, why, null as ended_at from portal_outbox
             where tenant = me.tenant and (row, n) > ($2, $3) order by row, n limit $4
         ) found
         order by found.row, n",
    )
    .bind(tenant)
    .bind(row)
    .bind(n)
    .bind(cursor::one_more(page))
    // Planned anew: the outbox is empty most of the time, and how it was read best then is not how a full one is.
    .persistent(false)
    .try_map(|row: PgRow| Queued::read(&row))
    .fetch_all(pool)
    .await
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
