//! T36: nothing in the audit trail can be changed unnoticed.
use portal_core::Store;
use portal_store::{AuditCheck, AuditFault, AuditHead};
use rusqlite::Connection;

use crate::host::{Place, yes};

/// Forty rows, thirty of them sealed, and the head somebody kept elsewhere.
async fn trail() -> (Place, AuditHead) {
    let place = Place::new().await;
    for n in 0..40 {
        place.store.commit(yes(n)).await.unwrap();
    }
    place.store.seal_audit(7).await.unwrap();
    let head = place.store.seal_audit(23).await.unwrap();
    assert_eq!(head.row, 30);
    (place, head)
}

/// Somebody with the file, and time.
fn unguarded(place: &Place) -> Connection {
    let db = place.raw();
    db.execute_batch(
        "drop trigger portal_command_is_never_changed; drop trigger portal_command_is_never_deleted;
         drop trigger portal_seal_is_never_changed; drop trigger portal_seal_is_never_deleted;",
    )
    .unwrap();
    db
}

async fn check(place: &Place, expected: Option<&AuditHead>) -> AuditCheck {
    place.store.check_audit(expected).await.unwrap()
}

fn broken(row: u64, fault: AuditFault) -> AuditCheck {
    AuditCheck::Broken { row, fault }
}

#[tokio::test]
async fn a_trail_nobody_touched_is_sound_sealed_or_not() {
    let (place, head) = trail().await;
    let sound = AuditCheck::Sound { head, unsealed: 10 };
    assert_eq!(check(&place, None).await, sound);
    assert_eq!(check(&place, Some(&head)).await, sound);
    let last = place.store.seal_audit(1_000).await.unwrap();
    assert_eq!(last.row, 40);
    assert_eq!(place.store.seal_audit(1_000).await.unwrap(), last);
    let sound = AuditCheck::Sound {
        head: last,
        unsealed: 0,
    };
    assert_eq!(check(&place, Some(&head)).await, sound);
    assert_eq!(check(&place, Some(&last)).await, sound);
}

#[tokio::test]
async fn the_tables_themselves_refuse_to_change_or_forget() {
    let (place, _) = trail().await;
    let db = place.raw();
    for sql in [
        "update portal_command set action = 'nothing' where row = 3",
        "delete from portal_command where row = 40",
        "update portal_seal set row = 99 where row = 30",
        "delete from portal_seal",
        "insert or replace into portal_command select tenant, row, 'other', form, by, at, 'nothing', about, changes from portal_command where row = 3",
        "insert or replace into portal_seal select tenant, row, zeroblob(32) from portal_seal where row = 3",
    ] {
        let refused = db.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
}

#[tokio::test]
async fn a_row_that_was_edited_is_named() {
    for column in ["command", "form", "by", "at", "action", "about", "changes"] {
        let (place, head) = trail().await;
        let edit = match column {
            "command" => "update portal_command set command = 'x' where row = 12",
            "form" => "update portal_command set form = 'x' where row = 12",
            "by" => "update portal_command set by = 'x' where row = 12",
            "at" => "update portal_command set at = 'x' where row = 12",
            "action" => "update portal_command set action = 'x' where row = 12",
            "about" => "update portal_command set about = 'x' where row = 12",
            _ => "update portal_command set changes = 'x' where row = 12",
        };
        unguarded(&place).execute(edit, []).unwrap();
        assert_eq!(check(&place, None).await, broken(12, AuditFault::Changed));
        assert_eq!(
            check(&place, Some(&head)).await,
            broken(12, AuditFault::Changed)
        );
    }
}

#[tokio::test]
async fn text_moved_from_one_column_to_the_next_is_noticed() {
    let (place, _) = trail().await;
    unguarded(&place)
        .execute("update portal_command set action = action || substr(about, 1, 1), about = substr(about, 2) where row = 5", [])
        .unwrap();
    assert_eq!(check(&place, None).await, broken(5, AuditFault::Changed));
}

#[tokio::test]
async fn a_row_that_was_taken_out_is_named() {
    let (place, _) = trail().await;
    let db = unguarded(&place);
    db.execute("delete from portal_command where row = 9", [])
        .unwrap();
    assert_eq!(check(&place, None).await, broken(9, AuditFault::Missing));
    db.execute("delete from portal_seal where row = 9", [])
        .unwrap();
    assert_eq!(check(&place, None).await, broken(9, AuditFault::Missing));
    db.execute(
        "update portal_command set row = row - 1 where row > 9 and row < 35",
        [],
    )
    .unwrap();
    assert_eq!(check(&place, None).await, broken(9, AuditFault::Inserted));
}

#[tokio::test]
async fn a_row_that_was_put_in_is_named() {
    let (place, _) = trail().await;
    let db = unguarded(&place);
    db.execute("insert into portal_command select tenant, 0, 'x', form, by, at, action, about, changes from portal_command where row = 1", [])
        .unwrap();
    assert_eq!(check(&place, None).await, broken(0, AuditFault::Inserted));

    let (place, _) = trail().await;
    let db = unguarded(&place);
    db.execute_batch("delete from portal_seal where row = 17")
        .unwrap();
    assert_eq!(check(&place, None).await, broken(17, AuditFault::Inserted));
}

#[tokio::test]
async fn a_trail_that_was_cut_short_is_noticed_by_whoever_kept_the_head() {
    let (place, head) = trail().await;
    let db = unguarded(&place);
    db.execute("delete from portal_command where row > 25", [])
        .unwrap();
    assert_eq!(check(&place, None).await, broken(26, AuditFault::Missing));
    db.execute("delete from portal_seal where row > 25", [])
        .unwrap();
    assert!(matches!(
        check(&place, None).await,
        AuditCheck::Sound { .. }
    ));
    assert_eq!(
        check(&place, Some(&head)).await,
        broken(26, AuditFault::Truncated)
    );
}

#[tokio::test]
async fn a_trail_that_was_sealed_anew_is_noticed_by_whoever_kept_the_head() {
    let (place, head) = trail().await;
    let db = unguarded(&place);
    db.execute_batch("update portal_command set by = '\"upkeep\"' where row = 3; delete from portal_seal where row > 2")
        .unwrap();
    place.store.seal_audit(28).await.unwrap();
    assert!(matches!(
        check(&place, None).await,
        AuditCheck::Sound { .. }
    ));
    assert_eq!(
        check(&place, Some(&head)).await,
        broken(30, AuditFault::Rewritten)
    );
}

#[tokio::test]
async fn a_long_trail_is_checked_to_its_end() {
    let (place, _) = trail().await;
    let db = place.raw();
    db.execute_batch(
        "with recursive n (n) as (select 41 union all select n + 1 from n where n < 3333)
         insert into portal_command
         select 'acme', n, 'c' || n, 'f', '\"upkeep\"', 'at', 'a', 'b', '[]' from n",
    )
    .unwrap();
    let head = place.store.seal_audit(10_000).await.unwrap();
    assert_eq!(head.row, 3_333);
    let sound = AuditCheck::Sound { head, unsealed: 0 };
    assert_eq!(check(&place, Some(&head)).await, sound);
    let db = unguarded(&place);
    db.execute("update portal_command set form = 'g' where row = 3333", [])
        .unwrap();
    assert_eq!(
        check(&place, None).await,
        broken(3_333, AuditFault::Changed)
    );
}
