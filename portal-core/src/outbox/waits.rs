//! How long a message waits before it is tried again.
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{MOST_TRIES, hold::COUNTED_EVERY};
use crate::store::{ClaimedEffect, EffectOutcome};

/// How long a message waits before each try, in seconds, at most: servers that put one off for the first time take it minutes later, full mailboxes take a day.
const WAITS: [i64; 7] = [10, 30, 60, 300, 900, 3_600, 21_600];

/// The same where everybody is put off: it should not have to wait long once the other end takes messages again.
const WAITS_TOGETHER: [i64; 1] = [300];

/// It is about this message: ten tries, further and further apart.
pub(super) fn later(claimed: &ClaimedEffect, now: DateTime<Utc>, why: String) -> EffectOutcome {
    again(claimed, now, why, &WAITS)
}

/// It may be about all messages: it comes again within minutes, and lets others pass meanwhile.
pub(super) fn with_others(
    claimed: &ClaimedEffect,
    now: DateTime<Utc>,
    why: String,
    counts: bool,
) -> EffectOutcome {
    // Other processes count their own hours.
    let hours = i32::try_from(claimed.tries).unwrap_or(i32::MAX);
    let may_count = |since: DateTime<Utc>| now - since >= COUNTED_EVERY * hours;
    if counts && claimed.since.is_none_or(may_count) {
        return again(claimed, now, why, &WAITS_TOGETHER);
    }
    let at = after_part_of(step(&WAITS_TOGETHER, 0), claimed, now);
    EffectOutcome::Untried(at, why)
}

fn again(claimed: &ClaimedEffect, now: DateTime<Utc>, why: String, waits: &[i64]) -> EffectOutcome {
    if claimed.tries >= MOST_TRIES {
        return EffectOutcome::Dead(why);
    }
    let most = step(waits, claimed.tries.saturating_sub(1));
    EffectOutcome::RetryAt(after_part_of(most, claimed, now), why)
}

/// Anything between a second and all of it, by whose it is and when: those that failed together do not come back together.
pub(super) fn after_part_of(
    most: Duration,
    claimed: &ClaimedEffect,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let drawn = Uuid::new_v5(&claimed.effect.id, &now.timestamp_millis().to_be_bytes());
    let share = i64::from(drawn.as_fields().0 % 1_000) + 1;
    let wait = most.num_milliseconds().saturating_mul(share) / 1_000;
    let at = now.checked_add_signed(Duration::milliseconds(wait.max(1_000)));
    at.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The `n`-th of these waits, in seconds; the last for ever after.
pub(super) fn step(waits: &[i64], n: u32) -> Duration {
    let nth = usize::try_from(n).ok().and_then(|n| waits.get(n));
    Duration::seconds(nth.or(waits.last()).copied().unwrap_or_default())
}
