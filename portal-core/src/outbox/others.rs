//! What hosts, payment providers and accounting systems are owed: delivered one by one.
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Duration, Utc};

use super::{
    Dispatcher, LONGEST_ASKED, MOST_TRIES, Patience, Round,
    begin::{in_turn, looks, not_begun},
    told,
};
#[cfg(feature = "payments")]
use crate::{EffectKind, Error, payment::Worked};
use crate::{
    Topic,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    portal::Wiring,
    store::{Claim, ClaimedEffect, EffectOutcome, StoreError},
};

/// After so many tries an effect whose other end cannot be reached is given up: about three days, most of them an hour apart.
const MOST_TRIES_UNREACHED: u32 = 80;

impl Dispatcher {
    /// Takes what is due of all but messages, and tries each once. What is claimed and not begun when `stopping` is set goes back at once.
    pub(super) async fn others(
        &self,
        stopping: &AtomicBool,
        patience: Patience,
        round: &mut Round,
    ) -> Result<(), StoreError> {
        let wiring = self.portal.wiring();
        let topics = wiring.other_topics();
        if topics.is_empty() || stopping.load(Ordering::Relaxed) {
            return Ok(());
        }
        let claim = Claim::new(wiring.clock.now(), wiring.lease, self.batch, topics);
        let ours = wiring.store.claim_effects(&claim).await?;
        told::claimed("others", ours.len());
        for claimed in in_turn(ours) {
            let trying = told::trying(&claimed);
            let work = async {
                let now = wiring.clock.now();
                let outcome = match not_begun(stopping, &claim, &claimed, now) {
                    Some(outcome) => outcome,
                    None => wiring.delivered(patience, &claimed).await,
                };
                round
                    .settle(wiring, patience, &trying, &claimed, outcome)
                    .await
            };
            told::within(&trying, work).await?;
        }
        Ok(())
    }
}

impl Wiring {
    /// What there are hands for.
    fn other_topics(&self) -> Vec<Topic> {
        let mut topics = vec![];
        if self.host.is_some() {
            topics.push(Topic::Host);
        }
        #[cfg(feature = "payments")]
        if self.payment_store.is_some() {
            topics.push(Topic::Payments);
        }
        #[cfg(feature = "accounting")]
        if self.ledger.is_some() && self.accounting_store.is_some() {
            topics.push(Topic::Accounting);
        }
        topics
    }

    async fn delivered(&self, patience: Patience, claimed: &ClaimedEffect) -> EffectOutcome {
        let answer = patience.wait_for(Box::pin(deliver(self, claimed))).await;
        let answer = answer.unwrap_or_else(|unanswered| Err(unanswered.error()));
        answer.unwrap_or_else(|e| after(&e, claimed, self.clock.now()))
    }
}

async fn deliver(wiring: &Wiring, claimed: &ClaimedEffect) -> Result<EffectOutcome, AdapterError> {
    let effect = &claimed.effect;
    #[cfg(feature = "payments")]
    {
        let worked = match &effect.kind {
            EffectKind::Payment(work) => Some(wiring.work(work).await),
            #[cfg(feature = "accounting")]
            EffectKind::Accounting(work) => Some(wiring.work_on_books(work, effect.id).await),
            _ => None,
        };
        if let Some(worked) = worked {
            return match worked.map_err(of_portal)? {
                Worked::Done => Ok(EffectOutcome::Done),
                Worked::Again(at, why) => Ok(EffectOutcome::RetryAt(at, why)),
                Worked::GivenUp(why) => Ok(EffectOutcome::Dead(why)),
            };
        }
    }
    match (effect.topic(), &wiring.host) {
        (Topic::Host, Some(host)) => host.deliver(effect).await.map(|()| EffectOutcome::Done),
        // Claimed by topic, so none happens; a later round finds the effect again.
        (Topic::Host, None) | (Topic::Mail | Topic::Payments | Topic::Accounting, _) => {
            Err(AdapterError::new(
                AdapterErrorKind::Misconfigured,
                Disposition::NeverSent,
                "outbox",
                "deliver",
                "nobody is wired for this topic",
            ))
        }
    }
}

