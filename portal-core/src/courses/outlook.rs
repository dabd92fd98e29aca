//! When the answer changes by time alone. Pure.
use chrono::{DateTime, Duration, Utc};

use super::{
    ChangePolicy, CourseRules, CourseSettings, Registration, WaitingPlace, WaitingState, actions,
    offer_expires_at, waiting_actions,
};
use crate::Viewer;

/// The first instant after `now` at which some answer about this place on a waiting list is another than at `now`, all else unchanged.
#[must_use]
pub fn next_waiting_change(
    place: &WaitingPlace,
    settings: &CourseSettings,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let offer_ends = match &place.state {
        WaitingState::Offered(offer) => Some(offer_expires_at(offer, settings)),
        _ => None,
    };
    // A place cannot be taken from the start on: the start itself is too late already.
    let moments = [
        offer_ends.and_then(just_after),
        Some(place.session.starts_at),
    ];
    let today = waiting_actions(place, settings, now);
    first_after(now, moments, |then| {
        waiting_actions(place, settings, then) != today
    })
}

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
    let moments = [
        closes(policy.transfers).and_then(just_after),
        closes(policy.cancellations).and_then(just_after),
        just_after(r.session.ends_at),
    ];
    let today = actions(r, by, rules, now);
    first_after(now, moments, |then| actions(r, by, rules, then) != today)
}

fn just_after(last: DateTime<Utc>) -> Option<DateTime<Utc>> {
    last.checked_add_signed(Duration::nanoseconds(1))
}

fn first_after<const N: usize>(
    now: DateTime<Utc>,
    moments: [Option<DateTime<Utc>>; N],
    differs: impl Fn(DateTime<Utc>) -> bool,
) -> Option<DateTime<Utc>> {
    let ahead = moments.into_iter().flatten().filter(|then| *then > now);
    let mut ahead: Vec<_> = ahead.collect();
    ahead.sort_unstable();
    ahead.into_iter().find(|then| differs(*then))
}
