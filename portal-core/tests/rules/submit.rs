//! The one way to change anything: replays, lost races, wrong names.
use std::sync::Arc;

use portal_core::{
    Ask, CustomerDesk, Decision, Error, Expectation, Id, Loaded, Page, Portal, RecordRef, Store,
    Version,
    courses::{CancelRegistration, ChangePolicy, Cutoff, RegistrationPolicy, TransferRegistration},
    memory::Memory,
};
use portal_testkit::{FlakyStore, StoppedClock, facts::*};

use super::support::*;

fn memory() -> Memory {
    let memory = Memory::default();
    put(&memory, &registration("r1"));
    memory.put_session(session("s2").starting_in(days(9)));
    memory.put_session(session("s3").starting_in(days(9)));
    memory
}

fn move_to(n: u128, to: &str) -> TransferRegistration {
    TransferRegistration::new(
        command(n),
        Id::new("r1"),
        Id::new("s1"),
        Id::new(to),
        SURNAME,
    )
}

fn named(n: u128, surname: &str) -> TransferRegistration {
    TransferRegistration::new(
        command(n),
        Id::new("r1"),
        Id::new("s1"),
        Id::new("s2"),
        surname,
    )
}

async fn outbox(memory: &Memory) -> usize {
    memory.outbox(&Page::default()).await.unwrap().items.len()
}

#[tokio::test]
async fn the_same_form_twice_is_one_transfer_and_the_second_answer_is_the_first_receipt() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    let first = desk.submit(&move_to(1, "s2")).await.unwrap();
    let owed = outbox(&memory).await;
    let again = desk.submit(&move_to(1, "s2")).await.unwrap();
    assert!(!first.replayed && again.replayed);
    assert_eq!(first.receipt, again.receipt);
    assert_eq!(outbox(&memory).await, owed);
}

#[tokio::test]
async fn the_same_form_is_answered_with_its_receipt_even_where_the_rules_would_now_refuse() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    let cancel = CancelRegistration::new(command(1), Id::new("r1"), Id::new("s1"), SURNAME);
    desk.submit(&cancel).await.unwrap();
    assert!(desk.submit(&cancel).await.unwrap().replayed);
    let anew = CancelRegistration::new(command(2), Id::new("r1"), Id::new("s1"), SURNAME);
    let no = desk.submit(&anew).await.unwrap_err();
    assert_eq!(refused(&no), ["course.not-active"]);
}

#[tokio::test]
async fn a_form_id_used_for_something_else_or_by_someone_else_is_no_repeat() {
    let memory = memory();
    put(&memory, &registration("r2").of(&contact("bob")));
    let ana = desk(&memory, &contact("ana"));
    ana.submit(&move_to(1, "s2")).await.unwrap();
    let other_form = ana.submit(&move_to(1, "s3")).await;
    assert!(matches!(other_form, Err(Error::FormReused)));
    let bob = desk(&memory, &contact("bob"));
    let theirs = CancelRegistration::new(command(1), Id::new("r2"), Id::new("s1"), SURNAME);
    assert!(matches!(bob.submit(&theirs).await, Err(Error::FormReused)));
    let guessed = bob.submit(&move_to(1, "s2")).await;
    assert!(matches!(guessed, Err(Error::FormReused)), "{guessed:?}");
}

#[tokio::test]
async fn a_refused_form_can_be_sent_again_once_it_is_put_right() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    let no = desk.submit(&named(1, "Smith")).await.unwrap_err();
    assert_eq!(refused(&no), ["name.mismatch"]);
    assert!(!desk.submit(&named(1, SURNAME)).await.unwrap().replayed);
}

fn with_clock(memory: &Memory) -> (CustomerDesk, StoppedClock) {
    let clock = StoppedClock::at(today());
    let portal = Portal::builder(Arc::new(memory.clone()), Arc::new(memory.clone()))
        .courses(Arc::new(memory.clone()))
        .clock(Arc::new(clock.clone()))
        .build()
        .unwrap();
    (portal.customer(viewer(&contact("ana"))), clock)
}

