//! [`CourseChange`], each as it is told, with its effect on places.
use portal_core::{
    Id,
    courses::{CourseChange, Registration, RegistrationStatus, Shelf, WaitingState},
    order::OrderChange,
};

use super::{
    scene::{apply, places_left, registered, stage, waiting, yes},
    walk,
};
use crate::{
    Facts, World,
    facts::{OrderFacts, order, today},
};

/// "A registration moved to another date: one place came free, one was taken."
pub async fn a_transfer_frees_one_place_and_takes_one(world: &dyn World) {
    stage(world).await;
    let moved = CourseChange::Transferred {
        registration: Id::new("r1"),
        from: Id::new("s1"),
        to: Id::new("s2"),
    };
    apply(world, yes(1).changed(moved)).await;

    let r1 = registered(world, "r1").await.value;
    assert_eq!(r1.session.id, Id::new("s2"));
    assert_eq!(r1.status, RegistrationStatus::Active);
    assert_eq!(places(world).await, (6, 2));
    assert_eq!(current(world, "ana").await, ["s2"]);
}

/// "A registration was cancelled: its place came free."
pub async fn a_cancellation_frees_one_place(world: &dyn World) {
    stage(world).await;
    let cancelled = CourseChange::Cancelled {
        registration: Id::new("r1"),
        session: Id::new("s1"),
    };
    apply(world, yes(1).changed(cancelled)).await;

    let r1 = registered(world, "r1").await.value;
    assert_eq!(r1.status, RegistrationStatus::Cancelled);
    assert_eq!(places(world).await, (6, 3));
    assert!(current(world, "ana").await.is_empty());
    let history = on_shelf(world, "ana", Shelf::History).await;
    assert_eq!(history.len(), 1);
}

/// "The place was kept free for them": accepting takes none of the free ones. The person is registered, and waits no more.
pub async fn accepting_a_held_place_takes_no_free_one(world: &dyn World) {
    stage(world).await;
    apply(world, yes(1).changed(accepted("held", "dora", true))).await;
    assert_eq!(places(world).await, (5, 3));
    took_the_place(world, "held", "dora").await;
}

/// "Otherwise it is taken from the free ones."
pub async fn accepting_an_open_place_takes_one(world: &dyn World) {
    stage(world).await;
    apply(world, yes(1).changed(accepted("open", "eli", false))).await;
    assert_eq!(places(world).await, (5, 2));
    took_the_place(world, "open", "eli").await;
}

/// "A place was kept free for them, and comes free": exactly one, and only then.
pub async fn leaving_frees_a_place_only_where_one_was_held(world: &dyn World) {
    stage(world).await;
    for (number, (place, left)) in (1..).zip([("waits", 3), ("open", 3), ("held", 4)]) {
        let change = CourseChange::LeftWaitingList {
            place: Id::new(place),
            session: Id::new("s2"),
            held: place == "held",
        };
        apply(world, yes(number).changed(change)).await;
        let state = waiting(world, place).await.value.state;
        assert_eq!(state, WaitingState::Left);
        assert_eq!(places(world).await, (5, left), "after {place} left");
    }
    for who in ["cleo", "dora", "eli"] {
        assert_eq!(waits_for(world, who).await, 0, "{who} waits no more");
    }
}

/// "An offer ran out. A place was kept free for them, and comes free": exactly one, and only then.
pub async fn an_expired_offer_frees_a_place_only_where_one_was_held(world: &dyn World) {
    stage(world).await;
    for (number, (place, left)) in (1..).zip([("open", 3), ("held", 4)]) {
        let change = CourseChange::OfferExpired {
            at: today(),
            place: Id::new(place),
            session: Id::new("s2"),
            held: place == "held",
        };
        apply(world, yes(number).changed(change)).await;
        let state = waiting(world, place).await.value.state;
        assert_eq!(state, WaitingState::Expired { at: today() });
        assert_eq!(places(world).await, (5, left), "after {place} ran out");
    }
    for who in ["dora", "eli"] {
        assert_eq!(waits_for(world, who).await, 0, "{who} waits no more");
    }
    let courses = world.courses();
    let standing = walk::all(7, async |page| courses.standing_offers(&page).await).await;
    assert!(standing.is_empty(), "{standing:?}");
}

