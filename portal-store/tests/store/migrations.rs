use portal_core::{Store, StoreError};
use portal_store::{MigrateError, sqlite::Sqlite};
use rusqlite::Connection;

use crate::host::{Place, Seats, yes};

fn schema(db: &Connection) -> Vec<String> {
    let mut all = db
        .prepare("select sql from sqlite_schema where sql is not null order by name")
        .unwrap();
    let rows = all.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_fresh_file_gets_every_table_and_a_second_time_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal.db");
    let db = Sqlite::open(&file).unwrap();
    let first = db.migrate().await.unwrap();
    assert_eq!((first.from, first.to), (0, 9));
    let before = schema(&Connection::open(&file).unwrap());
    assert!(before.iter().all(|sql| sql.contains("portal_")));
    let again = db.migrate().await.unwrap();
    assert_eq!((again.from, again.to), (9, 9));
    assert_eq!(schema(&Connection::open(&file).unwrap()), before);
    db.verify_migrated().await.unwrap();
}

#[tokio::test]
async fn an_unmigrated_file_is_told_what_to_paste_and_pasting_it_helps() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal.db");
    let db = Sqlite::open(&file).unwrap();
    let error = db.verify_migrated().await.unwrap_err();
    let text = error.to_string();
    let head: Vec<_> = text.lines().take(5).collect();
    insta::assert_snapshot!(head.join("\n"), @r"
    the database has portal schema 0, this release needs 9: call `db.migrate().await?` once at start-up, or run this SQL:

    begin immediate;
    create table if not exists portal_migration (version integer not null primary key, at text not null) strict;
    create table portal_command (
    ");
    let MigrateError::Behind { sql, .. } = error else {
        panic!("{error:?}")
    };
    assert!(text.ends_with(&sql));

    let pasted = Connection::open(&file).unwrap();
    pasted.execute_batch(&sql).unwrap();
    db.verify_migrated().await.unwrap();
    let migrated = db.migrate().await.unwrap();
    assert_eq!((migrated.from, migrated.to), (9, 9));

    let other = Sqlite::open(folder.path().join("other.db")).unwrap();
    other.migrate().await.unwrap();
    let other = Connection::open(folder.path().join("other.db")).unwrap();
    assert_eq!(schema(&pasted), schema(&other));
}

#[tokio::test]
async fn a_newer_database_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal.db");
    let newer = Connection::open(&file).unwrap();
    newer
        .execute_batch(
            "create table portal_migration (version integer primary key, at text);
             insert into portal_migration values (99, 'some day');",
        )
        .unwrap();
    let before = schema(&newer);
    let db = Sqlite::open(&file).unwrap();
    for refused in [
        db.migrate().await.unwrap_err(),
        db.verify_migrated().await.unwrap_err(),
    ] {
        assert!(matches!(
            refused,
            MigrateError::Newer {
                found: 99,
                known: 9
            }
        ));
        assert_eq!(
            refused.to_string(),
            "the database has portal schema 99, this release knows 9: run the newer release, or restore a backup"
        );
    }
    assert_eq!(schema(&newer), before);
}

/// Two processes start at once.
#[tokio::test(flavor = "multi_thread")]
async fn two_that_migrate_at_once_do_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal.db");
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let db = Sqlite::open(&file).unwrap();
            tokio::spawn(async move { db.migrate().await.unwrap() })
        })
        .collect();
    let mut did = 0;
    for task in tasks {
        did += u32::from(task.await.unwrap().from == 0);
    }
    assert_eq!(did, 1);
}

/// A step that cannot be taken leaves the file as it was: no half of a schema, no first half of two.
#[tokio::test]
async fn a_migration_that_fails_halfway_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal.db");
    let raw = Connection::open(&file).unwrap();
    raw.execute_batch("create table portal_mirror_module (in_the_way text)")
        .unwrap();
    let before = schema(&raw);
    let db = Sqlite::open(&file).unwrap();
    db.migrate().await.unwrap_err();
    assert_eq!(schema(&raw), before);
    raw.execute_batch("drop table portal_mirror_module")
        .unwrap();
    db.migrate().await.unwrap();
    db.verify_migrated().await.unwrap();
}

/// Also when nobody asked first: a commit into a newer release's tables is refused, and says so.
#[tokio::test]
async fn a_store_that_was_never_verified_writes_nothing_into_a_newer_database() {
    let place = Place::new().await;
    place
        .raw()
        .execute_batch("insert into portal_migration values (99, 'some day')")
        .unwrap();
    let db = Sqlite::open(place.folder.path().join("host.db")).unwrap();
    let store = db.tenant("acme", std::sync::Arc::new(Seats));
    let refused = store.commit(yes(1)).await.unwrap_err();
    let StoreError::Unavailable(why) = refused else {
        panic!("{refused:?}")
    };
    assert!(why.to_string().contains("run the newer release"), "{why}");
    assert_eq!(place.count("select count(*) from portal_command"), 0);
}
