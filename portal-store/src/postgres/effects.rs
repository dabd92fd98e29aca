use chrono::{DateTime, Utc};
use portal_core::{
    Effect, StoreError, Topic,
    store::{Claim, ClaimedEffect, EffectOutcome},
};
use sqlx::PgPool;
use uuid::Uuid;

use super::store_error;
use crate::{
    owed::{self, NOT_UNDERSTOOD},
    wire::{instant, parse_instant},
};

/// `of_row`, `n`, `id`, `kind`, `tries`, `since`.
type Taken = (i64, i64, String, String, i64, Option<String>);

/// Takes what is ready, and hides it until the lease is over. What another dispatcher is taking at the moment is left to it. Nothing is answered where only such
/// was ready as this build does not understand: that is put off now, and others may stand behind it.
pub(super) async fn claim(
    pool: &PgPool,
    tenant: &str,
    claim: &Claim,
) -> Result<Option<Vec<ClaimedEffect>>, StoreError> {
    let mut topics: Vec<_> = claim.topics.iter().copied().map(Topic::as_str).collect();
    topics.sort_unstable();
    topics.dedup();
    let until = claim.now.checked_add_signed(claim.lease);
    let until = until.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let mut taken: Vec<Taken> = sqlx::query_as(
        "select of_row, n, id, kind, tries, (select at from portal_command c where c.tenant = $1 and c.row = of_row) as since
         from portal_claim_effects($1, $2, $3, $4, $5)",
    )
    .bind(tenant)
    .bind(instant(claim.now))
    .bind(instant(until))
    .bind(topics)
    .bind(i64::from(claim.limit))
    .fetch_all(pool)
    .await
    .map_err(store_error)?;
    taken.sort_unstable();
    let (nothing, mut claimed) = (taken.is_empty(), vec![]);
    for (_, _, id, kind, tries, since) in taken {
        let id = owed::id(&id)?;
        let tries = u32::try_from(tries).unwrap_or(u32::MAX);
        let Some(kind) = owed::kind(&kind) else {
            let put_off = EffectOutcome::Untried(until, NOT_UNDERSTOOD.to_owned());
            // The others are taken already. Where this fails it is hidden all the same, and has lost a try.
            let _ = settle(pool, tenant, id, tries, &put_off).await;
            continue;
        };
        let since = since.as_deref().map(parse_instant).transpose()?;
        claimed.push(ClaimedEffect::new(Effect::new(id, kind), tries).owed_since(since));
    }
    Ok(Some(claimed).filter(|claimed| nothing || !claimed.is_empty()))
}

/// Says how a claimed try ended: once, and only for the try it names. What is done leaves the table; of messages it goes where they are remembered.
pub(super) async fn settle(
    pool: &PgPool,
    tenant: &str,
    id: Uuid,
    tries: u32,
    outcome: &EffectOutcome,
) -> Result<bool, StoreError> {
    let (settle, at, why) = match outcome {
        EffectOutcome::Done => (SETTLE, None, None),
        EffectOutcome::RetryAt(at, why) => (SETTLE, Some(instant(*at)), Some(why)),
        EffectOutcome::Dead(why) => (SETTLE, None, Some(why)),
        EffectOutcome::Untried(at, why) => (GIVE_BACK, Some(instant(*at)), Some(why)),
        EffectOutcome::Sent(at) => (REMEMBER, Some(instant(*at)), None),
        EffectOutcome::Dropped(at, why) => (REMEMBER, Some(instant(*at)), Some(why)),
        _ => return Err(StoreError::Unsupported("this way for a try to end")),
    };
    sqlx::query_scalar(settle)
        .bind(tenant)
        .bind(id.to_string())
        .bind(i64::from(tries))
        .bind(at)
        .bind(why)
        .fetch_one(pool)
        .await
        .map_err(store_error)
}

const SETTLE: &str = "select portal_settle($1, $2, $3, $4, $5)";
const GIVE_BACK: &str = "select portal_give_back($1, $2, $3, $4, $5)";
const REMEMBER: &str = "select portal_remember($1, $2, $3, $4, $5)";
