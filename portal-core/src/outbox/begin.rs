//! Which of the effects that were claimed are begun, and in which order.
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Effect, Topic,
    store::{Claim, ClaimedEffect, EffectOutcome},
};
#[cfg(feature = "payments")]
use crate::{EffectKind, payment::PaymentWork};

/// What a worker died of so often would kill the next one too: nobody heard how these tries ended, so no error counts them.
const MOST_BEGUN: u32 = 100;

/// Why an effect that was claimed is not begun.
const STOPPED: &str = "the dispatcher was stopped";
const NO_TIME: &str = "those before it took the time there was";
const NEVER_ENDED: &str = "claimed more than a hundred times, and no worker came to an end with it";

/// What was never tried first, as it stands; then the rest, in another order each time. One of them may be what the worker before died of, and whatever came after it was claimed with it and not
/// begun: the next time about half of that comes first, and so on.
pub(super) fn in_turn(mut ours: Vec<ClaimedEffect>) -> Vec<ClaimedEffect> {
    ours.sort_by_cached_key(|claimed| {
        let drawn = || Uuid::new_v5(&claimed.effect.id, &claimed.tries.to_be_bytes());
        (claimed.tries > 1).then(drawn)
    });
    ours
}

/// What becomes of an effect that is not begun, if it is not.
pub(super) fn not_begun(
    stopping: &AtomicBool,
    claim: &Claim,
    claimed: &ClaimedEffect,
    now: DateTime<Utc>,
) -> Option<EffectOutcome> {
    if claimed.tries > MOST_BEGUN && !looks(&claimed.effect) {
        return Some(EffectOutcome::Dead(NEVER_ENDED.to_owned()));
    }
    if stopping.load(Ordering::Relaxed) {
        return Some(given_back(claimed, now, STOPPED));
    }
    too_late_to_begin(claim, now).then(|| given_back(claimed, now, NO_TIME))
}

/// Not begun, so no try was used up. A message is due as it was: should the clock be wrong now, it does not wait until it is right.
pub(super) fn given_back(claimed: &ClaimedEffect, now: DateTime<Utc>, why: &str) -> EffectOutcome {
    let due = match (claimed.effect.topic(), claimed.since) {
        (Topic::Mail | Topic::Host, Some(since)) => since.min(now),
        // For how long these have been due is measured.
        (Topic::Payments | Topic::Accounting, _) | (_, None) => now,
    };
    EffectOutcome::Untried(due, why.to_owned())
}

/// Whether it looks at something again and again, and has tries behind it that did not fail.
pub(super) fn looks(effect: &Effect) -> bool {
    match &effect.kind {
        #[cfg(feature = "payments")]
        EffectKind::Payment(PaymentWork::Watch { .. } | PaymentWork::WatchRefund { .. }) => true,
        #[cfg(feature = "accounting")]
        EffectKind::Accounting(_) => true,
        _ => false,
    }
}

/// What takes as long as it may should end before the lease does: then nobody else has it already.
pub(super) fn too_late_to_begin(claim: &Claim, now: DateTime<Utc>) -> bool {
    now - claim.now >= claim.lease / 2
}
