use chrono::{DateTime, Utc};
use portal_core::{
    Effect, StoreError, Topic,
    store::{Claim, ClaimedEffect, EffectOutcome},
};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::store_error;
use crate::{
    owed::{self, NOT_UNDERSTOOD},
    wire::{instant, json, parse_instant},
};

/// Where an effect stands in line: when it became ready, then which command it belongs to.
type Place = (String, i64, i64);

/// Takes what is ready, and hides it until the lease is over. Nothing is answered where only such was ready as this build does not understand: that is put off
/// now, and others may stand behind it.
pub(super) fn claim(
    tx: &Connection,
    tenant: &str,
    claim: &Claim,
) -> Result<Option<Vec<ClaimedEffect>>, StoreError> {
    let now = instant(claim.now);
    let mut topics = claim.topics.clone();
    topics.sort_unstable();
    topics.dedup();
    let mut ready = vec![];
    for topic in topics {
        ready.extend(in_line(tx, tenant, topic, &now, claim.limit)?);
    }
    if ready.is_empty() {
        return Ok(Some(vec![]));
    }
    ready.sort_unstable();
    ready.truncate(claim.limit.into());
    let keys: Vec<_> = ready.iter().map(|(_, row, n)| (row, n)).collect();
    let keys = json(&keys)?;
    let until = claim.now.checked_add_signed(claim.lease);
    let until = until.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let mut taken: Vec<Taken> = tx
        .prepare_cached(
            "update portal_outbox set tries = tries + 1, claimed = 1, ready_at = ?2
             where tenant = ?1 and (row, n) in (select value ->> 0, value ->> 1 from json_each(?3))
             returning row, n, id, kind, tries,
                 (select at from portal_command c where c.tenant = ?1 and c.row = portal_outbox.row) as since",
        )
        .and_then(|mut statement| {
            let values = params![tenant, instant(until), keys];
            statement.query_map(values, Taken::read)?.collect()
        })
        .map_err(store_error)?;
    taken.sort_unstable_by_key(|taken| taken.place);
    let mut claimed = vec![];
    for taken in taken {
        let id = owed::id(&taken.id)?;
        let Some(kind) = owed::kind(&taken.kind) else {
            let put_off = EffectOutcome::Untried(until, NOT_UNDERSTOOD.to_owned());
            settle(tx, tenant, id, taken.tries, &put_off)?;
            continue;
        };
        let since = taken.since.as_deref().map(parse_instant).transpose()?;
        claimed.push(ClaimedEffect::new(Effect::new(id, kind), taken.tries).owed_since(since));
    }
    Ok(Some(claimed).filter(|claimed| !claimed.is_empty()))
}

struct Taken {
    place: (i64, i64),
    id: String,
    kind: String,
    tries: u32,
    since: Option<String>,
}

impl Taken {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            place: (row.get("row")?, row.get("n")?),
            id: row.get("id")?,
            kind: row.get("kind")?,
            tries: row.get("tries")?,
            since: row.get("since")?,
        })
    }
}

/// Topic by topic, so that a long line for one that nobody works off costs the others nothing. Of the messages to one recipient the first stands in it, and no other.
///
/// The index is named because the planner would look for who stands before among all of the tenant's messages, for each of them.
fn in_line(
    tx: &Connection,
    tenant: &str,
    topic: Topic,
    now: &str,
    limit: u16,
) -> Result<Vec<Place>, StoreError> {
    tx.prepare_cached(
        "select ready_at, row, n from portal_outbox o
         where tenant = ?1 and topic = ?2 and dead = 0 and ready_at <= ?3
             and not exists (select 1 from portal_outbox e indexed by portal_outbox_line where e.tenant = ?1 and e.line = o.line and e.dead = 0 and (e.row, e.n) < (o.row, o.n))
         order by ready_at, row, n limit ?4",
    )
    .and_then(|mut statement| {
        let place = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let values = params![tenant, topic.as_str(), now, limit];
        statement.query_map(values, place)?.collect()
    })
    .map_err(store_error)
}

/// Says how a claimed try ended: once, and only for the try it names. What is done leaves the table; of messages it goes where they are remembered.
///
/// The index is named because the planner, which knows nothing of how many rows there are, would read the whole outbox.
pub(super) fn settle(
    tx: &Connection,
    tenant: &str,
    id: Uuid,
    tries: u32,
    outcome: &EffectOutcome,
) -> Result<bool, StoreError> {
    let mut text = Uuid::encode_buffer();
    let id: &str = id.hyphenated().encode_lower(&mut text);
    let changed = match outcome {
        EffectOutcome::Done => tx
            .prepare_cached(
                "delete from portal_outbox indexed by portal_outbox_claimed
                 where tenant = ?1 and id = ?2 and tries = ?3 and claimed = 1",
            )
            .and_then(|mut done| done.execute(params![tenant, id, tries])),
        EffectOutcome::RetryAt(at, why) => tx
            .prepare_cached(
                "update portal_outbox indexed by portal_outbox_claimed set claimed = 0, due_at = ?4, ready_at = ?4, why = ?5
                 where tenant = ?1 and id = ?2 and tries = ?3 and claimed = 1",
            )
            .and_then(|mut retry| retry.execute(params![tenant, id, tries, instant(*at), why])),
        EffectOutcome::Dead(why) => tx
            .prepare_cached(
                "update portal_outbox indexed by portal_outbox_claimed set claimed = 0, dead = 1, why = ?4
                 where tenant = ?1 and id = ?2 and tries = ?3 and claimed = 1",
            )
            .and_then(|mut dead| dead.execute(params![tenant, id, tries, why])),
        EffectOutcome::Untried(at, why) => tx
            .prepare_cached(
                "update portal_outbox indexed by portal_outbox_claimed set claimed = 0, tries = tries - 1, due_at = ?4, ready_at = ?4, why = ?5
                 where tenant = ?1 and id = ?2 and tries = ?3 and claimed = 1",
            )
            .and_then(|mut back| back.execute(params![tenant, id, tries, instant(*at), why])),
        EffectOutcome::Sent(at) => remember(tx, tenant, id, tries, *at, None),
        EffectOutcome::Dropped(at, why) => {
            remember(tx, tenant, id, tries, *at, Some(why.as_str()))
        }
        _ => return Err(StoreError::Unsupported("this way for a try to end")),
    };
    changed.map(|rows| rows > 0).map_err(store_error)
}

fn remember(
    tx: &Connection,
    tenant: &str,
    id: &str,
    tries: u32,
    at: DateTime<Utc>,
    why: Option<&str>,
) -> rusqlite::Result<usize> {
    tx.prepare_cached(
        "insert into portal_post (tenant, row, n, id, line, kind, tries, ended_at, why)
         select tenant, row, n, id, line, kind, tries, ?4, ?5 from portal_outbox indexed by portal_outbox_claimed
         where tenant = ?1 and id = ?2 and tries = ?3 and claimed = 1",
    )?
    .execute(params![tenant, id, tries, instant(at), why])?;
    tx.prepare_cached(
        "delete from portal_outbox indexed by portal_outbox_claimed
         where tenant = ?1 and id = ?2 and tries = ?3 and claimed = 1",
    )?
    .execute(params![tenant, id, tries])
}
