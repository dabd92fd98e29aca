//! Works off what decisions owe: claims effects under a lease, hands each to whoever is wired for it, says how it ended.
//!
//! With feature `tracing` it tells what it does, under the target `portal::outbox`. Each try of an effect is a span, `portal.effect`: whatever a mailer, a host or another adapter says
//! meanwhile is said within it. Its fields:
//!
//! | Field | What it says |
//! |---|---|
//! | `id` | which effect; staff find a message by it |
//! | `topic` | `mail`, `host`, `payments` or `accounting` |
//! | `kind` | of a message, which one, such as `invoice-copy`; of all else the topic |
//! | `tries` | which try it is, from 1 |
//! | `outcome` | once it ended: `done`, `sent`, `dropped`, `put-off`, `given-back`, `given-up` or `too-late` |
//!
//! Events say as much where nobody keeps spans: `claimed`, and how each try ended (`done`, `sent`, `dropped`, `put off`, `given back`, `given up`, `too late`); `post held` and
//! `post goes on`. Nothing says for whom an effect is, about what, or why.
//!
//! With feature `metrics` it counts what it does, for whichever recorder the host installs; without one it costs next to nothing. No label is anybody's name, address or id:
//!
//! | Metric | What it is | Labels |
//! |---|---|---|
//! | `portal_outbox_tries_total` | counter: tries that ended | `topic`, `kind`, `outcome`, as above |
//! | `portal_outbox_seconds` | histogram: from when an effect was decided until it was done, sent, dropped or given up | `topic`, `kind`, `outcome` |
//! | `portal_post_held` | gauge: 1 while this process sends no message | `why`: `misconfigured` or `unreached` |
//! | `portal_outbox_owed` | gauge: effects that are not done | `topic` |
//! | `portal_outbox_given_up` | gauge: effects that were given up and wait for staff | `topic` |
//! | `portal_outbox_oldest_seconds` | gauge: how long the oldest that is owed has waited, 0 if none is; of `payments` and `accounting`, where much is looked at again on purpose, how long it has been due | `topic` |
//!
//! The last three are what the store says: `Portal::measure_outbox`, called once a minute, sets them. Alarm on `portal_outbox_given_up` above 0, on `portal_post_held` where `why` is
//! `misconfigured`, and on `portal_outbox_oldest_seconds` above an hour.
#[cfg(feature = "metrics")]
mod counted;
#[cfg(not(feature = "metrics"))]
#[path = "outbox/uncounted.rs"]
mod counted;
#[cfg(feature = "metrics")]
mod depth;
#[cfg(feature = "mail")]
mod hold;
#[cfg(any(feature = "metrics", feature = "tracing"))]
mod labels;
#[cfg(feature = "mail")]
mod post;
#[cfg(feature = "tracing")]
mod told;
#[cfg(not(feature = "tracing"))]
#[path = "outbox/untold.rs"]
mod told;
#[cfg(feature = "mail")]
mod upkeep;

#[cfg(feature = "mail")]
pub use hold::Held;
#[cfg(feature = "mail")]
pub(crate) use hold::Hold;

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use crate::{
    Effect, Portal, Topic,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    portal::Wiring,
    store::{Claim, ClaimedEffect, EffectOutcome, StoreError},
};
#[cfg(feature = "payments")]
use crate::{EffectKind, Error, payment::Worked};

/// Hears of what the host should act on: places that came free, records staff should look at.
///
/// Called at least once for each effect; a repeat carries the same [`Effect::id`].
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait HostLink: fmt::Debug + Send + Sync + 'static {
    /// Takes note of it, durably. An error has it delivered again later.
    async fn deliver(&self, effect: &Effect) -> Result<(), AdapterError>;
}

/// Works off the outbox of one portal. Any number of them may run, in any number of processes.
#[derive(Debug, Clone)]
pub struct Dispatcher {
    portal: Portal,
    batch: u16,
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Round {
    /// Done; messages that need not be sent any more among them.
    pub done: u32,
    /// Failed for now; they come again.
    pub put_off: u32,
    /// Given up; staff can see them in the outbox.
    pub given_up: u32,
    /// Answered too late: the lease was over, and somebody else has them by now.
    pub too_late: u32,
}

/// How long the effects of a round are ours, unless told otherwise.
pub(crate) const LEASE: Duration = Duration::minutes(2);

/// After so many tries an effect that the other end cannot digest is given up.
const MOST_TRIES: u32 = 10;

/// After so many an effect whose other end cannot be reached: about three days, most of them an hour apart.
const MOST_TRIES_UNREACHED: u32 = 80;

impl Portal {
    /// Works off what decisions owe.
    #[must_use]
    pub fn dispatcher(&self) -> Dispatcher {
        Dispatcher {
            portal: self.clone(),
            batch: 32,
        }
    }
}

impl Dispatcher {
    /// How many effects one round takes at most; 32 unless told otherwise.
    #[must_use]
    pub fn batch(mut self, effects: u16) -> Self {
        self.batch = effects.max(1);
        self
    }