/// What the portal itself answered, as an adapter would have.
#[cfg(feature = "payments")]
fn of_portal(error: Error) -> AdapterError {
    let kind = match error {
        Error::Adapter(e) => return e,
        Error::Store(e) => return AdapterError::of_store("portal", "pay", e),
        Error::Contended => AdapterErrorKind::Unavailable,
        _ => AdapterErrorKind::Misconfigured,
    };
    AdapterError::new(
        kind,
        Disposition::NeverSent,
        "portal",
        "pay",
        error.to_string(),
    )
}

/// Whether it is given up, or when it comes again.
fn after(error: &AdapterError, claimed: &ClaimedEffect, now: DateTime<Utc>) -> EffectOutcome {
    let why = error.to_string();
    if error.kind() == AdapterErrorKind::Rejected || has_had_its_tries(error, claimed) {
        return EffectOutcome::Dead(why);
    }
    let asked = match error.kind() {
        AdapterErrorKind::RateLimited { retry_after } => retry_after,
        _ => None,
    };
    let asked = asked.and_then(|wait| Duration::from_std(wait).ok());
    let wait = pause(claimed).max(asked.unwrap_or_default().min(LONGEST_ASKED));
    let at = now.checked_add_signed(wait);
    EffectOutcome::RetryAt(at.unwrap_or(DateTime::<Utc>::MAX_UTC), why)
}

fn has_had_its_tries(error: &AdapterError, claimed: &ClaimedEffect) -> bool {
    if !error.is_temporary() {
        return claimed.tries >= MOST_TRIES;
    }
    // What looks and looks again has many tries behind it, and hardly any of them failed.
    !looks(&claimed.effect) && claimed.tries >= MOST_TRIES_UNREACHED
}

/// Doubles from five seconds to an hour. Between half and all of it, by the effect's id: those that failed together do not come back together.
fn pause(claimed: &ClaimedEffect) -> Duration {
    let full = 5_000_i64
        .saturating_mul(1 << claimed.tries.saturating_sub(1).min(20))
        .min(3_600_000);
    let spread = i64::from(claimed.effect.id.as_fields().0 % 1_000);
    Duration::milliseconds(full / 2 + full / 2 * spread / 1_000)
}

#[cfg(all(test, feature = "accounting"))]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Effect, accounting::AccountingWork};

    fn failed(kind: AdapterErrorKind) -> EffectOutcome {
        let said = Disposition::NeverSent;
        let error = AdapterError::new(kind, said, "store", "case", "no answer");
        let work = EffectKind::Accounting(AccountingWork::Pull);
        let looking = ClaimedEffect::new(Effect::new(Uuid::from_u128(1), work), 5_000);
        after(&error, &looking, DateTime::<Utc>::UNIX_EPOCH)
    }

    /// It has looked for days, and nothing had failed.
    #[test]
    fn what_looks_and_looks_again_is_not_given_up_for_what_passes() {
        let passes = failed(AdapterErrorKind::Unavailable);
        assert!(matches!(passes, EffectOutcome::RetryAt(..)), "{passes:?}");
        let wrong = failed(AdapterErrorKind::Misconfigured);
        assert!(matches!(wrong, EffectOutcome::Dead(_)), "{wrong:?}");
    }

    /// A year is a mistake of whoever said so.
    #[test]
    fn whoever_asks_to_be_left_alone_is_so_for_an_hour() {
        let retry_after = Some(std::time::Duration::from_hours(24 * 365));
        let EffectOutcome::RetryAt(at, _) = failed(AdapterErrorKind::RateLimited { retry_after })
        else {
            panic!("it comes again");
        };
        assert_eq!(at - DateTime::<Utc>::UNIX_EPOCH, Duration::hours(1));
    }
}
