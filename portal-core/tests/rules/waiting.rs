use portal_core::{
    Ask, Change, EffectKind, Error, Expectation, Id, Loaded, Page, RecordRef, Settings, Upkeep,
    Version,
    courses::{
        AcceptPlace, AcceptedBy, CourseChange, LeaveWaitingList, PlaceOffer, Shelf, WaitingPlace,
        WaitingState, accept_place, expire_offer, may_accept, may_leave,
    },
    memory::Memory,
};
use portal_testkit::facts::*;

use super::support::*;

fn offered() -> WaitingPlace {
    waiting_place("w1").offered(PlaceOffer::held(today() - hours(1)))
}

fn loaded(place: WaitingPlace) -> Loaded<WaitingPlace> {
    let record = RecordRef::WaitingPlace(place.id.clone());
    Loaded::one(place, record, Version::number(1))
}

/// 000-40, 000-41, 000-42: offered, not run out, and still there.
#[test]
fn a_place_can_be_taken_while_it_is_offered_and_there() {
    let settings = Settings::default().courses;
    let open = || PlaceOffer::open_to_others(today() - hours(1));
    for (what, place, expected) in [
        ("offered", offered(), vec![]),
        (
            "not offered",
            waiting_place("w1"),
            vec!["course.not-offered"],
        ),
        (
            "taken before",
            offered().now(WaitingState::Accepted),
            vec!["course.not-waiting"],
        ),
        (
            "left",
            offered().now(WaitingState::Left),
            vec!["course.not-waiting"],
        ),
        (
            "ended",
            offered().now(WaitingState::Expired { at: today() }),
            vec!["course.offer-expired"],
        ),
        (
            "open to others, gone",
            waiting_place("w1").offered(open()),
            vec!["course.place-gone"],
        ),
        (
            "open to others, there",
            waiting_place("w1").on(session("s1")).offered(open()),
            vec![],
        ),
        (
            "begun",
            waiting_place("w1")
                .on(session("s1").starting_at(today()))
                .offered(PlaceOffer::held(today() - hours(1))),
            vec!["course.place-gone"],
        ),
        (
            "at its last instant",
            waiting_place("w1").offered(PlaceOffer::held(today() - hours(1)).until(today())),
            vec![],
        ),
        (
            "just run out",
            waiting_place("w1").offered(
                PlaceOffer::held(today() - hours(1))
                    .until(today() - chrono::Duration::nanoseconds(1)),
            ),
            vec!["course.offer-expired"],
        ),
        (
            "as long as the settings say",
            waiting_place("w1").offered(PlaceOffer::held(today() - hours(48))),
            vec![],
        ),
        (
            "longer than the settings say",
            waiting_place("w1").offered(PlaceOffer::held(today() - hours(48) - minutes(1))),
            vec!["course.offer-expired"],
        ),
    ] {
        assert_eq!(
            codes(may_accept(&place, &settings, today())),
            expected,
            "{what}"
        );
    }
}

/// 000-43: at any time, offered or not.
#[test]
fn whoever_waits_can_leave_at_any_time() {
    assert_eq!(may_leave(&waiting_place("w1")), Ok(()));
    assert_eq!(may_leave(&offered()), Ok(()));
    let run_out = waiting_place("w1").offered(PlaceOffer::held(today() - days(99)));
    assert_eq!(may_leave(&run_out), Ok(()));
    assert_eq!(
        may_leave(&waiting_place("w1").now(WaitingState::Left)),
        Ok(())
    );
    for state in [
        WaitingState::Accepted,
        WaitingState::Expired { at: today() },
    ] {
        let no = may_leave(&waiting_place("w1").now(state));
        assert_eq!(codes(no), ["course.not-waiting"]);
    }
}

