//! Waiting lists: [`CourseRecords::waiting`](portal_core::courses::CourseRecords::waiting),
//! [`waiting_place`](portal_core::courses::CourseRecords::waiting_place) and
//! [`standing_offers`](portal_core::courses::CourseRecords::standing_offers).
use chrono::Duration;
use portal_core::{
    Id, Loaded,
    courses::{CourseChange, PlaceOffer, WaitingPlace, WaitingState},
};

use super::{
    scene::{apply, yes},
    walk,
};
use crate::{
    Facts, World,
    facts::{WaitingPlaceFacts, contact, days, hours, session, today, waiting_place},
};

/// "The places on waiting lists of one person who still waits, longest waiting first."
pub async fn a_waiting_list_shows_only_who_still_waits(world: &dyn World) {
    let all = in_every_state();
    let of_ben = waiting_place("of-ben")
        .of(&contact("ben"))
        .on(session("s1"));
    let facts = all
        .iter()
        .rev()
        .cloned()
        .fold(Facts::new(), Facts::waiting_place);
    world.put(facts.waiting_place(of_ben)).await;

    let active: Vec<_> = all.into_iter().filter(WaitingPlace::is_active).collect();
    assert_eq!(active.len(), 4);
    let (courses, ana) = (world.courses(), Id::new("ana"));
    walk::reads(&active, async |page| courses.waiting(&ana, &page).await).await;
}

/// Places waited for since one instant are all there, each once; and pages go on where they ended while others begin to wait.
pub async fn a_waiting_list_reads_on_whatever_is_added(world: &dyn World) {
    let since_one_instant = |n: i64| waiting_place(&format!("w{n}")).on(session(&format!("s{n}")));
    let all = (0..9).map(since_one_instant);
    world
        .put(all.fold(Facts::new(), Facts::waiting_place))
        .await;
    let (courses, ana) = (world.courses(), Id::new("ana"));
    let as_listed = walk::all(100, async |page| courses.waiting(&ana, &page).await).await;
    assert_eq!(as_listed.len(), 9);
    walk::reads(&as_listed, async |page| courses.waiting(&ana, &page).await).await;
    walk::reads_on_while(
        &as_listed,
        4,
        async |page| courses.waiting(&ana, &page).await,
        async || {
            let mut longest = since_one_instant(50);
            longest.since = today() - days(60);
            world.put(Facts::new().waiting_place(longest)).await;
        },
    )
    .await;
}

/// [`CourseRecords::waiting_place`](portal_core::courses::CourseRecords::waiting_place): in whatever state; `None` for none.
pub async fn a_waiting_place_is_there_in_whatever_state(world: &dyn World) {
    let all = in_every_state();
    let facts = all.iter().cloned().fold(Facts::new(), Facts::waiting_place);
    world.put(facts).await;
    let courses = world.courses();
    for place in all {
        let found = courses.waiting_place(&place.id).await.unwrap().unwrap();
        assert_eq!(found.value, place);
    }
    let nobodys = courses.waiting_place(&Id::new("nobody's")).await.unwrap();
    assert_eq!(nobodys, None);
}

/// "Every place that is offered and not answered, of anyone", in pages of any size, and as it would be read alone.
pub async fn standing_offers_are_those_of_everyone(world: &dyn World) {
    let offered = many_offers(world).await;
    let courses = world.courses();
    let page_of = async |page| courses.standing_offers(&page).await;
    for size in walk::SIZES {
        let found = walk::all(size, page_of).await;
        for place in &found {
            let alone = courses.waiting_place(&place.value.id).await.unwrap();
            assert_eq!(alone.as_ref(), Some(place));
        }
        assert_eq!(ids(&found), offered, "in pages of {size}");
    }
}

/// "In any stable order": offers that end while the list is read neither hide others nor show them twice.
pub async fn standing_offers_read_on_while_offers_end(world: &dyn World) {
    let offered = many_offers(world).await;
    let courses = world.courses();
    let found = walk::all(3, async |page| {
        let found = courses.standing_offers(&page).await?;
        for place in &found.items {
            let id = &place.value.id;
            let at = offered.iter().position(|other| other == id).unwrap();
            let ended = CourseChange::OfferExpired {
                at: today(),
                place: id.clone(),
                session: Id::new("s1"),
                held: true,
            };
            let number = u128::try_from(at).unwrap() + 1;
            apply(world, yes(number).given(place).changed(ended)).await;
        }
        Ok(found)
    })
    .await;
    assert_eq!(ids(&found), offered);
}

/// Seven of ana's places, one in each state and two of some; the longest waiting first.
fn in_every_state() -> Vec<WaitingPlace> {
    let held = PlaceOffer::held(today() - hours(5));
    let open = PlaceOffer::open_to_others(today() - hours(6)).until(today() + hours(1));
    let states = [
        WaitingState::Waiting,
        WaitingState::Offered(held),
        WaitingState::Accepted,
        WaitingState::Offered(open),
        WaitingState::Left,
        WaitingState::Waiting,
        WaitingState::Expired {
            at: today() - hours(2),
        },
    ];
    let mut all = vec![];
    for (n, state) in (0..).zip(states) {
        let mut place = waiting_place(&format!("w{}", (n * 3) % 7)).now(state);
        place.since = today() - days(30) + Duration::hours(n);
        place.session = session(&format!("s{n}"));
        all.push(place);
    }
    all[5] = all[5]
        .clone()
        .completing_at("https://host.example/finish?a=1&b=2");
    all
}

/// Nine people with a place held on `s1`, and others whose offer is answered; answers the ids of the nine, sorted.
async fn many_offers(world: &dyn World) -> Vec<Id<WaitingPlace>> {
    let on_s1 = |n: i64, state| {
        let who = contact(&format!("p{n}"));
        let mut place = waiting_place(&format!("w{n}"))
            .of(&who)
            .on(session("s1"))
            .now(state);
        place.since = today() - days(n % 4);
        place
    };
    let offer = |n| WaitingState::Offered(PlaceOffer::held(today() - hours(n)));
    let standing = (0..9).map(|n| on_s1(n, offer(n)));
    let over = [
        WaitingState::Waiting,
        WaitingState::Accepted,
        WaitingState::Left,
    ];
    let over = (100..).zip(over).map(|(n, state)| on_s1(n, state));
    let facts = standing
        .chain(over)
        .fold(Facts::new(), Facts::waiting_place);
    world.put(facts).await;
    (0..9).map(|n| Id::new(format!("w{n}"))).collect()
}

fn ids(found: &[Loaded<WaitingPlace>]) -> Vec<Id<WaitingPlace>> {
    let mut ids: Vec<_> = found.iter().map(|place| place.value.id.clone()).collect();
    ids.sort();
    ids
}
