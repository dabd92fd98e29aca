//! [`AccountStore::draw`](portal_core::accounts::AccountStore::draw): how often something may be tried.
use chrono::{DateTime, Duration, Utc};
use portal_core::{
    StoreError,
    accounts::{Allowance, Draw, Drawn, Entry},
};

use super::scene::{enter, open};
use crate::{
    World,
    facts::{draw, hours, login, minutes, today},
};

/// "Takes one try from each allowance, or from none."
pub async fn all_tries_are_taken_or_none(world: &dyn World) {
    let (one, plenty) = (draw("one", 1), draw("plenty", 3));
    assert!(granted(world, &[one.clone(), plenty.clone()], today()).await);
    for order in [[one.clone(), plenty.clone()], [plenty.clone(), one.clone()]] {
        assert!(!granted(world, &order, today()).await);
        assert!(!granted(world, &order, today()).await);
    }
    for _ in 0..2 {
        assert!(granted(world, std::slice::from_ref(&plenty), today()).await);
    }
    assert!(!granted(world, &[plenty], today()).await);
    assert!(granted(world, &[], today()).await, "nothing is always left");
}

/// "So that no two can take the same one": of sixteen at once exactly as many as there are get one.
pub async fn of_sixteen_at_once_as_many_as_there_are_get_one(world: &dyn World) {
    for burst in [5, 1] {
        let try_once = draw(&format!("burst of {burst}"), burst);
        let of_all = draw("of all", 1_000);
        let tries: Vec<_> = (0..16)
            .map(|_| {
                let (accounts, draws) = (world.accounts(), [try_once.clone(), of_all.clone()]);
                tokio::spawn(async move {
                    // More than a pool may have connections: one that waited too long took nothing, and asks once more.
                    match accounts.draw(&draws, today()).await {
                        Err(StoreError::Unavailable(_)) => accounts.draw(&draws, today()).await,
                        answer => answer,
                    }
                    .unwrap()
                })
            })
            .collect();
        let mut count = 0;
        for one in tries {
            count += u32::from(one.await.unwrap() == Drawn::Granted);
        }
        assert_eq!(count, burst);
    }
}

/// "When trying again makes sense": then it is granted, and a moment before it is not. One comes back at a time.
pub async fn a_refused_try_is_told_when_to_come_again(world: &dyn World) {
    let try_once = [draw("ana", 2)];
    let at = today() + Duration::microseconds(123_456);
    for _ in 0..2 {
        assert!(granted(world, &try_once, at).await);
    }
    let again_at = refused(world, &try_once, at).await.unwrap();
    assert_eq!(again_at, at + hours(1));
    let just_before = again_at - Duration::microseconds(1);
    assert_eq!(refused(world, &try_once, just_before).await, Some(again_at));
    assert!(granted(world, &try_once, again_at).await);
    let next = refused(world, &try_once, again_at).await;
    assert_eq!(next, Some(again_at + hours(1)));
}

/// "The last of several instants; never, where only something else resets one of them."
pub async fn of_several_instants_the_last_is_told(world: &dyn World) {
    let (soon, late) = (draw("soon", 1), Draw::new(draw("late", 1).key, 1, hours(5)));
    let never = draw("never", 9).in_a_row(1);
    for one in [&soon, &late, &never] {
        assert!(granted(world, std::slice::from_ref(one), today()).await);
    }
    for both in [[soon.clone(), late.clone()], [late.clone(), soon.clone()]] {
        let again_at = refused(world, &both, today()).await;
        assert_eq!(again_at, Some(today() + hours(5)));
    }
    for both in [[late.clone(), never.clone()], [never, late]] {
        assert_eq!(refused(world, &both, today()).await, None);
    }
}

/// "After `in_a_row` without a success there are none left, until something else resets it": however long one waits, until one is given back.
pub async fn a_row_of_failures_stops_until_a_success(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    let try_once = draw("ana", 2).in_a_row(3);
    let tries = [try_once.clone()];
    for hour in [0, 10, 20] {
        assert!(granted(world, &tries, today() + hours(hour)).await);
    }
    for hour in [20, 30, 30_000] {
        let again_at = refused(world, &tries, today() + hours(hour)).await;
        assert_eq!(again_at, None);
    }
    let mut entry = Entry::new(login("laptop"), ana);
    entry.refunds = vec![try_once.refund()];
    enter(world, entry).await;
    for hour in [40, 50, 60] {
        assert!(granted(world, &tries, today() + hours(hour)).await);
    }
    assert!(!granted(world, &tries, today() + hours(70)).await);
}

/// Every answer is the rule's, [`Allowance::draw`], over a long row of tries at odd instants.
pub async fn every_answer_is_the_rules(world: &dyn World) {
    let try_once = Draw::new(draw("ana", 4).key, 4, minutes(25));
    let mut left = Allowance::default();
    for n in 0..60 {
        let at = today() + minutes(n * n % 37 + n * 7);
        let expected = match left.draw(&try_once, at) {
            Ok(less) => {
                left = less;
                Drawn::Granted
            }
            Err(again_at) => Drawn::Refused { again_at },
        };
        let tries = [try_once.clone()];
        let drawn = world.accounts().draw(&tries, at).await.unwrap();
        assert_eq!(drawn, expected, "try {n}");
    }
}

/// Each key has its own allowance.
pub async fn tries_of_one_are_not_those_of_another(world: &dyn World) {
    assert!(granted(world, &[draw("ana", 1)], today()).await);
    for other in ["Ana", "ana ", "an", "", "ben"] {
        assert!(granted(world, &[draw(other, 1)], today()).await, "{other}");
    }
    assert!(!granted(world, &[draw("ana", 1)], today()).await);
}

async fn granted(world: &dyn World, wanted: &[Draw], at: DateTime<Utc>) -> bool {
    let drawn = world.accounts().draw(wanted, at).await.unwrap();
    drawn == Drawn::Granted
}

async fn refused(world: &dyn World, wanted: &[Draw], at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match world.accounts().draw(wanted, at).await.unwrap() {
        Drawn::Refused { again_at } => again_at,
        Drawn::Granted => panic!("there was none left"),
    }
}
