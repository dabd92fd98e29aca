use std::fs;

use portal_core::{Page, Store, StoreError};
use portal_store::sqlite::{OpenError, Sqlite};

use crate::host::{Place, yes};

#[test]
fn a_file_that_is_something_else_is_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("holiday.jpg");
    fs::write(
        &file,
        "certainly not a database, but long enough to look ".repeat(40),
    )
    .unwrap();
    let error = Sqlite::open(&file).unwrap_err();
    assert!(matches!(error, OpenError::NotADatabase { .. }), "{error:?}");
    let text = error
        .to_string()
        .replace(folder.path().to_str().unwrap(), "");
    insta::assert_snapshot!(text, @"/holiday.jpg is not a SQLite database: check the path");
}

#[test]
fn a_path_that_leads_nowhere_is_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("not/there.db")] {
        let error = Sqlite::open(&path).unwrap_err();
        assert!(matches!(error, OpenError::CannotOpen { .. }), "{error:?}");
    }
    let error = Sqlite::open(":memory:").unwrap_err();
    assert!(matches!(error, OpenError::NotShareable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_damaged_file_is_found_out_and_never_a_panic() {
    let place = Place::new().await;
    for n in 0..200 {
        place.store.commit(yes(n)).await.unwrap();
    }
    place
        .raw()
        .query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))
        .unwrap();
    let whole = fs::read(place.file()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    let (mut refused, mut failed) = (0, 0);
    for keep in [
        100,
        512,
        4_096,
        10_000,
        whole.len() / 2,
        whole.len() - 4_096,
    ] {
        let _ = fs::remove_file(folder.path().join("copy.db-wal"));
        fs::write(&file, &whole[..keep]).unwrap();
        match Sqlite::open(&file) {
            Err(OpenError::Damaged { .. } | OpenError::NotADatabase { .. }) => refused += 1,
            Err(other) => panic!("{other:?}"),
            Ok(db) => {
                let store = db.tenant("acme", std::sync::Arc::new(crate::host::Seats));
                let ended = store.audit(&Page::first(100)).await;
                let written = store.commit(yes(1_000)).await;
                failed += u32::from(matches!(ended, Err(StoreError::Corrupt(_))));
                failed += u32::from(matches!(
                    written,
                    Err(StoreError::Corrupt(_) | StoreError::Unavailable(_))
                ));
            }
        }
    }
    assert!(refused + failed > 4, "{refused} refused, {failed} failed");

    let mut scribbled = whole;
    for byte in scribbled.iter_mut().skip(4_096) {
        *byte ^= 0x5a;
    }
    let _ = fs::remove_file(folder.path().join("copy.db-wal"));
    fs::write(&file, &scribbled).unwrap();
    if let Ok(db) = Sqlite::open(&file) {
        let store = db.tenant("acme", std::sync::Arc::new(crate::host::Seats));
        let ended = store.audit(&Page::first(100)).await;
        assert!(matches!(ended, Err(StoreError::Corrupt(_))), "{ended:?}");
    }
}

#[tokio::test]
async fn a_column_that_cannot_be_read_is_malformed_data() {
    let place = Place::new().await;
    place.store.commit(yes(1)).await.unwrap();
    place
        .raw()
        .execute("update portal_outbox set id = '{'", [])
        .unwrap();
    let ended = place.store.outbox(&Page::first(10)).await;
    assert!(matches!(ended, Err(StoreError::Corrupt(_))));
}