/// The last wall: a transfer that nobody checked does not make more participants than there are places.
pub async fn a_full_date_takes_nobody_even_if_nobody_asked(world: &dyn World) {
    stage(world).await;
    let moved = CourseChange::Transferred {
        registration: Id::new("r1"),
        from: Id::new("s1"),
        to: Id::new("full"),
    };
    let ended = world.store().commit(yes(1).changed(moved)).await;
    assert!(ended.is_err(), "{ended:?}");
    let r1 = registered(world, "r1").await.value;
    assert_eq!(r1.session.id, Id::new("s1"));
    assert_eq!(places_left(world, "full").await, 0);
    assert_eq!(places_left(world, "s1").await, 5);
}

/// Whoever asks is told the same number of places: the registrations for a date, those who wait for it, those who might move there.
pub async fn every_answer_tells_the_same_number_of_places(world: &dyn World) {
    stage(world).await;
    let moved = CourseChange::Transferred {
        registration: Id::new("r1"),
        from: Id::new("s1"),
        to: Id::new("s2"),
    };
    apply(world, yes(1).changed(moved)).await;

    assert_eq!(places_left(world, "s2").await, 2);
    for id in ["r1", "r2"] {
        let r = registered(world, id).await.value;
        assert_eq!(r.session.places_left, 2, "as {id} sees it");
    }
    let listed = on_shelf(world, "ben", Shelf::Current).await;
    assert_eq!(listed[0].session.places_left, 2, "as ben's list says");
    for id in ["waits", "held", "open"] {
        let place = waiting(world, id).await.value;
        assert_eq!(place.session.places_left, 2, "as {id} sees it");
    }
    let found = world.courses().dates(&Id::new("eye"), today()).await;
    let dates = found.unwrap().unwrap().dates;
    let left = |id: &str| {
        dates
            .iter()
            .find(|s| s.id.as_str() == id)
            .unwrap()
            .places_left
    };
    assert_eq!((left("s1"), left("s2")), (6, 2), "as the other dates say");
}

/// [`OrderChange::InvoiceCopyRequested`](portal_core::order::OrderChange): "a host that keeps no count of copies does nothing", and does not refuse.
pub async fn an_invoice_copy_can_be_asked_for(world: &dyn World) {
    world.put(Facts::new().order(order("o1").details())).await;
    let asked = OrderChange::InvoiceCopyRequested {
        order: Id::new("o1"),
        by: Id::new("ana"),
    };
    apply(world, yes(1).changed(asked)).await;
    let found = world.directory().order(&Id::new("o1")).await.unwrap();
    assert_eq!(found.unwrap().value, order("o1").details());
}

fn accepted(place: &str, contact: &str, held: bool) -> CourseChange {
    CourseChange::PlaceAccepted {
        place: Id::new(place),
        session: Id::new("s2"),
        contact: Id::new(contact),
        held,
    }
}

async fn took_the_place(world: &dyn World, place: &str, who: &str) {
    let state = waiting(world, place).await.value.state;
    assert_eq!(state, WaitingState::Accepted);
    assert_eq!(waits_for(world, who).await, 0);
    assert_eq!(current(world, who).await, ["s2"], "{who} is registered");
}

async fn waits_for(world: &dyn World, who: &str) -> usize {
    let (courses, who) = (world.courses(), Id::new(who));
    let found = walk::all(7, async |page| courses.waiting(&who, &page).await).await;
    found.len()
}

async fn places(world: &dyn World) -> (u32, u32) {
    (
        places_left(world, "s1").await,
        places_left(world, "s2").await,
    )
}

async fn current(world: &dyn World, who: &str) -> Vec<String> {
    let found = on_shelf(world, who, Shelf::Current).await;
    found.iter().map(|r| r.session.id.to_string()).collect()
}

async fn on_shelf(world: &dyn World, who: &str, shelf: Shelf) -> Vec<Registration> {
    let (courses, who) = (world.courses(), Id::new(who));
    walk::all(7, async |page| {
        courses.registrations(&who, shelf, today(), &page).await
    })
    .await
}
