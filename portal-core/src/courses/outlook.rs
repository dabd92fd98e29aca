//! When the answer changes by time alone. Pure.
use chrono::{DateTime, Duration, Utc};

use super::{ChangePolicy, CourseRules, Registration, actions};
use crate::Viewer;

/// The first instant after `now` at which some answer about this registration is another than at `now`, all else unchanged.
///
/// Exact to the nanosecond: a cut-off is in time up to and including its instant, so the answer changes one nanosecond after it.
#[must_use]
pub fn next_change(
    r: &Registration,
    by: &Viewer,
    rules: CourseRules<'_>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let policy = rules.policy(r);
    let closes = |change: ChangePolicy| match change {
        ChangePolicy::Refused => None,
        ChangePolicy::Until(cutoff) => Some(cutoff.last_instant(&r.session)),
    };
    let mut moments: Vec<_> = [
        closes(policy.transfers),
        closes(policy.cancellations),
        Some(r.session.ends_at),
    ]
    .into_iter()
    .flatten()
    .filter_map(|last| last.checked_add_signed(Duration::nanoseconds(1)))
    .filter(|after| *after > now)
    .collect();
    moments.sort_unstable();
    let today = actions(r, by, rules, now);
    moments
        .into_iter()
        .find(|then| actions(r, by, rules, *then) != today)
}