/// 000-40: a place kept free is taken as it is; any other has to be there still when it is committed.
#[test]
fn taking_a_place_expects_a_free_one_only_where_none_was_held() {
    let settings = Settings::default().courses;
    let by = viewer(&contact("ana"));
    let ask = Ask::new(&by, today(), command(1));
    let free = PlaceOffer::open_to_others(today());
    for (offer, expects) in [(PlaceOffer::held(today()), 1), (free, 2)] {
        let place = waiting_place("w1").on(session("s1")).offered(offer);
        let decision = accept_place(&loaded(place), &settings, &ask).unwrap();
        assert_eq!(decision.expect.len(), expects);
        let asks_for_room = |e: &Expectation| matches!(e, Expectation::PlacesLeft { .. });
        assert_eq!(decision.expect.iter().any(asks_for_room), expects == 2);
    }
}

#[test]
fn an_offer_ends_only_once_it_has_run_out_and_frees_a_held_place() {
    let settings = Settings::default().courses;
    let ends = |place: WaitingPlace| {
        let ask = Ask::new(&Upkeep, today(), command(1));
        expire_offer(&loaded(place), &settings, &ask)
    };
    let until = |offer: PlaceOffer, at| waiting_place("w1").offered(offer.until(at));
    let held = PlaceOffer::held(today() - hours(1));
    let loose = PlaceOffer::open_to_others(today() - hours(1));
    assert!(ends(until(held.clone(), today())).is_none());
    assert!(ends(waiting_place("w1")).is_none());
    for (offer, held) in [(held, true), (loose, false)] {
        let decision = ends(until(offer, today() - minutes(1))).unwrap();
        let expired = CourseChange::OfferExpired {
            at: today() - minutes(1),
            place: Id::new("w1"),
            session: Id::new("s1"),
            held,
        };
        assert_eq!(decision.changes, [Change::Course(expired)]);
        let freed = |e: &portal_core::Effect| matches!(e.kind, EffectKind::PlaceFreed { .. });
        assert_eq!(decision.effects.iter().any(freed), held);
    }
}

fn memory(place: WaitingPlace) -> Memory {
    let memory = Memory::default();
    memory.put_contact(place.contact.clone());
    memory.put_session(place.session.clone());
    memory.put_waiting_place(place);
    memory
}

/// 000-39: the active ones, and only one's own.
#[tokio::test]
async fn my_waiting_list_shows_every_place_still_waited_for() {
    let memory = memory(waiting_place("w1"));
    memory.put_waiting_place(waiting_place("w2").offered(PlaceOffer::held(today())));
    memory.put_waiting_place(waiting_place("w3").now(WaitingState::Left));
    memory.put_waiting_place(waiting_place("w4").now(WaitingState::Accepted));
    memory.put_waiting_place(waiting_place("w5").now(WaitingState::Expired { at: today() }));
    memory.put_waiting_place(waiting_place("w6").of(&contact("bob")));
    let desk = desk(&memory, &contact("ana"));
    let list = desk.courses().unwrap().waiting_list(&Page::default()).await;
    let ids: Vec<_> = list
        .unwrap()
        .items
        .into_iter()
        .map(|v| v.place.id)
        .collect();
    assert_eq!(ids, [Id::new("w1"), Id::new("w2")]);
}

/// 000-40: the place is theirs.
#[tokio::test]
async fn an_accepted_place_is_a_registration() {
    let memory = memory(offered());
    let desk = desk(&memory, &contact("ana"));
    let courses = desk.courses().unwrap();
    let form = AcceptPlace::new(command(1), Id::new("w1"));
    assert_eq!(
        courses.accept_place(&form).await.unwrap(),
        AcceptedBy::Registering
    );
    let mine = courses
        .registrations(Shelf::Current, &Page::default())
        .await
        .unwrap();
    assert_eq!(mine.items.len(), 1);
    assert_eq!(mine.items[0].registration.session.id.as_str(), "s1");
    let waiting = courses.waiting_list(&Page::default()).await.unwrap();
    assert_eq!(waiting.items, []);
}

