//! [`Expectation::Unchanged`]: "the record is in the state it was read in".
use portal_core::{
    Decision, Expectation, Id, Loaded, RecordRef,
    courses::{CourseChange, PlaceOffer, RegistrationStatus},
};

use super::scene::{apply, conflict, registered, stage, waiting, yes};
use crate::{
    Facts, World,
    facts::{
        OrderFacts, RegistrationFacts, WaitingPlaceFacts, contact, eur, hours, order, registration,
        session, today, waiting_place,
    },
};

/// What was read and has not changed lets a decision through.
pub async fn what_has_not_changed_lets_a_decision_through(world: &dyn World) {
    stage(world).await;
    world.put(Facts::new().order(order("o1").details())).await;
    let directory = world.directory();
    let ana = directory.contact(&Id::new("ana")).await.unwrap().unwrap();
    let o1 = directory.order(&Id::new("o1")).await.unwrap().unwrap();
    let decision = yes(1)
        .given(&ana)
        .given(&o1)
        .given(&registered(world, "r1").await)
        .given(&waiting(world, "held").await);
    assert!(decision.expect.len() >= 4, "each names the record it is of");
    apply(world, decision).await;
}

/// [`Loaded::seen`](portal_core::Loaded): "the version of every record they were read from": a registration names itself, and its order.
pub async fn facts_name_every_record_they_rest_on(world: &dyn World) {
    stage(world).await;
    let o1 = order("o1").details();
    let on_order = registration("on-order").on_order(o1.order.clone());
    world
        .put(Facts::new().order(o1).registration(on_order))
        .await;

    names(
        &registered(world, "on-order").await,
        &[
            RecordRef::Registration(Id::new("on-order")),
            RecordRef::Order(Id::new("o1")),
        ],
    );
    names(
        &waiting(world, "held").await,
        &[RecordRef::WaitingPlace(Id::new("held"))],
    );
    let directory = world.directory();
    let ana = directory.contact(&Id::new("ana")).await.unwrap().unwrap();
    names(&ana, &[RecordRef::Contact(Id::new("ana"))]);
    let o1 = directory.order(&Id::new("o1")).await.unwrap().unwrap();
    names(&o1, &[RecordRef::Order(Id::new("o1"))]);
}

/// A registration that moved, or was cancelled, is in another state.
pub async fn a_changed_registration_has_another_version(world: &dyn World) {
    stage(world).await;
    let before = registered(world, "r1").await;
    let [r1, s1, s2] = ["r1", "s1", "s2"];
    let moved = CourseChange::Transferred {
        registration: Id::new(r1),
        from: Id::new(s1),
        to: Id::new(s2),
    };
    apply(world, yes(1).changed(moved)).await;
    stale(world, yes(2).given(&before), "r1").await;

    let moved = registered(world, "r1").await;
    apply(world, yes(3).given(&moved)).await;
    let cancelled = CourseChange::Cancelled {
        registration: Id::new(r1),
        session: Id::new(s2),
    };
    apply(world, yes(4).given(&moved).changed(cancelled)).await;
    stale(world, yes(5).given(&moved), "r1").await;
}

/// A place on a waiting list that was accepted, left or expired is in another state; read anew, it lets a decision through.
pub async fn a_changed_waiting_place_has_another_version(world: &dyn World) {
    stage(world).await;
    let (place, session) = (Id::new("held"), Id::new("s2"));
    let held = waiting(world, "held").await;
    let accepted = CourseChange::PlaceAccepted {
        place,
        session: session.clone(),
        contact: Id::new("dora"),
        held: true,
    };
    apply(world, yes(1).given(&held).changed(accepted)).await;
    stale(world, yes(2).given(&held), "held").await;

    let open = waiting(world, "open").await;
    let expired = CourseChange::OfferExpired {
        at: today(),
        place: Id::new("open"),
        session: session.clone(),
        held: false,
    };
    apply(world, yes(3).given(&open).changed(expired)).await;
    stale(world, yes(4).given(&open), "open").await;

    let waits = waiting(world, "waits").await;
    let left = CourseChange::LeftWaitingList {
        place: Id::new("waits"),
        session,
        held: false,
    };
    apply(world, yes(5).given(&waits).changed(left)).await;
    stale(world, yes(6).given(&waits), "waits").await;

    let mut read_anew = yes(7);
    for place in ["held", "open", "waits"] {
        read_anew = read_anew.given(&waiting(world, place).await);
    }
    apply(world, read_anew).await;
}

