//! What the dispatcher tells `tracing`: which effect, of which kind, in which try, and how it ended. Why is left to staff's own screens: what another system said may name somebody.
use chrono::{DateTime, Utc};
use tracing::{Instrument as _, Span, field, instrument::Instrumented};

use super::labels;
use crate::store::{ClaimedEffect, EffectOutcome};

/// Whose spans and events they are.
const TARGET: &str = "portal::outbox";

/// One try of one effect: all that is said meanwhile, by adapters and by hosts too, is said within its span.
pub(super) struct Trying(Span);

pub(super) fn trying(claimed: &ClaimedEffect) -> Trying {
    let ClaimedEffect { effect, tries, .. } = claimed;
    Trying(tracing::info_span!(
        target: TARGET,
        "portal.effect",
        id = %effect.id,
        topic = effect.topic().as_str(),
        kind = labels::kind(effect),
        tries,
        outcome = field::Empty,
    ))
}

/// The work of a try: its span is entered whenever it goes on, and left whenever it waits.
pub(super) fn within<F: Future>(trying: &Trying, work: F) -> Instrumented<F> {
    work.instrument(trying.0.clone())
}

/// So many effects are ours for a while.
pub(super) fn claimed(topics: &'static str, effects: usize) {
    if effects > 0 {
        tracing::debug!(target: TARGET, topics, effects, "claimed");
    }
}

/// A try ended so, and that is written down; or it was too late to say so.
pub(super) fn settled(
    trying: &Trying,
    claimed: &ClaimedEffect,
    outcome: &EffectOutcome,
    in_time: bool,
) {
    trying
        .0
        .record("outcome", labels::outcome(outcome, in_time));
    let ClaimedEffect { effect, tries, .. } = claimed;
    let (id, kind) = (effect.id, labels::kind(effect));
    let until = |at: &DateTime<Utc>| at.to_rfc3339();
    if !in_time {
        tracing::warn!(target: TARGET, %id, kind, tries, "too late");
        return;
    }
    match outcome {
        EffectOutcome::Done => tracing::debug!(target: TARGET, %id, kind, tries, "done"),
        EffectOutcome::Sent(_) => tracing::debug!(target: TARGET, %id, kind, tries, "sent"),
        EffectOutcome::Dropped(..) => tracing::info!(target: TARGET, %id, kind, tries, "dropped"),
        EffectOutcome::RetryAt(at, _) => {
            tracing::info!(target: TARGET, %id, kind, tries, until = until(at), "put off");
        }
        EffectOutcome::Untried(at, _) => {
            tracing::debug!(target: TARGET, %id, kind, until = until(at), "given back");
        }
        EffectOutcome::Dead(_) => tracing::warn!(target: TARGET, %id, kind, tries, "given up"),
    }
}

/// No message is sent until then.
#[cfg(feature = "mail")]
pub(super) fn held(until: DateTime<Utc>, misconfigured: bool) {
    let until = until.to_rfc3339();
    tracing::warn!(target: TARGET, until, misconfigured, "post held");
}

/// Messages are sent again.
#[cfg(feature = "mail")]
pub(super) fn lifted() {
    tracing::info!(target: TARGET, "post goes on");
}