/// 000-40: a host that needs more says where to go.
#[tokio::test]
async fn accepting_may_lead_to_a_page_of_the_hosts() {
    let memory = memory(offered().completing_at("https://school.example/complete/w1"));
    let desk = desk(&memory, &contact("ana"));
    let form = AcceptPlace::new(command(1), Id::new("w1"));
    let next = desk.courses().unwrap().accept_place(&form).await.unwrap();
    assert_eq!(
        next,
        AcceptedBy::CompletingAt("https://school.example/complete/w1".into())
    );
}

/// 000-41, 000-42: refused when asked for directly.
#[tokio::test]
async fn a_place_that_cannot_be_taken_is_refused_when_asked_for_directly() {
    for (place, expected) in [
        (waiting_place("w1"), "course.not-offered"),
        (
            waiting_place("w1").offered(PlaceOffer::open_to_others(today())),
            "course.place-gone",
        ),
    ] {
        let memory = memory(place);
        let desk = desk(&memory, &contact("ana"));
        let no = desk
            .submit(&AcceptPlace::new(command(1), Id::new("w1")))
            .await;
        assert_eq!(refused(&no.unwrap_err()), [expected]);
    }
}

/// 000-43
#[tokio::test]
async fn who_left_is_off_the_list_and_a_held_place_is_free() {
    let memory = memory(offered());
    let desk = desk(&memory, &contact("ana"));
    let form = LeaveWaitingList::new(command(1), Id::new("w1"));
    desk.submit(&form).await.unwrap();
    let courses = desk.courses().unwrap();
    assert_eq!(
        courses.waiting_list(&Page::default()).await.unwrap().items,
        []
    );
    let view = courses.waiting_place(&Id::new("w1")).await.unwrap();
    assert_eq!(view.place.session.places_left, 1);
    let second_tab = LeaveWaitingList::new(command(2), Id::new("w1"));
    desk.submit(&second_tab).await.unwrap();
    let view = courses.waiting_place(&Id::new("w1")).await.unwrap();
    assert_eq!(view.place.session.places_left, 1, "freed once");
}

#[tokio::test]
async fn somebody_elses_place_does_not_exist() {
    let memory = memory(offered());
    let desk = desk(&memory, &contact("bob"));
    for id in ["w1", "nothing"] {
        let taken = desk
            .submit(&AcceptPlace::new(command(1), Id::new(id)))
            .await;
        assert!(matches!(taken, Err(Error::NotFound)));
        let left = desk
            .submit(&LeaveWaitingList::new(command(2), Id::new(id)))
            .await;
        assert!(matches!(left, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn upkeep_ends_the_offers_that_ran_out_once_and_leaves_the_others() {
    let memory = memory(offered());
    let run_out = PlaceOffer::held(today() - hours(9)).until(today() - hours(1));
    memory.put_waiting_place(waiting_place("w2").offered(run_out));
    let portal = builder(&memory).build().unwrap();
    let done = portal.expire_offers().await.unwrap();
    assert_eq!((done.ended, done.standing), (1, 1));
    let done = portal.expire_offers().await.unwrap();
    assert_eq!((done.ended, done.standing), (0, 1));
    let desk = portal.customer(viewer(&contact("ana")));
    let view = desk
        .courses()
        .unwrap()
        .waiting_place(&Id::new("w2"))
        .await
        .unwrap();
    assert!(matches!(view.place.state, WaitingState::Expired { .. }));
    assert_eq!(view.place.session.places_left, 1, "freed once");
}

/// An offer that was given more time ends again, once that is over.
#[tokio::test]
async fn an_offer_given_more_time_ends_when_that_is_over() {
    let made = PlaceOffer::held(today() - hours(9));
    let memory = memory(waiting_place("w1").offered(made.clone().until(today() - hours(1))));
    let portal = builder(&memory).build().unwrap();
    assert_eq!(portal.expire_offers().await.unwrap().ended, 1);
    let renewed = waiting_place("w1").offered(made.until(today() - minutes(1)));
    memory.put_waiting_place(renewed);
    assert_eq!(portal.expire_offers().await.unwrap().ended, 1);
}