/// 000-27: five wrong names in ten minutes, then even the right one has to wait.
#[tokio::test]
async fn after_five_wrong_names_even_the_right_one_waits_and_then_counts_again() {
    let memory = memory();
    let (desk, clock) = with_clock(&memory);
    for n in 1..=5 {
        let no = desk.submit(&named(n, "Smith")).await.unwrap_err();
        assert_eq!(refused(&no), ["name.mismatch"], "try {n}");
        clock.advance(minutes(1));
    }
    let no = desk.submit(&named(6, "Smith")).await.unwrap_err();
    assert_eq!(refused(&no), ["name.too-many-tries"]);
    let no = desk.submit(&named(7, SURNAME)).await.unwrap_err();
    assert_eq!(refused(&no), ["name.too-many-tries"]);
    assert_eq!(outbox(&memory).await, 0);
    clock.advance(minutes(10));
    desk.submit(&named(8, SURNAME)).await.unwrap();
}

#[tokio::test]
async fn one_persons_wrong_names_do_not_count_against_another() {
    let memory = memory();
    put(&memory, &registration("r2").of(&contact("bob")));
    let ana = desk(&memory, &contact("ana"));
    for n in 1..=6 {
        ana.submit(&named(n, "Smith")).await.unwrap_err();
    }
    let bob = desk(&memory, &contact("bob"));
    let form = CancelRegistration::new(command(9), Id::new("r2"), Id::new("s1"), SURNAME);
    bob.submit(&form).await.unwrap();
}

fn flaky(memory: &Memory) -> (CustomerDesk, FlakyStore) {
    let store = FlakyStore::over(Arc::new(memory.clone()));
    let portal = Portal::builder(Arc::new(store.clone()), Arc::new(memory.clone()))
        .courses(Arc::new(memory.clone()))
        .clock(Arc::new(StoppedClock::at(today())))
        .build()
        .unwrap();
    (portal.customer(viewer(&contact("ana"))), store)
}

#[tokio::test]
async fn a_lost_race_decides_again_and_gives_up_politely() {
    for (conflicts, wins) in [(1, true), (4, true), (5, false)] {
        let memory = memory();
        let (desk, store) = flaky(&memory);
        store.conflict_next(conflicts);
        let done = desk.submit(&move_to(1, "s2")).await;
        assert_eq!(done.is_ok(), wins, "{conflicts}");
        assert_eq!(matches!(done, Err(Error::Contended)), !wins, "{conflicts}");
    }
}

#[tokio::test]
async fn a_store_that_failed_before_it_committed_has_recorded_nothing() {
    let memory = memory();
    let (desk, store) = flaky(&memory);
    store.fail_the_next_commit();
    let failed = desk.submit(&move_to(1, "s2")).await;
    assert!(matches!(failed, Err(Error::Store(_))));
    assert_eq!(outbox(&memory).await, 0);
    assert!(!desk.submit(&move_to(1, "s2")).await.unwrap().replayed);
}

#[tokio::test]
async fn an_answer_lost_after_the_commit_is_found_again() {
    let memory = memory();
    let (desk, store) = flaky(&memory);
    store.lose_the_next_reply();
    let found = desk.submit(&move_to(1, "s2")).await.unwrap();
    assert!(found.replayed);
    let owed = outbox(&memory).await;
    assert!(owed > 0);
    assert!(desk.submit(&move_to(1, "s2")).await.unwrap().replayed);
    assert_eq!(outbox(&memory).await, owed);
}

