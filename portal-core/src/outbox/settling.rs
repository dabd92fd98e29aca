//! How each try ended is written down.
use std::time::Duration;

use super::{Patience, Round, counted, told};
use crate::{
    portal::Wiring,
    store::{ClaimedEffect, EffectOutcome, StoreError},
};

/// What was done and is not written down would be done again: a store that cannot be reached is asked a few times.
const ONCE_MORE: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_secs(1),
];

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

/// Settling names the try, so the same answer twice is one answer. Only what is given back is so once: the same try may be somebody else's by the time that is said again.
async fn written_down(
    wiring: &Wiring,
    patience: Patience,
    claimed: &ClaimedEffect,
    outcome: &EffectOutcome,
) -> Result<bool, StoreError> {
    let (id, tries) = (claimed.effect.id, claimed.tries);
    let settle = || wiring.store.settle_effect(id, tries, outcome.clone());
    let first = settle().await;
    let is_back = matches!(outcome, EffectOutcome::Untried(..));
    if is_back || !matches!(first, Err(StoreError::Unavailable(_))) {
        return first;
    }
    for wait in ONCE_MORE {
        patience.rest(wait).await;
        match settle().await {
            Err(StoreError::Unavailable(_)) => {}
            // If not now, then it was written down before, and only the answer was lost.
            Ok(_) => return Ok(true),
            failed => return failed,
        }
    }
    first
}
