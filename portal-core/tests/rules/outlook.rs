//! What may be done at another moment, and when that answer next changes.
use portal_core::{
    Id, Settings,
    courses::{ChangePolicy, CourseAction, Cutoff, RegistrationPolicy, actions, next_change},
    memory::Memory,
};
use portal_testkit::facts::*;

use super::support::*;

#[tokio::test]
async fn the_desk_says_what_may_be_done_at_another_moment() {
    let closes = ChangePolicy::hours_before(24).unwrap();
    let memory = Memory::default();
    put(
        &memory,
        &registration("r1").under(RegistrationPolicy::new(closes, ChangePolicy::Refused)),
    );
    let desk = desk(&memory, &contact("ana"));
    let courses = desk.courses().unwrap();
    let id = Id::new("r1");
    for (at, expected) in [
        (today(), vec![]),
        (today() + hours(24), vec![]),
        (
            today() + hours(24) + minutes(1),
            vec!["course.too-late-to-transfer"],
        ),
        (
            today() + days(9),
            vec!["course.not-active", "course.too-late-to-transfer"],
        ),
        (today() - days(900), vec![]),
    ] {
        let verdict = courses
            .explain(&id, CourseAction::Transfer, at)
            .await
            .unwrap();
        assert_eq!(verdict_codes(&verdict), expected, "{at}");
    }
}

#[tokio::test]
async fn the_desk_says_when_the_answer_next_changes() {
    let policy = RegistrationPolicy::new(
        ChangePolicy::hours_before(24).unwrap(),
        ChangePolicy::Until(Cutoff::Start),
    );
    let memory = Memory::default();
    put(&memory, &registration("r1").under(policy));
    let desk = desk(&memory, &contact("ana"));
    let courses = desk.courses().unwrap();
    let next = courses.next_change_at(&Id::new("r1")).await.unwrap();
    let just_after = chrono::Duration::nanoseconds(1);
    assert_eq!(next, Some(today() + hours(24) + just_after));
}

#[test]
fn an_answer_that_time_alone_never_changes_has_no_next_change() {
    let settings = Settings::default();
    let over = registration("r1").on(session("s1").starting_in(days(-9)));
    let by = viewer(&contact("ana"));
    assert_eq!(next_change(&over, &by, rules(&settings), today()), None);
}

/// Every change of the answers over the life of a registration is announced, and nothing else is.
#[test]
fn following_the_announcements_finds_every_change_there_is() {
    let settings = Settings::default();
    let policy = RegistrationPolicy::new(
        ChangePolicy::hours_before(30).unwrap(),
        ChangePolicy::days_before(1, "12:00:00".parse().unwrap()).unwrap(),
    );
    let r = registration("r1").under(policy);
    let by = viewer(&contact("ana"));
    let answers = |at| actions(&r, &by, rules(&settings), at);
    let (mut now, mut announced) = (today(), vec![]);
    while let Some(next) = next_change(&r, &by, rules(&settings), now) {
        announced.push(next);
        now = next;
    }
    let mut seen = vec![];
    let step = minutes(1);
    let mut at = today();
    while at < today() + days(5) {
        if answers(at) != answers(at + step) {
            seen.push(at + step);
        }
        at += step;
    }
    assert_eq!(announced.len(), 3);
    let within_a_step = |(said, saw): (&_, &_)| *saw - *said < step && said <= saw;
    assert!(announced.iter().zip(&seen).all(within_a_step));
    assert_eq!(announced.len(), seen.len());
}

#[tokio::test]
async fn the_desk_says_when_an_offer_ends() {
    use portal_core::courses::{PlaceOffer, WaitingAction};
    let ends = today() + hours(4);
    let memory = Memory::default();
    memory.put_waiting_place(waiting_place("w1").offered(PlaceOffer::held(today()).until(ends)));
    let desk = desk(&memory, &contact("ana"));
    let (courses, id) = (desk.courses().unwrap(), Id::new("w1"));
    let next = courses.waiting_next_change_at(&id).await.unwrap();
    let just_after = ends + chrono::Duration::nanoseconds(1);
    assert_eq!(next, Some(just_after));
    for (at, expected) in [(ends, vec![]), (just_after, vec!["course.offer-expired"])] {
        let verdict = courses
            .explain_waiting(&id, WaitingAction::Accept, at)
            .await;
        assert_eq!(verdict_codes(&verdict.unwrap()), expected);
    }
}

/// A place that is merely waited for changes by nothing but somebody's doing.
#[test]
fn waiting_alone_changes_nothing() {
    let settings = Settings::default().courses;
    let waiting = waiting_place("w1");
    assert_eq!(
        portal_core::courses::next_waiting_change(&waiting, &settings, today()),
        None
    );
}
