//! What cases start from, and how they look at what became of it.
use std::sync::Arc;

use portal_core::{
    Ask, AuditEntry, Commit, Decision, Expectation, Id, Loaded, RecordRef, StoreError,
    courses::{PlaceOffer, Registration, WaitingPlace},
    effect::{MailKind, Recipient},
    store::QueuedEffect,
};

use super::walk;
use crate::{
    Facts, World,
    facts::{
        RegistrationFacts, SessionFacts, WaitingPlaceFacts, command, contact, hours, minutes,
        registration, session, today, viewer, waiting_place,
    },
};

/// Ana's yes to form number `number`, given so many minutes after [`today`]. It changes nothing and owes nothing yet.
pub(crate) fn yes(number: u128) -> Decision {
    let by = viewer(&contact("ana"));
    let at = today() + minutes(i64::try_from(number).unwrap());
    let ask = Ask::new(&by, at, command(number));
    let about = RecordRef::Contact(Id::new("ana"));
    Decision::new(&ask, "test.yes", about)
}

/// The same, and it owes somebody a message whom nobody else writes to: none waits for another.
pub(crate) fn yes_with_mail(number: u128) -> Decision {
    yes_with_mail_to(number, &format!("reader {number}"))
}

/// The same, and it owes them a message.
pub(crate) fn yes_with_mail_to(number: u128, reader: &str) -> Decision {
    let to = Recipient::Contact(Id::new(reader));
    yes(number).mail(MailKind::InvoiceCopy, to)
}

/// Commits what must be applied now.
pub(crate) async fn apply(world: &dyn World, decision: Decision) {
    let ended = world.store().commit(decision).await.unwrap();
    assert_eq!(ended, Commit::Applied);
}

/// Commits what must be refused for an expectation, and answers which.
pub(crate) async fn conflict(world: &dyn World, decision: Decision) -> Expectation {
    match world.store().commit(decision).await {
        Err(StoreError::Conflict(lost)) => *lost,
        other => panic!("expected a conflict, not {other:?}"),
    }
}

/// Everything a commit may add to. Equal before and after: nothing was written.
#[derive(Debug, PartialEq)]
pub(crate) struct Kept {
    outbox: Vec<QueuedEffect>,
    audit: Vec<AuditEntry>,
    places: Vec<u32>,
    r1: Option<Loaded<Registration>>,
    held: Option<Loaded<WaitingPlace>>,
}

/// What is there now.
pub(crate) async fn kept(world: &dyn World) -> Kept {
    let courses = world.courses();
    let mut places = vec![];
    for session in ["s1", "s2", "s3", "full"] {
        places.push(places_left(world, session).await);
    }
    Kept {
        outbox: walk::outbox(world).await,
        audit: walk::audit(world).await,
        places,
        r1: courses.registration(&Id::new("r1")).await.unwrap(),
        held: courses.waiting_place(&Id::new("held")).await.unwrap(),
    }
}

/// Four dates of `rust`, and one of `go`: `s1` has five places left, `s2` three, `s3` one, `full` none.
///
/// Ana has `r1` on `s1`, ben has `r2` on `s2`. On the waiting list of `s2`: cleo, who was offered nothing (`waits`), dora, for whom a place is kept
/// free (`held`), and eli, who may have one if he is quick (`open`).
pub(crate) async fn stage(world: &dyn World) {
    let [s1, s2, s3, full] = [("s1", 5), ("s2", 3), ("s3", 1), ("full", 0)]
        .map(|(id, left)| session(id).with_places(left));
    let waits = |id, who, on: &portal_core::courses::Session| {
        waiting_place(id).of(&contact(who)).on(on.clone())
    };
    let made_at = today() - hours(1);
    let facts = Facts::new()
        .session(s3)
        .session(full)
        .session(session("g1").of_course("go"))
        .registration(registration("r1").on(s1))
        .registration(registration("r2").of(&contact("ben")).on(s2.clone()))
        .registration(
            registration("eye")
                .of(&contact("eye"))
                .on(session("s-eye").starting_in(hours(400))),
        )
        .waiting_place(waits("waits", "cleo", &s2))
        .waiting_place(waits("held", "dora", &s2).offered(PlaceOffer::held(made_at)))
        .waiting_place(waits("open", "eli", &s2).offered(PlaceOffer::open_to_others(made_at)));
    world.put(facts).await;
}

/// How many places a date of `rust` has left, seen as a transfer sees it.
pub(crate) async fn places_left(world: &dyn World, session: &str) -> u32 {
    let courses = world.courses();
    let found = courses.transfer(&Id::new("eye"), &Id::new(session)).await;
    found.unwrap().unwrap().to.unwrap().places_left
}

/// A registration as it is now.
pub(crate) async fn registered(world: &dyn World, id: &str) -> Loaded<Registration> {
    let found = world.courses().registration(&Id::new(id)).await;
    found.unwrap().unwrap()
}

/// A place on a waiting list as it is now.
pub(crate) async fn waiting(world: &dyn World, id: &str) -> Loaded<WaitingPlace> {
    let found = world.courses().waiting_place(&Id::new(id)).await;
    found.unwrap().unwrap()
}

/// Text, shared.
pub(crate) fn text(text: &str) -> Arc<str> {
    text.into()
}
