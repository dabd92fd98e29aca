//! The last instant of a change, in the event's time zone, across the changes of its clocks.
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use portal_core::{
    Settings,
    courses::{ChangePolicy, Cutoff, RegistrationPolicy, Session, may_cancel, may_transfer},
};
use portal_testkit::facts::*;

use super::support::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn session_at(start: &str, zone: Tz) -> Session {
    let mut session = session("s1").starting_at(at(start));
    session.zone = zone;
    session
}

fn days(days: u16, time: &str) -> Cutoff {
    let time: NaiveTime = time.parse().unwrap();
    match ChangePolicy::days_before(days, time).unwrap() {
        ChangePolicy::Until(cutoff) => cutoff,
        other => panic!("{other:?}"),
    }
}

fn hours_before(hours: u16) -> Cutoff {
    match ChangePolicy::hours_before(hours).unwrap() {
        ChangePolicy::Until(cutoff) => cutoff,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_deadline_counts_on_the_clocks_where_the_event_is() {
    let madrid = Tz::Europe__Madrid;
    let new_york = Tz::America__New_York;
    let apia = Tz::Pacific__Apia;
    for (what, cutoff, start, zone, last) in [
        // Monday 09:00 in Madrid, after the night the clocks went forward (28 March 2027).
        (
            "24 hours pass",
            hours_before(24),
            "2027-03-29T07:00:00Z",
            madrid,
            "2027-03-28T07:00:00Z",
        ),
        (
            "a day is a day",
            days(1, "09:00:00"),
            "2027-03-29T07:00:00Z",
            madrid,
            "2027-03-28T07:00:00Z",
        ),
        (
            "two days cross the change",
            days(2, "09:00:00"),
            "2027-03-29T07:00:00Z",
            madrid,
            "2027-03-27T08:00:00Z",
        ),
        (
            "48 hours do not care",
            hours_before(48),
            "2027-03-29T07:00:00Z",
            madrid,
            "2027-03-27T07:00:00Z",
        ),
        (
            "a time the clocks skip is the first after",
            days(1, "02:30:00"),
            "2027-03-29T07:00:00Z",
            madrid,
            "2027-03-28T01:00:00Z",
        ),
        (
            "a time shown twice is the second",
            days(1, "02:30:00"),
            "2027-11-01T08:00:00Z",
            madrid,
            "2027-10-31T01:30:00Z",
        ),
        (
            "autumn, two days",
            days(2, "17:00:00"),
            "2027-11-01T08:00:00Z",
            madrid,
            "2027-10-30T15:00:00Z",
        ),
        (
            "new york skips at two",
            days(1, "02:15:00"),
            "2027-03-15T13:00:00Z",
            new_york,
            "2027-03-14T07:00:00Z",
        ),
        (
            "the day there, not the day here",
            days(1, "23:59:59"),
            "2027-03-15T02:00:00Z",
            new_york,
            "2027-03-14T04:59:59Z",
        ),
        // Samoa skipped the 30th of December 2011: noon of that day is the first instant of the 31st.
        (
            "a day that never was",
            days(1, "12:00:00"),
            "2011-12-30T20:00:00Z",
            apia,
            "2011-12-30T10:00:00Z",
        ),
        (
            "up to the start",
            Cutoff::Start,
            "2027-03-29T07:00:00Z",
            madrid,
            "2027-03-29T07:00:00Z",
        ),
        (
            "none: until it is over",
            Cutoff::None,
            "2027-03-29T07:00:00Z",
            madrid,
            "2027-03-29T15:00:00Z",
        ),
    ] {
        let deadline = cutoff.deadline(&session_at(start, zone));
        assert_eq!(deadline.with_timezone(&Utc), at(last), "{what}");
        assert_eq!(deadline.timezone(), zone, "{what}");
    }
}

#[test]
fn the_boundary_instant_is_in_time_and_the_next_is_late() {
    let settings = Settings::default();
    let closes = ChangePolicy::hours_before(48).unwrap();
    let policy = RegistrationPolicy::new(closes, closes);
    let r = registration("r1")
        .on(session("s1").starting_in(hours(48)))
        .under(policy);
    let late = today() + chrono::Duration::nanoseconds(1);
    assert_eq!(may_transfer(&r, rules(&settings), today()), Ok(()));
    assert_eq!(may_cancel(&r, rules(&settings), today()), Ok(()));
    assert_eq!(
        codes(may_transfer(&r, rules(&settings), late)),
        ["course.too-late-to-transfer"]
    );
    assert_eq!(
        codes(may_cancel(&r, rules(&settings), late)),
        ["course.too-late-to-cancel"]
    );
}

#[test]
fn no_cut_off_is_not_a_cut_off_at_the_start() {
    let settings = Settings::default();
    let under = |cutoff| {
        let until = ChangePolicy::Until(cutoff);
        registration("r1").under(RegistrationPolicy::new(until, until))
    };
    let begun = session("s1").starts_at + minutes(1);
    let none = under(Cutoff::None);
    assert_eq!(may_transfer(&none, rules(&settings), begun), Ok(()));
    let start = under(Cutoff::Start);
    assert_eq!(
        codes(may_transfer(&start, rules(&settings), begun)),
        ["course.too-late-to-transfer"]
    );
}

#[test]
fn a_cut_off_of_zero_does_not_exist() {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    let hours = ChangePolicy::hours_before(0).unwrap_err();
    let days = ChangePolicy::days_before(0, noon).unwrap_err();
    assert_eq!(hours, days);
    assert!(hours.what.contains("\"start\"") && hours.what.contains("\"none\""));
}

#[test]
fn a_cut_off_before_the_beginning_of_time_is_simply_long_past() {
    let mut session = session("s1");
    session.starts_at = DateTime::<Utc>::MIN_UTC + chrono::Duration::days(1);
    for cutoff in [hours_before(u16::MAX), days(u16::MAX, "12:00:00")] {
        assert!(cutoff.deadline(&session).with_timezone(&Utc) <= session.starts_at);
    }
}
