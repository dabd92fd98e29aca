//! [`Store::note_try`](portal_core::Store::note_try) and [`Expectation::TriesLeft`].
use chrono::{DateTime, Utc};
use portal_core::{Expectation, Id, TryKey};

use super::scene::{apply, conflict, yes};
use crate::{
    World,
    facts::{minutes, today},
};

/// "Answers how many there have been after `since`, this one included."
pub async fn wrong_tries_are_counted_within_their_window(world: &dyn World) {
    for minute in 0..5 {
        let count = note(world, "ana", minute, -10).await;
        assert_eq!(i64::from(count), minute + 1);
    }
    assert_eq!(note(world, "ana", 6, 1).await, 4, "minutes 2, 3, 4 and 6");
    assert_eq!(note(world, "ana", 60, 50).await, 1, "the others are old");
}

/// "After `since`": a try at that very instant is over.
pub async fn a_try_at_the_edge_of_the_window_is_over(world: &dyn World) {
    note(world, "ana", 10, 0).await;
    assert_eq!(note(world, "ana", 20, 10).await, 1);
}

/// Each key has its own count, however alike they read.
pub async fn wrong_tries_of_one_are_not_those_of_another(world: &dyn World) {
    for _ in 0..3 {
        note(world, "ana", 0, -10).await;
    }
    for other in ["Ana", "ana ", "an", "ana%", "añá", ""] {
        assert_eq!(note(world, other, 1, -10).await, 1, "{other:?}");
    }
    let at = today() + minutes(1);
    let other_thing = TryKey::new("pin", &Id::new("ana"));
    let store = world.store();
    let count = store.note_try(&other_thing, at, today() - minutes(9)).await;
    assert_eq!(count.unwrap(), 1);
    assert_eq!(note(world, "ana", 2, -10).await, 4);
}

/// Tries at the same instant, from eight pages at once, are all counted: each is answered another number.
pub async fn wrong_tries_at_once_are_all_counted(world: &dyn World) {
    let pages: Vec<_> = (0..8)
        .map(|_| {
            let store = world.store();
            tokio::spawn(async move {
                let since = today() - minutes(10);
                store.note_try(&key("ana"), today(), since).await.unwrap()
            })
        })
        .collect();
    let mut counts = vec![];
    for page in pages {
        counts.push(page.await.unwrap());
    }
    counts.sort_unstable();
    assert_eq!(counts, [1, 2, 3, 4, 5, 6, 7, 8]);
}

/// "Fewer wrong tries than this since then", to the last one.
pub async fn tries_left_holds_until_the_last_try(world: &dyn World) {
    let since = today() - minutes(10);
    let mut number = 0;
    for done in 0..4 {
        number += 1;
        apply(world, yes(number).expecting(left("ana", done + 1, since))).await;
        let lost = left("ana", done, since);
        let found = conflict(world, yes(99).expecting(lost.clone())).await;
        assert_eq!(found, lost, "after {done} tries");
        note(world, "ana", 0, -10).await;
    }
}

/// Only tries within the window, and only under that key, count against it.
pub async fn tries_left_counts_only_its_own(world: &dyn World) {
    for minute in [0, 1, 2] {
        note(world, "ana", minute, -10).await;
    }
    let since = |minute| today() + minutes(minute);
    apply(world, yes(1).expecting(left("ana", 1, since(3)))).await;
    apply(world, yes(2).expecting(left("ben", 1, since(-10)))).await;
    apply(world, yes(3).expecting(left("ana", 4, since(-10)))).await;
    conflict(world, yes(4).expecting(left("ana", 3, since(-10)))).await;
}

/// A commit is not a try, whether it is applied or conflicts.
pub async fn a_commit_is_not_a_try(world: &dyn World) {
    let since = today() - minutes(10);
    apply(world, yes(1).expecting(left("ana", 1, since))).await;
    conflict(world, yes(2).expecting(left("ana", 0, since))).await;
    assert_eq!(note(world, "ana", 0, -10).await, 1);
}

fn key(account: &str) -> TryKey {
    TryKey::new("surname", &Id::new(account))
}

fn left(account: &str, fewer_than: u32, since: DateTime<Utc>) -> Expectation {
    Expectation::TriesLeft {
        of: key(account),
        fewer_than,
        since,
    }
}

/// Notes a try at that minute, and answers how many there were after the other.
async fn note(world: &dyn World, account: &str, at: i64, since: i64) -> u32 {
    let (at, since) = (today() + minutes(at), today() + minutes(since));
    let store = world.store();
    store.note_try(&key(account), at, since).await.unwrap()
}
