//! [`CourseRecords::dates`](portal_core::courses::CourseRecords::dates) and [`CourseRecords::transfer`](portal_core::courses::CourseRecords::transfer).
use chrono::Duration;
use portal_core::{Id, courses::Session};

use super::scene::{registered, stage};
use crate::{
    Facts, World,
    facts::{RegistrationFacts, SessionFacts, days, hours, registration, session, today},
};

/// "The other dates of its course that begin after `now`, soonest first", "full and closed ones included".
pub async fn other_dates_are_those_of_the_course_still_to_come(world: &dyn World) {
    let moment = Duration::seconds(1);
    let own = session("own").starting_in(days(3));
    let soon = session("soon").starting_in(moment);
    let full = session("full").starting_in(days(2)).full();
    let closed = session("closed").starting_in(days(5)).closed();
    let later = session("later").starting_in(days(9));
    let left_out = [
        session("now").starting_in(hours(0)),
        session("past").starting_in(-moment),
        session("elsewhere").starting_in(days(4)).of_course("go"),
    ];
    let listed = [soon, full, closed, later];
    let facts = left_out.into_iter().fold(Facts::new(), Facts::session);
    let facts = listed.iter().rev().cloned().fold(facts, Facts::session);
    world
        .put(facts.registration(registration("r1").on(own)))
        .await;

    let courses = world.courses();
    let found = courses.dates(&Id::new("r1"), today()).await.unwrap();
    let found = found.unwrap();
    assert_eq!(found.registration, registered(world, "r1").await.value);
    assert_eq!(found.dates, listed);
    let nobodys = courses.dates(&Id::new("nobody's"), today()).await.unwrap();
    assert_eq!(nobodys, None);
}

/// "At most 100": the soonest.
pub async fn no_more_than_a_hundred_dates_are_offered(world: &dyn World) {
    let dates: Vec<Session> = (1..=103)
        .map(|n| session(&format!("s{:03}", (n * 10) % 103)).starting_in(days(n)))
        .collect();
    let facts = dates
        .iter()
        .rev()
        .cloned()
        .fold(Facts::new(), Facts::session);
    let own = session("own").starting_in(hours(1));
    world
        .put(facts.registration(registration("r1").on(own)))
        .await;

    let found = world.courses().dates(&Id::new("r1"), today()).await;
    assert_eq!(found.unwrap().unwrap().dates, dates[..100]);
}

/// "The registration, and the date it is to move to if that is a date of the same course."
pub async fn a_transfer_is_decided_on_the_registration_and_its_new_date(world: &dyn World) {
    stage(world).await;
    let courses = world.courses();
    let found = courses.transfer(&Id::new("r1"), &Id::new("s2")).await;
    let found = found.unwrap().unwrap();
    assert_eq!(found.registration, registered(world, "r1").await);
    assert_eq!(found.to, Some(session("s2").with_places(3)));
}

/// A date of another course, or none at all, is no date to move to; and without a registration there is nothing to move.
pub async fn there_is_no_moving_to_another_course(world: &dyn World) {
    stage(world).await;
    let courses = world.courses();
    for elsewhere in ["g1", "nowhere", ""] {
        let found = courses.transfer(&Id::new("r1"), &Id::new(elsewhere)).await;
        let found = found.unwrap().unwrap();
        assert_eq!(found.registration, registered(world, "r1").await);
        assert_eq!(found.to, None, "{elsewhere:?}");
    }
    let found = courses.transfer(&Id::new("nobody's"), &Id::new("s2")).await;
    assert_eq!(found.unwrap(), None);
}
