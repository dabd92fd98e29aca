//! What happens at the door: tries that are taken, people who are let in, rows of the sign-in log.
use chrono::{DateTime, Duration, Utc};
use portal_core::{
    Commit, Expectation, StoreError,
    accounts::{Access, Attempt, Digest, Draw, Drawn, Entry, Sweep},
};
use serde_json::json;
use sqlx::PgPool;

use super::is_kept_here;
use crate::{
    postgres::store_error,
    wire::{instant, word},
};

/// A row of the sign-in log, as JSON.
pub(super) fn attempt(attempt: &Attempt) -> Result<String, StoreError> {
    crate::wire::json(&json!({
        "at": instant(attempt.at),
        "flow": word(&attempt.flow)?,
        "outcome": word(&attempt.outcome)?,
        "account": attempt.account,
        "customer": attempt.customer,
        "typed": attempt.typed,
        "ip": attempt.ip,
        "agent": attempt.agent,
    }))
}

/// Writes a row of the sign-in log and nothing else.
pub(super) async fn note(pool: &PgPool, tenant: &str, attempt: &str) -> Result<Commit, StoreError> {
    sqlx::query("select portal_account_record($1, '[]', $2::text::json)")
        .bind(tenant)
        .bind(attempt)
        .execute(pool)
        .await
        .map_err(store_error)?;
    Ok(Commit::Applied)
}

/// Takes one try from each allowance, or from none, in one statement.
pub(super) async fn draw(
    pool: &PgPool,
    tenant: &str,
    draws: &[Draw],
    now: DateTime<Utc>,
) -> Result<Drawn, StoreError> {
    let mut draws: Vec<&Draw> = draws.iter().collect();
    // Everybody locks in this order, and two draws from one allowance stay in theirs.
    draws.sort_by_key(|draw| draw.key);
    let keys: Vec<&[u8]> = draws.iter().map(|d| &d.key.as_bytes()[..]).collect();
    let everies: Vec<_> = draws.iter().map(|d| nanos(d.every).to_string()).collect();
    let bucket = |d: &&Draw| nanos(d.every).saturating_mul(d.burst.into()).to_string();
    let buckets: Vec<_> = draws.iter().map(bucket).collect();
    let mosts: Vec<_> = draws.iter().map(|d| d.in_a_row.map(i64::from)).collect();
    let (granted, again_at): (bool, Option<String>) = sqlx::query_as(
        "select granted, again_at::text from portal_draw($1, $2, $3::text[]::numeric[], $4::text[]::numeric[], $5, $6::text::numeric)",
    )
    .bind(tenant)
    .bind(keys)
    .bind(everies)
    .bind(buckets)
    .bind(mosts)
    .bind(since_epoch(now).to_string())
    .fetch_one(pool)
    .await
    .map_err(store_error)?;
    if granted {
        return Ok(Drawn::Granted);
    }
    let again_at = again_at.as_deref().map(from_epoch).transpose()?;
    Ok(Drawn::Refused { again_at })
}

/// Remembers when a session was last seen.
pub(super) async fn seen(
    pool: &PgPool,
    tenant: &str,
    token: &Digest,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("select portal_seen($1, $2, $3)")
        .bind(tenant)
        .bind(&token.as_bytes()[..])
        .bind(instant(at))
        .execute(pool)
        .await
        .map(drop)
        .map_err(store_error)
}

