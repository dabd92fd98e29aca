use std::sync::Arc;

use portal_core::{Commit, Expectation, Id, Store, StoreError, TryKey, courses::CourseChange};
use portal_store::sqlite::{commit_in, store_error};

use crate::host::{Place, Seats, command, moving, now, yes};

/// 000-26, 000-28, 000-29: the registration moves, and both messages are owed, or nothing at all.
#[tokio::test]
async fn the_hosts_rows_the_outbox_and_the_audit_trail_share_one_commit() {
    let place = Place::new().await;
    let ended = place.store.commit(moving(1, "r1", "to")).await;
    assert_eq!(ended.unwrap(), Commit::Applied);
    assert_eq!(place.traces(), [1, 2, 1, 1]);

    let ended = place.store.commit(moving(2, "r1", "to")).await;
    let Err(StoreError::Conflict(lost)) = ended else {
        panic!("{ended:?}")
    };
    assert!(matches!(*lost, Expectation::Unchanged(..)));
    assert_eq!(
        place.traces(),
        [1, 2, 1, 1],
        "a loser leaves nothing behind"
    );
}

#[tokio::test]
async fn the_same_command_twice_is_answered_with_the_first_receipt() {
    let place = Place::new().await;
    let first = moving(1, "r1", "to");
    place.store.commit(first.clone()).await.unwrap();
    let again = place.store.commit(moving(1, "r2", "one")).await.unwrap();
    assert_eq!(again, Commit::Replayed(first.receipt()));
    let receipt = place.store.receipt(command(1)).await.unwrap();
    assert_eq!(receipt, Some(first.receipt()));
    assert_eq!(place.traces(), [1, 2, 1, 1]);
}

/// T21: of 32 who want the last place, one has it, and the others leave nothing.
#[tokio::test(flavor = "multi_thread")]
async fn of_thirty_two_who_want_the_last_place_one_gets_it() {
    for _ in 0..10 {
        let place = Place::new().await;
        let tasks: Vec<_> = (0..32)
            .map(|n| {
                let store = place.store.clone();
                let decision = moving(n, &format!("r{n}"), "one");
                tokio::spawn(async move { store.commit(decision).await })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(Commit::Applied) => won += 1,
                Err(StoreError::Conflict(lost)) => {
                    assert!(matches!(*lost, Expectation::PlacesLeft { .. }));
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(won, 1);
        assert_eq!(place.traces(), [1, 2, 1, 1]);
    }
}

/// T21, the second wall: even a decision that expects nothing cannot overbook, because the host's own table says so.
#[tokio::test]
async fn what_the_hosts_tables_forbid_is_undone_whole() {
    let place = Place::new().await;
    let ended = place.store.commit(moving(1, "breaks-a-check", "to")).await;
    assert!(
        matches!(ended, Err(StoreError::Unavailable(_))),
        "{ended:?}"
    );
    assert_eq!(place.traces(), [0, 0, 0, 0]);
}

#[tokio::test]
async fn a_change_the_host_does_not_know_is_said_to_be_so_and_leaves_nothing() {
    let place = Place::new().await;
    let unknown = yes(1).changed(CourseChange::Cancelled {
        registration: Id::new("r1"),
        session: Id::new("from"),
    });
    let ended = place.store.commit(unknown).await;
    assert!(matches!(ended, Err(StoreError::Unsupported(_))));
    assert_eq!(place.traces(), [0, 0, 0, 0]);
}

#[tokio::test]
async fn tries_are_counted_by_the_store_and_never_asked_of_the_host() {
    let place = Place::new().await;
    let of = TryKey::new("surname", &Id::new("a1"));
    let tries_left = |n| {
        yes(n).expecting(Expectation::TriesLeft {
            of: TryKey::new("surname", &Id::new("a1")),
            fewer_than: 2,
            since: now(),
        })
    };
    let later = now() + chrono::TimeDelta::seconds(1);
    assert_eq!(place.store.note_try(&of, later, now()).await.unwrap(), 1);
    place.store.commit(tries_left(1)).await.unwrap();
    assert_eq!(place.store.note_try(&of, later, now()).await.unwrap(), 2);
    let ended = place.store.commit(tries_left(2)).await;
    assert!(matches!(ended, Err(StoreError::Conflict(_))));
}

/// A host with a transaction of its own takes the decision into it.
#[tokio::test]
async fn a_decision_in_the_hosts_transaction_goes_where_that_goes() {
    let place = Place::new().await;
    let mut db = place.raw();

    let tx = db.transaction().unwrap();
    let ended = commit_in(&tx, "acme", &moving(1, "r1", "to"), &Seats).unwrap();
    assert_eq!(ended, Commit::Applied);
    tx.rollback().unwrap();
    assert_eq!(place.traces(), [0, 0, 0, 0]);

    let tx = db.transaction().unwrap();
    commit_in(&tx, "acme", &moving(1, "r1", "to"), &Seats).unwrap();
    let lost = commit_in(&tx, "acme", &moving(2, "r1", "to"), &Seats);
    assert!(matches!(lost, Err(StoreError::Conflict(_))));
    tx.execute("update seat_session set capacity = 300 where id = 'to'", [])
        .unwrap();
    tx.commit().unwrap();
    assert_eq!(place.traces(), [1, 2, 1, 1], "the loser left nothing");
    let ended = place.store.commit(moving(1, "r1", "to")).await.unwrap();
    assert!(matches!(ended, Commit::Replayed(_)));
}

#[tokio::test]
async fn readers_see_one_snapshot_cannot_write_and_never_wait_for_the_writer() {
    let place = Place::new().await;
    let refused = place
        .db
        .read(|db| {
            db.execute("delete from seat_session", [])
                .map_err(store_error)
        })
        .await;
    assert!(refused.is_err());

    let (writing, written) = std::sync::mpsc::channel();
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    let db = place.db.clone();
    let held = tokio::spawn(async move {
        db.write(move |db| {
            db.execute("update seat_session set used = 1 where id = 'one'", [])
                .map_err(store_error)?;
            writing.send(()).unwrap();
            wait.recv().unwrap();
            Ok(())
        })
        .await
    });
    tokio::task::spawn_blocking(move || written.recv().unwrap())
        .await
        .unwrap();
    let used = place
        .db
        .read(|db| {
            db.query_row(
                "select used from seat_session where id = 'one'",
                [],
                |row| row.get::<_, i64>(0),
            )
            .map_err(store_error)
        })
        .await
        .unwrap();
    assert_eq!(used, 0, "not committed yet, and read all the same");
    go_on.send(()).unwrap();
    held.await.unwrap().unwrap();
}

#[tokio::test]
async fn every_public_future_can_cross_threads() {
    fn sendable<T: Send>(t: T) -> T {
        t
    }
    let place = Place::new().await;
    let tables = Arc::new(Seats);
    let store = place.db.tenant("acme", tables);
    sendable(store.commit(yes(1))).await.unwrap();
    sendable(store.seal_audit(1)).await.unwrap();
    sendable(store.check_audit(None)).await.unwrap();
    sendable(place.db.migrate()).await.unwrap();
    sendable(place.db.verify_migrated()).await.unwrap();
}
