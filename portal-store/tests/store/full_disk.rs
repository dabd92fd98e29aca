use portal_core::{Commit, Page, Store, StoreError};
use portal_store::sqlite::store_error;

use crate::host::{Place, yes};

/// The writer may use so many pages more; `None` gives it all it wants.
async fn room(place: &Place, pages: Option<i64>) {
    place
        .db
        .write(move |db| {
            let used: i64 = db
                .query_row("pragma page_count", [], |row| row.get(0))
                .map_err(store_error)?;
            let most = pages.map_or(1_000_000, |pages| used + pages);
            db.pragma_update_and_check(None, "max_page_count", most, |row| row.get::<_, i64>(0))
                .map(drop)
                .map_err(store_error)
        })
        .await
        .unwrap();
}

/// Disk full: nothing half done, reads go on, and it recovers by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_whole_commands_and_recovers_once_there_is_room() {
    let place = Place::new().await;
    room(&place, Some(8)).await;
    let (mut applied, mut refused) = (0, 0);
    for round in 0..8u128 {
        let tasks: Vec<_> = (0..16u128)
            .map(|n| {
                let store = place.store.clone();
                tokio::spawn(async move { store.commit(yes(round * 16 + n)).await })
            })
            .collect();
        for task in tasks {
            match task.await.unwrap() {
                Ok(Commit::Applied) => applied += 1,
                Err(StoreError::Unavailable(_)) => refused += 1,
                other => panic!("{other:?}"),
            }
        }
        if round == 5 {
            assert!(refused > 0, "the disk is full by now");
        }
        let [audit, outbox, ..] = place.traces();
        assert_eq!((audit, outbox), (applied, applied), "nothing is half done");
        place.store.audit(&Page::first(5)).await.unwrap();
    }
    room(&place, None).await;
    assert_eq!(place.store.commit(yes(999)).await.unwrap(), Commit::Applied);
    assert_eq!(
        place.count("select count(*) from pragma_integrity_check where integrity_check <> 'ok'"),
        0
    );
}