/// Lets somebody in, in one statement.
pub(super) async fn enter(
    pool: &PgPool,
    tenant: &str,
    entry: &Entry,
    attempt: &str,
) -> Result<Commit, StoreError> {
    let seen = &entry.access.seen;
    if !seen.iter().all(|(record, _)| is_kept_here(record)) {
        return Err(StoreError::Unsupported(
            "an entry that rests on the host's records",
        ));
    }
    let whats: Vec<_> = seen.iter().map(|(record, _)| record.kind()).collect();
    let keys: Vec<_> = seen.iter().map(|(record, _)| record.key()).collect();
    let expecteds: Vec<_> = seen.iter().map(|(_, version)| version.as_str()).collect();
    let mut refunds: Vec<_> = entry.refunds.iter().collect();
    refunds.sort_by_key(|refund| refund.key);
    let refunded: Vec<&[u8]> = refunds.iter().map(|r| &r.key.as_bytes()[..]).collect();
    let everies: Vec<_> = refunds.iter().map(|r| nanos(r.every).to_string()).collect();
    let ends: Vec<_> = refunds.iter().map(|r| r.ends_row).collect();
    let lost: i32 = sqlx::query_scalar(
        "select portal_enter($1, $2, $3, $4, $5::text::json, $6, $7, $8::text[]::numeric[], $9, $10, $11, $12, $13::text::json)",
    )
    .bind(tenant)
    .bind(whats)
    .bind(keys)
    .bind(expecteds)
    .bind(session(entry)?)
    .bind(entry.instead_of.as_ref().map(|token| &token.as_bytes()[..]))
    .bind(refunded)
    .bind(everies)
    .bind(ends)
    .bind(entry.rehashed.as_ref().map(portal_core::accounts::PasswordHash::expose))
    .bind(entry.device.as_ref().map(|device| &device.as_bytes()[..]))
    .bind(i64::try_from(Access::MOST_DEVICES).unwrap_or(i64::MAX))
    .bind(attempt)
    .fetch_one(pool)
    .await
    .map_err(store_error)?;
    if lost == 0 {
        return Ok(Commit::Applied);
    }
    let place = usize::try_from(lost).ok().and_then(|n| n.checked_sub(1));
    let (record, version) = place
        .and_then(|place| seen.get(place))
        .ok_or_else(|| StoreError::Corrupt("the entry answered nonsense".into()))?;
    let lost = Expectation::Unchanged(record.clone(), version.clone());
    Err(StoreError::conflict(lost))
}

fn session(entry: &Entry) -> Result<String, StoreError> {
    let session = &entry.session;
    crate::wire::json(&json!({
        "id": session.id,
        "token": session.token,
        "account": session.account,
        "opened_at": instant(session.opened_at),
        "seen_at": instant(session.seen_at),
        "proved_at": instant(session.proved_at),
        "ip": session.ip,
        "agent": session.agent,
    }))
}

/// Forgets what has lost its meaning.
pub(super) async fn sweep(pool: &PgPool, tenant: &str, before: &Sweep) -> Result<u64, StoreError> {
    let rows: i64 = sqlx::query_scalar("select portal_sweep($1, $2, $3, $4, $5::text::numeric)")
        .bind(tenant)
        .bind(instant(before.ended))
        .bind(instant(before.log))
        .bind(instant(before.stale))
        .bind(since_epoch(before.stale).to_string())
        .fetch_one(pool)
        .await
        .map_err(store_error)?;
    Ok(rows.cast_unsigned())
}

const SECOND: i128 = 1_000_000_000;

/// Allowances are reckoned with in nanoseconds: the database's own instants end at microseconds.
fn nanos(of: Duration) -> i128 {
    i128::from(of.num_seconds()) * SECOND + i128::from(of.subsec_nanos())
}

fn since_epoch(at: DateTime<Utc>) -> i128 {
    i128::from(at.timestamp()) * SECOND + i128::from(at.timestamp_subsec_nanos())
}

fn from_epoch(nanos: &str) -> Result<DateTime<Utc>, StoreError> {
    let nanos: Option<i128> = nanos.parse().ok();
    let at = nanos.and_then(|nanos| {
        let seconds = i64::try_from(nanos.div_euclid(SECOND)).ok()?;
        let rest = u32::try_from(nanos.rem_euclid(SECOND)).ok()?;
        DateTime::from_timestamp(seconds, rest)
    });
    at.ok_or_else(|| StoreError::Corrupt("this is no instant to try again at".into()))
}