/// What the host edits itself is noticed as well: an offer made, a payment booked, a registration ended, a person renamed.
pub async fn the_hosts_own_edit_is_noticed(world: &dyn World) {
    stage(world).await;
    let o1 = order("o1").details();
    let on_order = registration("on-order").on_order(o1.order.clone());
    world
        .put(Facts::new().order(o1).registration(on_order.clone()))
        .await;
    let directory = world.directory();
    let ana = directory.contact(&Id::new("ana")).await.unwrap().unwrap();
    let o1 = directory.order(&Id::new("o1")).await.unwrap().unwrap();
    let waits = waiting(world, "waits").await;
    let resting_on_o1 = registered(world, "on-order").await;
    let r2 = registered(world, "r2").await;

    let renamed = contact("ana").with_email("ana@home.example");
    world.put(Facts::new().contact(renamed)).await;
    stale(world, yes(1).given(&ana), "ana").await;
    let paid = order("o1").costing(eur(99_00)).paid().details();
    world.put(Facts::new().order(paid)).await;
    stale(world, yes(2).given(&o1), "o1").await;
    stale(world, yes(3).given(&resting_on_o1), "o1").await;
    let offered = waiting_place("waits")
        .of(&contact("cleo"))
        .on(session("s2"))
        .offered(PlaceOffer::held(today() - hours(1)));
    world.put(Facts::new().waiting_place(offered)).await;
    stale(world, yes(4).given(&waits), "waits").await;
    let over = registration("r2")
        .of(&contact("ben"))
        .on(session("s2"))
        .now(RegistrationStatus::Completed);
    world.put(Facts::new().registration(over)).await;
    stale(world, yes(5).given(&r2), "r2").await;
}

/// Others that move do not disturb: neither a change of another record, nor a place more or less on the same date. Capacity is not a version.
pub async fn what_happens_to_others_does_not_disturb(world: &dyn World) {
    stage(world).await;
    let r2 = registered(world, "r2").await;
    let held = waiting(world, "held").await;
    let moved = CourseChange::Transferred {
        registration: Id::new("r1"),
        from: Id::new("s1"),
        to: Id::new("s2"),
    };
    apply(world, yes(1).changed(moved)).await;
    apply(world, yes(2).given(&r2).given(&held)).await;
}

/// [`Expectation::PlacesLeft`]: as many as are left are enough, one more is not, and a date nobody knows
/// has none.
pub async fn places_left_are_counted_to_the_last(world: &dyn World) {
    stage(world).await;
    let places = |session: &str, at_least| Expectation::PlacesLeft {
        session: Id::new(session),
        at_least,
    };
    apply(world, yes(1).expecting(places("s2", 3))).await;
    apply(world, yes(2).expecting(places("full", 0))).await;
    for lost in [places("s2", 4), places("full", 1), places("nowhere", 1)] {
        let found = conflict(world, yes(3).expecting(lost.clone())).await;
        assert_eq!(found, lost);
    }
}

fn names<T>(facts: &Loaded<T>, records: &[RecordRef]) {
    for record in records {
        assert!(
            facts.seen.iter().any(|(seen, _)| seen == record),
            "{record:?} is not among {:?}",
            facts.seen
        );
    }
}

async fn stale(world: &dyn World, decision: Decision, id: &str) {
    let lost = conflict(world, decision).await;
    let Expectation::Unchanged(record, _) = &lost else {
        panic!("expected a record that changed, not {lost:?}");
    };
    let named = match record {
        RecordRef::Contact(id) => id.as_str(),
        RecordRef::Order(id) => id.as_str(),
        RecordRef::Registration(id) => id.as_str(),
        RecordRef::WaitingPlace(id) => id.as_str(),
        other => panic!("{other:?}"),
    };
    assert_eq!(named, id);
}
