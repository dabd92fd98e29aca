//! How each try ended is written down.
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use chrono::{DateTime, Utc};

use super::{Patience, Round, counted, told};
use crate::{
    Topic,
    portal::Wiring,
    store::{Claim, ClaimedEffect, EffectOutcome, StoreError},
};

/// What was done and is not written down would be done again: a store that cannot be reached is asked a few times.
const ONCE_MORE: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_secs(1),
];

/// What a worker died of so often would kill the next one too: nobody heard how these tries ended, so no error counts them.
const MOST_BEGUN: u32 = 100;

/// Why an effect that was claimed is not begun.
const STOPPED: &str = "the dispatcher was stopped";
const NO_TIME: &str = "those before it took the time there was";
const NEVER_ENDED: &str = "begun a hundred times, and no worker came to an end with it";

impl Round {
    /// Says how a try ended, and counts it.
    ///
    /// # Errors
    /// Nothing can be written down.
    pub(super) async fn settle(
        &mut self,
        wiring: &Wiring,
        patience: Patience,
        trying: &told::Trying,
        claimed: &ClaimedEffect,
        outcome: EffectOutcome,
    ) -> Result<(), StoreError> {
        let in_time = written_down(wiring, patience, claimed, &outcome).await?;
        told::settled(trying, claimed, &outcome, in_time);
        counted::settled(claimed, &outcome, in_time, &*wiring.clock);
        *match outcome {
            _ if !in_time => &mut self.too_late,
            EffectOutcome::Done | EffectOutcome::Sent(_) | EffectOutcome::Dropped(..) => {
                &mut self.done
            }
            EffectOutcome::RetryAt(..) | EffectOutcome::Untried(..) => &mut self.put_off,
            EffectOutcome::Dead(_) => &mut self.given_up,
        } += 1;
        Ok(())
    }
}

/// The same answer twice is one answer: settling names the try.
async fn written_down(
    wiring: &Wiring,
    patience: Patience,
    claimed: &ClaimedEffect,
    outcome: &EffectOutcome,
) -> Result<bool, StoreError> {
    let (id, tries) = (claimed.effect.id, claimed.tries);
    let settle = || wiring.store.settle_effect(id, tries, outcome.clone());
    for wait in ONCE_MORE {
        match settle().await {
            Err(StoreError::Unavailable(_)) => patience.rest(wait).await,
            answer => return answer,
        }
    }
    settle().await
}

/// What becomes of an effect that is not begun, if it is not.
pub(super) fn not_begun(
    stopping: &AtomicBool,
    claim: &Claim,
    claimed: &ClaimedEffect,
    now: DateTime<Utc>,
) -> Option<EffectOutcome> {
    let looks = matches!(claimed.effect.topic(), Topic::Payments | Topic::Accounting);
    if !looks && claimed.tries > MOST_BEGUN {
        return Some(EffectOutcome::Dead(NEVER_ENDED.to_owned()));
    }
    if stopping.load(Ordering::Relaxed) {
        return Some(given_back(claimed, now, STOPPED));
    }
    too_late_to_begin(claim, now).then(|| given_back(claimed, now, NO_TIME))
}

/// Not begun, so no try was used up. It is due as it was: should the clock be wrong now, it does not wait until it is right.
pub(super) fn given_back(claimed: &ClaimedEffect, now: DateTime<Utc>, why: &str) -> EffectOutcome {
    let due = claimed.since.map_or(now, |since| since.min(now));
    EffectOutcome::Untried(due, why.to_owned())
}

/// What takes as long as it may should end before the lease does: then nobody else has it already.
pub(super) fn too_late_to_begin(claim: &Claim, now: DateTime<Utc>) -> bool {
    now - claim.now >= claim.lease / 2
}
