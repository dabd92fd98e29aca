use portal_core::{Commit, Expectation, Id, Store, StoreError, courses::CourseChange};
use portal_store::postgres::commit_in;

use crate::host::{Place, Seats, command, moving, yes};

/// 000-26, 000-28, 000-29: the registration moves, and both messages are owed, or nothing at all.
#[tokio::test]
async fn the_hosts_rows_the_outbox_and_the_audit_trail_share_one_commit() {
    let place = Place::new().await;
    let ended = place.store.commit(moving(1, "r1", "to")).await;
    assert_eq!(ended.unwrap(), Commit::Applied);
    assert_eq!(place.traces().await, [1, 2, 1, 1]);

    let ended = place.store.commit(moving(2, "r1", "to")).await;
    let Err(StoreError::Conflict(lost)) = ended else {
        panic!("{ended:?}")
    };
    assert!(matches!(*lost, Expectation::Unchanged(..)));
    let traces = place.traces().await;
    assert_eq!(traces, [1, 2, 1, 1], "a loser leaves nothing behind");
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
    assert_eq!(place.traces().await, [1, 2, 1, 1]);
}

/// T21, the second wall: even a decision that expects nothing cannot overbook, because the host's own table says so.
#[tokio::test]
async fn what_the_host_fails_at_is_undone_whole() {
    let place = Place::new().await;
    for registration in ["breaks-a-check", "fails"] {
        let ended = place.store.commit(moving(1, registration, "to")).await;
        let down = matches!(ended, Err(StoreError::Unavailable(_)));
        assert!(down, "{ended:?}");
        assert_eq!(place.traces().await, [0, 0, 0, 0]);
    }
    let store = place.store.clone();
    let panicked = tokio::spawn(async move { store.commit(moving(1, "panics", "to")).await });
    assert!(panicked.await.unwrap_err().is_panic());
    assert_eq!(place.traces().await, [0, 0, 0, 0]);
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
    assert_eq!(place.traces().await, [0, 0, 0, 0]);
}

/// A host with a transaction of its own takes the decision into it.
#[tokio::test]
async fn a_decision_in_the_hosts_transaction_goes_where_that_goes() {
    let place = Place::new().await;

    let mut tx = place.db.pool().begin().await.unwrap();
    let ended = commit_in(&mut tx, "acme", &moving(1, "r1", "to"), &Seats).await;
    assert_eq!(ended.unwrap(), Commit::Applied);
    tx.rollback().await.unwrap();
    assert_eq!(place.traces().await, [0, 0, 0, 0]);

    let mut tx = place.db.pool().begin().await.unwrap();
    let won = commit_in(&mut tx, "acme", &moving(1, "r1", "to"), &Seats).await;
    assert_eq!(won.unwrap(), Commit::Applied);
    let lost = commit_in(&mut tx, "acme", &moving(2, "r1", "to"), &Seats).await;
    assert!(matches!(lost, Err(StoreError::Conflict(_))));
    let broken = commit_in(&mut tx, "acme", &moving(3, "breaks-a-check", "to"), &Seats).await;
    assert!(matches!(broken, Err(StoreError::Unavailable(_))));
    tx.commit().await.unwrap();
    let traces = place.traces().await;
    assert_eq!(traces, [1, 2, 1, 1], "the losers left nothing");
    let ended = place.store.commit(moving(1, "r1", "to")).await.unwrap();
    assert!(matches!(ended, Commit::Replayed(_)));
}