    /// One round: takes what is due now, and tries each once. Topics that nobody is wired for stay in the outbox, untouched.
    ///
    /// # Errors
    /// When the store fails; what was claimed comes again once its lease is over.
    pub async fn run_once(&self) -> Result<Round, StoreError> {
        self.round(&AtomicBool::new(false), Patience(None)).await
    }

    /// What is claimed and not begun when `stopping` is set goes back at once.
    async fn round(&self, stopping: &AtomicBool, patience: Patience) -> Result<Round, StoreError> {
        let wiring = self.portal.wiring();
        let mut topics = vec![];
        if wiring.host.is_some() {
            topics.push(Topic::Host);
        }
        #[cfg(feature = "payments")]
        if wiring.payment_store.is_some() {
            topics.push(Topic::Payments);
        }
        #[cfg(feature = "accounting")]
        if wiring.ledger.is_some() && wiring.accounting_store.is_some() {
            topics.push(Topic::Accounting);
        }
        let mut round = Round::default();
        if !topics.is_empty() {
            let claim = Claim::new(wiring.clock.now(), wiring.lease, self.batch, topics);
            let ours = wiring.store.claim_effects(&claim).await?;
            told::claimed("others", ours.len());
            for claimed in ours {
                let trying = told::trying(&claimed);
                let work = async {
                    let now = wiring.clock.now();
                    let outcome = if stopping.load(Ordering::Relaxed) {
                        given_back(now, STOPPED)
                    } else if too_late_to_begin(&claim, now) {
                        given_back(now, NO_TIME)
                    } else {
                        match patience.wait_for(Box::pin(deliver(wiring, &claimed))).await {
                            Ok(Ok(outcome)) => outcome,
                            Ok(Err(e)) => after(&e, &claimed, wiring.clock.now()),
                            Err(e) => let_go(&e, &claimed, wiring.clock.now()),
                        }
                    };
                    round.settle(wiring, &trying, &claimed, outcome).await
                };
                told::within(&trying, work).await?;
            }
        }
        #[cfg(feature = "mail")]
        self.post(stopping, patience, &mut round).await?;
        Ok(round)
    }

