//! Commands that share a transaction do not share their fate.
use portal_core::{Commit, Store, StoreError};
use portal_store::sqlite::{Sqlite, store_error};

use crate::host::{Place, moving, yes};

/// Sends decisions while the writer is kept busy, so that all of them fall into one transaction.
async fn together(
    place: &Place,
    decisions: Vec<portal_core::Decision>,
) -> Vec<Result<Commit, StoreError>> {
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    let db = place.db.clone();
    let busy = tokio::spawn(async move {
        db.write(move |_| {
            wait.recv().unwrap();
            Ok(())
        })
        .await
    });
    tokio::task::yield_now().await;
    let tasks: Vec<_> = decisions
        .into_iter()
        .map(|decision| {
            let store = place.store.clone();
            tokio::spawn(async move { store.commit(decision).await })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    go_on.send(()).unwrap();
    busy.await.unwrap().unwrap();
    let mut ended = vec![];
    for task in tasks {
        ended.push(task.await.unwrap());
    }
    ended
}

#[tokio::test]
async fn one_that_fails_panics_or_breaks_a_check_harms_none_of_its_neighbours() {
    let place = Place::new().await;
    let ended = together(
        &place,
        vec![
            moving(1, "r1", "to"),
            moving(2, "fails", "to"),
            moving(3, "r3", "to"),
            moving(4, "panics", "to"),
            moving(5, "r5", "to"),
            moving(6, "breaks-a-check", "to"),
            moving(1, "r1", "to"),
            moving(7, "r1", "to"),
            moving(8, "r8", "to"),
        ],
    )
    .await;
    for (n, ended) in ended.iter().enumerate() {
        let as_it_should = match n {
            0 | 2 | 4 | 8 => matches!(ended, Ok(Commit::Applied)),
            6 => matches!(ended, Ok(Commit::Replayed(_))),
            7 => matches!(ended, Err(StoreError::Conflict(_))),
            _ => matches!(ended, Err(StoreError::Unavailable(_))),
        };
        assert!(as_it_should, "the one at {n} ended as {ended:?}");
    }
    assert_eq!(place.traces(), [4, 8, 4, 4]);
}

#[tokio::test]
async fn the_first_of_a_batch_may_fail_like_any_other() {
    for first in ["fails", "panics", "breaks-a-check"] {
        let place = Place::new().await;
        let decisions = vec![moving(1, first, "to"), moving(2, "r2", "to")];
        let ended = together(&place, decisions).await;
        assert!(matches!(ended[0], Err(StoreError::Unavailable(_))));
        assert!(matches!(ended[1], Ok(Commit::Applied)));
        assert_eq!(place.traces(), [1, 2, 1, 1]);
    }
}

#[tokio::test]
async fn a_batch_of_one_commits_each_alone_and_a_panic_does_not_stop_the_writer() {
    let place = Place::opened(&Sqlite::options().batch(1).readers(1)).await;
    for n in 0..3 {
        let ended = place.store.commit(moving(n, "panics", "to")).await;
        assert!(matches!(ended, Err(StoreError::Unavailable(_))));
    }
    place.store.commit(yes(7)).await.unwrap();
    assert_eq!(place.traces(), [1, 1, 0, 0]);
}

#[tokio::test]
async fn one_who_ends_the_shared_transaction_is_found_out_and_the_writer_goes_on() {
    let place = Place::new().await;
    let ended = place
        .db
        .write(|db| db.execute_batch("rollback").map_err(store_error))
        .await;
    assert!(ended.is_err());
    place.store.commit(yes(1)).await.unwrap();
}

/// Another process has the lock for a while: nobody notices.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_held_elsewhere_is_waited_out() {
    let place = Place::new().await;
    let other = place.raw();
    other.execute_batch("begin immediate").unwrap();
    let store = place.store.clone();
    let waiting = tokio::spawn(async move { store.commit(yes(1)).await });
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    other.execute_batch("commit").unwrap();
    assert_eq!(waiting.await.unwrap().unwrap(), Commit::Applied);
}

/// A panic in a reader's hands is an error to one, and nothing to the next.
#[tokio::test]
async fn a_panic_while_reading_is_one_readers_error() {
    let place = Place::opened(&Sqlite::options().readers(1)).await;
    let ended = place
        .db
        .read::<()>(|_| panic!("the host's own mistake"))
        .await;
    assert!(matches!(ended, Err(StoreError::Unavailable(_))));
    assert_eq!(place.db.read(|_| Ok(7)).await.unwrap(), 7);
}
