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
mod begin;
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
mod others;
mod patience;
#[cfg(feature = "mail")]
mod post;
#[cfg(feature = "dispatcher")]
mod running;
mod settling;
#[cfg(feature = "mail")]
mod spells;
#[cfg(feature = "tracing")]
mod told;
#[cfg(not(feature = "tracing"))]
#[path = "outbox/untold.rs"]
mod told;
#[cfg(feature = "mail")]
mod upkeep;
#[cfg(feature = "mail")]
mod waits;

#[cfg(feature = "mail")]
pub use hold::Held;
#[cfg(feature = "mail")]
pub(crate) use hold::Hold;

use std::{fmt, sync::atomic::AtomicBool};

use async_trait::async_trait;
use chrono::Duration;

use self::patience::Patience;
use crate::{Effect, Portal, adapter::AdapterError, store::StoreError};

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

/// Whoever asks to be left alone is so no longer than this: a quota may be raised meanwhile, and what was said may be nonsense.
const LONGEST_ASKED: Duration = Duration::hours(1);

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
        let (stopping, patience) = (AtomicBool::new(false), Patience::ENDLESS);
        let mut round = Round::default();
        let others = self.others(&stopping, patience, &mut round).await;
        // What keeps one of them from being read or written may not be in the way of the other.
        #[cfg(feature = "mail")]
        self.post(&stopping, patience, &mut round).await?;
        others.map(|()| round)
    }

    /// Rounds until `stop` is ready: at once while there is work, else every `idle`. What is being delivered then is finished first; the rest of the round
    /// goes back.
    ///
    /// Messages have rounds of their own beside those of all else: a payment provider that hangs makes nobody wait for a link to sign in. Whatever takes longer than half the lease is let go of, as
    /// if the process had ended there, and tried again; so is what panics. Store failures are waited out like an empty outbox; `failed` hears of each.
    #[cfg(feature = "dispatcher")]
    pub async fn run(
        &self,
        idle: std::time::Duration,
        stop: impl Future<Output = ()> + Send,
        failed: impl FnMut(&StoreError) + Send,
    ) {
        let running = running::Running::new(idle, failed);
        let patience = Patience::of_lease(self.portal.wiring().lease);
        let others = running.rounds(async |round: &mut Round| {
            self.others(&running.stopping, patience, round).await
        });
        #[cfg(feature = "mail")]
        let post = running
            .rounds(async |round: &mut Round| self.post(&running.stopping, patience, round).await);
        #[cfg(not(feature = "mail"))]
        let post = std::future::ready(());
        running.until(stop, others, post).await;
    }
}