    /// Rounds until `stop` is ready: at once while there is work, else every `idle`. What is being delivered then is finished first; the rest of the round
    /// goes back.
    ///
    /// Whatever takes longer than half the lease is let go of, as if the process had ended there, and tried again. Store failures are waited out like an empty outbox; `failed` hears of each.
    #[cfg(feature = "dispatcher")]
    pub async fn run(
        &self,
        idle: std::time::Duration,
        stop: impl Future<Output = ()> + Send,
        mut failed: impl FnMut(&StoreError) + Send,
    ) {
        let mut stop = std::pin::pin!(stop);
        let stopping = AtomicBool::new(false);
        let half = (self.portal.wiring().lease / 2).to_std();
        let patience = Patience(half.ok());
        loop {
            let ended = {
                let mut round = std::pin::pin!(self.round(&stopping, patience));
                std::future::poll_fn(|cx| {
                    if !stopping.load(Ordering::Relaxed) && stop.as_mut().poll(cx).is_ready() {
                        stopping.store(true, Ordering::Relaxed);
                    }
                    round.as_mut().poll(cx)
                })
                .await
            };
            let worked = match ended {
                Ok(round) => round != Round::default(),
                Err(e) => {
                    failed(&e);
                    false
                }
            };
            if stopping.load(Ordering::Relaxed) {
                return;
            }
            let pause = if worked {
                std::time::Duration::ZERO
            } else {
                idle
            };
            if tokio::time::timeout(pause, stop.as_mut()).await.is_ok() {
                return;
            }
        }
    }
}

impl Round {
    /// Says how a try ended, and counts it.
    async fn settle(
        &mut self,
        wiring: &Wiring,
        trying: &told::Trying,
        claimed: &ClaimedEffect,
        outcome: EffectOutcome,
    ) -> Result<(), StoreError> {
        let counted = match outcome {
            EffectOutcome::Done | EffectOutcome::Sent(_) | EffectOutcome::Dropped(..) => {
                &mut self.done
            }
            EffectOutcome::RetryAt(..) | EffectOutcome::Untried(..) => &mut self.put_off,
            EffectOutcome::Dead(_) => &mut self.given_up,
        };
        let (id, tries) = (claimed.effect.id, claimed.tries);
        let told = outcome.clone();
        let in_time = wiring.store.settle_effect(id, tries, outcome).await?;
        told::settled(trying, claimed, &told, in_time);
        counted::settled(claimed, &told, in_time, &*wiring.clock);
        if in_time {
            *counted += 1;
        } else {
            self.too_late += 1;
        }
        Ok(())
    }
}

/// How long one delivery may take. There is no end where nobody has a timer: then whoever calls round by round waits.
#[derive(Debug, Clone, Copy)]
struct Patience(Option<std::time::Duration>);

impl Patience {
    /// Waits for half the lease: what is begun in the first half ends before another process has it, and whoever never answers stops nothing else for ever.
    async fn wait_for<T>(self, delivery: impl Future<Output = T>) -> Result<T, AdapterError> {
        #[cfg(feature = "dispatcher")]
        if let Some(half) = self.0 {
            let ended = tokio::time::timeout(half, delivery).await;
            return ended.map_err(|_| {
                let (kind, unknown) = (AdapterErrorKind::Unavailable, Disposition::Unknown);
                let why = "there was no answer for half the lease";
                AdapterError::new(kind, unknown, "outbox", "deliver", why)
            });
        }
        #[cfg(not(feature = "dispatcher"))]
        let Self(_without_a_timer) = self;
        Ok(delivery.await)
    }
}

/// Why an effect that was claimed is not begun.
const STOPPED: &str = "the dispatcher was stopped";
const NO_TIME: &str = "those before it took the time there was";

/// Not begun, so no try was used up.
fn given_back(now: DateTime<Utc>, why: &str) -> EffectOutcome {
    EffectOutcome::Untried(now, why.to_owned())
}

/// What takes as long as it may should end before the lease does: then nobody else has it already.
fn too_late_to_begin(claim: &Claim, now: DateTime<Utc>) -> bool {
    now - claim.now >= claim.lease / 2
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

/// Nobody answered in time. What looks and looks again has many tries behind it, and none of them failed: it is never given up for this.
fn let_go(error: &AdapterError, claimed: &ClaimedEffect, now: DateTime<Utc>) -> EffectOutcome {
    match (claimed.effect.topic(), after(error, claimed, now)) {
        (Topic::Payments | Topic::Accounting, EffectOutcome::Dead(why)) => {
            let at = now.checked_add_signed(pause(claimed));
            EffectOutcome::RetryAt(at.unwrap_or(DateTime::<Utc>::MAX_UTC), why)
        }
        (_, outcome) => outcome,
    }
}

fn after(error: &AdapterError, claimed: &ClaimedEffect, now: DateTime<Utc>) -> EffectOutcome {
    let why = error.to_string();
    let most = if error.is_temporary() {
        MOST_TRIES_UNREACHED
    } else {
        MOST_TRIES
    };
    if error.kind() == AdapterErrorKind::Rejected || claimed.tries >= most {
        return EffectOutcome::Dead(why);
    }
    let asked = match error.kind() {
        AdapterErrorKind::RateLimited { retry_after } => retry_after,
        _ => None,
    };
    let asked = asked.and_then(|wait| Duration::from_std(wait).ok());
    let wait = pause(claimed).max(asked.unwrap_or_default());
    let at = now.checked_add_signed(wait);
    EffectOutcome::RetryAt(at.unwrap_or(DateTime::<Utc>::MAX_UTC), why)
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
    use super::*;
    use crate::{Effect, accounting::AccountingWork};

    #[test]
    fn what_looks_and_looks_again_is_never_given_up_because_nobody_answered_in_time() {
        let late = AdapterError::new(
            AdapterErrorKind::Unavailable,
            Disposition::Unknown,
            "outbox",
            "deliver",
            "no answer",
        );
        let kind = EffectKind::Accounting(AccountingWork::Pull);
        let reading = ClaimedEffect::new(Effect::new(uuid::Uuid::from_u128(1), kind), 5_000);
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let given_up = after(&late, &reading, now);
        assert!(matches!(given_up, EffectOutcome::Dead(_)));
        let goes_on = let_go(&late, &reading, now);
        assert!(matches!(goes_on, EffectOutcome::RetryAt(at, _) if at > now));
    }
}
