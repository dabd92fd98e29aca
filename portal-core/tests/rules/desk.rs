//! My courses.
use portal_core::{
    Challenge, Error, Id, Page, Settings, Verdict,
    courses::{CourseAction, Registration, RegistrationStatus, Shelf, shelf},
    memory::Memory,
};
use portal_testkit::facts::*;

use super::support::*;

fn at(id: &str, start: i64) -> Registration {
    registration(id).on(session(&format!("s-{id}")).starting_in(hours(start)))
}

/// 000-11: a registration is completed when its status says so or its last session is over; cancelled ones are under neither tab.
#[test]
fn a_registration_stands_under_exactly_one_tab() {
    for (what, r, expected) in [
        ("upcoming", at("r", 48), Shelf::Current),
        ("under way", at("r", -1), Shelf::Current),
        ("in its last minute", at("r", -8), Shelf::Current),
        ("over", at("r", -9), Shelf::Completed),
        (
            "completed early",
            at("r", 48).now(RegistrationStatus::Completed),
            Shelf::Completed,
        ),
        (
            "cancelled",
            at("r", 48).now(RegistrationStatus::Cancelled),
            Shelf::History,
        ),
        (
            "moved away",
            at("r", 48).now(RegistrationStatus::TransferredAway),
            Shelf::History,
        ),
    ] {
        assert_eq!(shelf(&r, today()), expected, "{what}");
    }
}

/// 000-11: all upcoming ones under Current, all completed ones under Completed, on however many pages.
#[tokio::test]
async fn my_courses_lists_every_registration_of_mine_under_its_tab() {
    let memory = Memory::default();
    for n in 0..25 {
        put(&memory, &at(&format!("next{n:02}"), 48 + n));
        put(&memory, &at(&format!("past{n:02}"), -48 - n));
    }
    put(&memory, &at("theirs", 48).of(&contact("bob")));
    let desk = desk(&memory, &contact("ana"));
    let courses = desk.courses().unwrap();
    for (tab, prefix) in [(Shelf::Current, "next"), (Shelf::Completed, "past")] {
        let (mut seen, mut page) = (vec![], Page::first(10));
        loop {
            let found = courses.registrations(tab, &page).await.unwrap();
            seen.extend(found.items.into_iter().map(|v| v.registration.id));
            match found.next {
                Some(cursor) => page = page.following(cursor),
                None => break,
            }
        }
        let expected: Vec<_> = (0..25)
            .map(|n| Id::new(format!("{prefix}{n:02}")))
            .collect();
        assert_eq!(seen, expected);
    }
}

/// 000-12: More info is there under both tabs.
#[tokio::test]
async fn more_info_opens_a_course_under_either_tab() {
    let memory = Memory::default();
    put(&memory, &at("next", 48));
    put(&memory, &at("past", -48));
    let desk = desk(&memory, &contact("ana"));
    for id in ["next", "past"] {
        let view = desk.courses().unwrap().registration(&Id::new(id)).await;
        let view = view.unwrap();
        assert_eq!(&*view.registration.course.title, "All about rust");
        assert_eq!(&*view.registration.session.venue, "Room 1");
    }
}

#[tokio::test]
async fn a_row_carries_the_verdict_of_every_action() {
    let memory = Memory::default();
    put(&memory, &at("r1", 48));
    let desk = desk(&memory, &contact("ana"));
    let courses = desk.courses().unwrap();
    let rows = courses
        .registrations(Shelf::Current, &Page::default())
        .await;
    let row = &rows.unwrap().items[0];
    let actions: Vec<_> = row.offers.iter().map(|o| o.action).collect();
    assert_eq!(actions, CourseAction::ALL);
    let confirm = Verdict::Confirm(Challenge::Surname);
    assert_eq!(row.verdict(CourseAction::Transfer), Some(&confirm));
    let invoice = row.verdict(CourseAction::GetInvoice).unwrap();
    assert_eq!(verdict_codes(invoice), ["course.no-order"]);
}

/// The same answer for what is not there and what is not theirs.
#[tokio::test]
async fn somebody_elses_registration_does_not_exist() {
    let memory = Memory::default();
    put(&memory, &at("r1", 48));
    let desk = desk(&memory, &contact("bob"));
    let courses = desk.courses().unwrap();
    for id in ["r1", "nothing", ""] {
        let id = Id::new(id);
        assert!(matches!(
            courses.registration(&id).await,
            Err(Error::NotFound)
        ));
        assert!(matches!(
            courses.dates_to_pick(&id).await,
            Err(Error::NotFound)
        ));
        assert!(matches!(
            courses.other_dates(&id).await,
            Err(Error::NotFound)
        ));
        assert!(matches!(
            courses.next_change_at(&id).await,
            Err(Error::NotFound)
        ));
        let asked = courses.explain(&id, CourseAction::Cancel, today()).await;
        assert!(matches!(asked, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn a_portal_that_is_off_answers_nobody() {
    let memory = Memory::default();
    put(&memory, &at("r1", 48));
    let mut off = Settings::default();
    off.enabled = false;
    let portal = builder(&memory).settings(off).build().unwrap();
    let desk = portal.customer(viewer(&contact("ana")));
    assert_eq!(refused(&desk.courses().unwrap_err()), ["portal.disabled"]);
    let orders = desk.orders(&Page::default()).await.unwrap_err();
    assert_eq!(refused(&orders), ["portal.disabled"]);
    let order = desk.order(&Id::new("o1")).await.unwrap_err();
    assert_eq!(refused(&order), ["portal.disabled"]);
}
