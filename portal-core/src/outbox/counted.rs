//! What the dispatcher counts for `metrics`. Labels are words of ours: which topic, which kind, how it ended; of nobody and nothing.
use chrono::{DateTime, Utc};

use super::labels;
use crate::{
    Clock,
    store::{ClaimedEffect, EffectOutcome},
};

/// A try ended so, and that is written down; or it was too late to say so.
pub(super) fn settled(
    claimed: &ClaimedEffect,
    outcome: &EffectOutcome,
    in_time: bool,
    clock: &dyn Clock,
) {
    let topic = claimed.effect.topic().as_str();
    let kind = labels::kind(&claimed.effect);
    let ended = labels::outcome(outcome, in_time);
    let tries = metrics::counter!(
        "portal_outbox_tries_total", "topic" => topic, "kind" => kind, "outcome" => ended
    );
    tries.increment(1);
    let over = match outcome {
        EffectOutcome::Done
        | EffectOutcome::Sent(_)
        | EffectOutcome::Dropped(..)
        | EffectOutcome::Dead(_) => in_time,
        EffectOutcome::RetryAt(..) | EffectOutcome::Untried(..) => false,
    };
    if let Some(since) = claimed.since.filter(|_| over) {
        let took = metrics::histogram!(
            "portal_outbox_seconds", "topic" => topic, "kind" => kind, "outcome" => ended
        );
        took.record(seconds(clock.now(), since));
    }
}

/// No message is sent until then.
#[cfg(feature = "mail")]
pub(super) fn held(misconfigured: bool) {
    let why = if misconfigured {
        "misconfigured"
    } else {
        "unreached"
    };
    for each in ["misconfigured", "unreached"] {
        let held = metrics::gauge!("portal_post_held", "why" => each);
        held.set(if each == why { 1.0 } else { 0.0 });
    }
}

/// Messages are sent again.
#[cfg(feature = "mail")]
pub(super) fn lifted() {
    for why in ["misconfigured", "unreached"] {
        metrics::gauge!("portal_post_held", "why" => why).set(0.0);
    }
}

/// How long it has been.
#[expect(
    clippy::disallowed_types,
    reason = "recorders take nothing else, and nothing is decided by it"
)]
pub(super) fn seconds(now: DateTime<Utc>, since: DateTime<Utc>) -> f64 {
    let passed = (now - since).to_std().unwrap_or_default();
    passed.as_secs_f64()
}