#[tokio::test]
async fn an_edit_in_the_back_office_between_read_and_commit_is_decided_upon_anew() {
    let memory = memory();
    let (desk, store) = flaky(&memory);
    let office = memory.clone();
    store.before_the_next_commit(move || {
        let until = ChangePolicy::Until(Cutoff::None);
        let no_more = RegistrationPolicy::new(ChangePolicy::Refused, until);
        office.put_registration(registration("r1").under(no_more));
    });
    let no = desk.submit(&move_to(1, "s2")).await.unwrap_err();
    assert_eq!(refused(&no), ["course.transfer-not-allowed"]);
    assert_eq!(
        store.calls().commit,
        1,
        "decided once more, and not committed"
    );
    assert_eq!(outbox(&memory).await, 0);
}

#[tokio::test]
async fn once_too_many_names_were_wrong_every_other_reason_is_still_given() {
    let memory = memory();
    memory.put_session(session("s2").starting_in(days(9)).full());
    let desk = desk(&memory, &contact("ana"));
    for n in 1..=5 {
        desk.submit(&named(n, "Smith")).await.unwrap_err();
    }
    let no = desk.submit(&named(6, "Smith")).await.unwrap_err();
    assert_eq!(refused(&no), ["course.target-full", "name.too-many-tries"]);
}

#[test]
fn every_public_future_can_cross_threads() {
    fn sendable<T: Send>(future: T) -> T {
        future
    }
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    let courses = desk.courses().unwrap();
    let (page, id) = (Page::default(), Id::new("r1"));
    drop(sendable(desk.submit(&move_to(1, "s2"))));
    drop(sendable(desk.orders(&page)));
    drop(sendable(desk.order(&Id::new("o1"))));
    drop(sendable(
        courses.registrations(portal_core::courses::Shelf::Current, &page),
    ));
    drop(sendable(courses.dates_to_pick(&id)));
    drop(sendable(courses.certificate(&id)));
    drop(sendable(courses.waiting_list(&page)));
    let portal = builder(&memory).build().unwrap();
    drop(sendable(portal.expire_offers()));
    let dispatcher = portal.dispatcher();
    drop(sendable(dispatcher.run_once()));
}

#[tokio::test]
async fn a_form_drawn_for_a_date_that_changed_since_is_refused_not_followed() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    desk.submit(&move_to(1, "s2")).await.unwrap();
    let cancel = CancelRegistration::new(command(2), Id::new("r1"), Id::new("s1"), SURNAME);
    let no = desk.submit(&cancel).await.unwrap_err();
    assert_eq!(refused(&no), ["course.date-changed"]);
    let again = move_to(3, "s3");
    let no = desk.submit(&again).await.unwrap_err();
    assert_eq!(refused(&no), ["course.date-changed"]);
    let mut blind = cancel.whatever_the_date();
    blind.command = command(4);
    desk.submit(&blind).await.unwrap();
}

/// T19, T20: two that wait for each other's record are one deadlock.
#[test]
fn decisions_that_rest_on_the_same_records_take_them_in_the_same_order() {
    let by = viewer(&contact("ana"));
    let ask = Ask::new(&by, today(), command(1));
    let about = RecordRef::Order(Id::new("o1"));
    let facts = |record: &RecordRef| Loaded::one((), record.clone(), Version::number(1));
    let records = [
        RecordRef::Contact(Id::new("ana")),
        about.clone(),
        RecordRef::Registration(Id::new("r1")),
        RecordRef::Session(Id::new("s1")),
        RecordRef::Session(Id::new("s2")),
    ];
    let room = Expectation::PlacesLeft {
        session: Id::new("s2"),
        at_least: 1,
    };
    let resting_on = |records: &mut dyn Iterator<Item = &RecordRef>| {
        let decision = Decision::new(&ask, "registration.transfer", about.clone());
        let decision = decision.expecting(room.clone());
        records.fold(decision, |decision, record| decision.given(&facts(record)))
    };
    let forwards = resting_on(&mut records.iter());
    let backwards = resting_on(&mut records.iter().rev());
    assert_eq!(forwards.expect, backwards.expect);
    assert_eq!(forwards.expect.last(), Some(&room));
}
