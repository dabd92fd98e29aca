//! What the dispatcher tells `tracing`: which effect, of which kind, in which try, and how it ended. Why is left to staff's own screens: what another system said may name somebody.
use chrono::{DateTime, Utc};

#[cfg(feature = "mail")]
use crate::EffectKind;
use crate::{
    Effect,
    store::{ClaimedEffect, EffectOutcome},
};

/// Whose events they are.
const TARGET: &str = "portal::outbox";

/// So many effects are ours for a while.
pub(super) fn claimed(topics: &'static str, effects: usize) {
    if effects > 0 {
        tracing::debug!(target: TARGET, topics, effects, "claimed");
    }
}

/// A try ended so, and that is written down; or it was too late to say so.
pub(super) fn settled(claimed: &ClaimedEffect, outcome: &EffectOutcome, in_time: bool) {
    let ClaimedEffect { effect, tries } = claimed;
    let (id, kind) = (effect.id, kind(effect));
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

fn kind(effect: &Effect) -> &'static str {
    match &effect.kind {
        #[cfg(feature = "mail")]
        EffectKind::Mail { kind, .. } => kind.as_str(),
        _ => effect.topic().as_str(),
    }
}
