use std::{fs, time::Duration};

use portal_core::{Commit, Store};
use portal_store::sqlite::Sqlite;

use crate::host::{Place, yes};

fn open_files(file: &std::path::Path) -> usize {
    let all = fs::read_dir("/proc/self/fd").unwrap();
    let links = all.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
    links
        .filter(|link| link.starts_with(file.parent().unwrap()))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn once_the_last_handle_is_gone_the_threads_end_and_the_file_can_be_removed() {
    let Place { folder, db, store } = Place::new().await;
    let file = folder.path().join("host.db");
    let last = tokio::spawn({
        let store = store.clone();
        async move { store.commit(yes(1)).await }
    });
    drop((db, store));
    assert_eq!(last.await.unwrap().unwrap(), Commit::Applied);
    for _ in 0..200 {
        if open_files(&file) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(open_files(&file), 0);
    assert!(
        !folder.path().join("host.db-wal").exists(),
        "closed, not cut off"
    );
    fs::remove_file(&file).unwrap();
}

/// What was accepted is done, even if nobody waits for it any more.
#[tokio::test]
async fn what_was_accepted_is_finished_though_every_handle_is_gone() {
    let Place { folder, db, store } = Place::new().await;
    let file = folder.path().join("host.db");
    let (begun, wait) = std::sync::mpsc::channel::<()>();
    {
        let mut busy = Box::pin(db.write(move |_| {
            wait.recv().unwrap();
            Ok(())
        }));
        let mut waiting = Box::pin(store.commit(yes(1)));
        let nobody = std::task::Waker::noop();
        let mut context = std::task::Context::from_waker(nobody);
        assert!(busy.as_mut().poll(&mut context).is_pending());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
    }
    drop((db, store));
    begun.send(()).unwrap();
    let done = || {
        let db = rusqlite::Connection::open(&file).unwrap();
        db.query_row("select count(*) from portal_command", [], |row| {
            row.get::<_, i64>(0)
        })
        .unwrap()
    };
    for _ in 0..200 {
        if done() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(done(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_opened_on_one_file_share_it() {
    let place = Place::new().await;
    let second = Sqlite::open(place.file()).unwrap();
    let second = second.tenant("acme", std::sync::Arc::new(crate::host::Seats));
    let tasks: Vec<_> = (0..200u128)
        .map(|n| {
            let store = if n % 2 == 0 { &place.store } else { &second }.clone();
            tokio::spawn(async move { store.commit(yes(n / 2)).await.unwrap() })
        })
        .collect();
    let mut applied = 0;
    for task in tasks {
        applied += u32::from(task.await.unwrap() == Commit::Applied);
    }
    assert_eq!(applied, 100);
}

/// Facts 8 and 9 of durability: without these two an acknowledged commit could be lost with the power.
#[tokio::test]
async fn every_connection_writes_ahead_and_waits_for_the_disk() {
    let place = Place::new().await;
    let pragmas = |db: &rusqlite::Connection| {
        let ask = |sql| db.query_row(sql, [], |row| row.get::<_, String>(0));
        let mode = ask("select journal_mode from pragma_journal_mode");
        let sync = ask("select cast(synchronous as text) from pragma_synchronous");
        mode.and_then(|mode| Ok((mode, sync?)))
            .map_err(portal_store::sqlite::store_error)
    };
    let durable = ("wal".to_owned(), "2".to_owned());
    assert_eq!(place.db.write(pragmas).await.unwrap(), durable);
    assert_eq!(place.db.read(pragmas).await.unwrap(), durable);
}
