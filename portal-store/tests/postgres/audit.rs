//! T36: nothing in the audit trail can be changed unnoticed.
use portal_core::Store;
use portal_store::{AuditCheck, AuditFault, AuditHead};

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

/// Somebody who owns the tables, and has time.
async fn unguarded(place: &Place, sql: &'static str) {
    let open = "drop trigger if exists portal_command_is_never_changed on portal_command;
        drop trigger if exists portal_seal_is_never_changed on portal_seal;";
    place.run(open).await.unwrap();
    place.run(sql).await.unwrap();
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
    for sql in [
        "update portal_command set action = 'nothing' where row = 3",
        "delete from portal_command where row = 40",
        "truncate portal_command",
        "update portal_seal set row = 99 where row = 30",
        "delete from portal_seal",
    ] {
        let refused = place.run(sql).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
}

#[tokio::test]
async fn whatever_is_done_to_a_sealed_row_is_named() {
    for (sql, row, fault) in [
        (
            "update portal_command set action = 'x' where row = 12",
            12,
            AuditFault::Changed,
        ),
        (
            "update portal_command set changes = 'x' where row = 12",
            12,
            AuditFault::Changed,
        ),
        (
            "update portal_command set action = action || substr(about, 1, 1), about = substr(about, 2) where row = 5",
            5,
            AuditFault::Changed,
        ),
        (
            "delete from portal_command where row = 9",
            9,
            AuditFault::Missing,
        ),
        (
            "delete from portal_seal where number = 9",
            9,
            AuditFault::Missing,
        ),
        (
            "delete from portal_command where row = 35",
            31,
            AuditFault::Missing,
        ),
        (
            "delete from portal_unsealed where row = 35",
            31,
            AuditFault::Inserted,
        ),
        (
            "delete from portal_seal where number > 20",
            21,
            AuditFault::Inserted,
        ),
        (
            "insert into portal_command (tenant, command, form, by, at, action, about, changes)
             select tenant, 'x', form, by, at, action, about, changes from portal_command limit 1",
            31,
            AuditFault::Inserted,
        ),
    ] {
        let (place, _) = trail().await;
        unguarded(&place, sql).await;
        assert_eq!(check(&place, None).await, broken(row, fault), "{sql}");
    }
}

#[tokio::test]
async fn a_trail_cut_short_or_sealed_anew_is_found_out_by_a_head_kept_elsewhere() {
    let (place, head) = trail().await;
    let cut = "delete from portal_command where row > 20;
        delete from portal_seal where number > 20; delete from portal_unsealed;";
    unguarded(&place, cut).await;
    assert!(matches!(
        check(&place, None).await,
        AuditCheck::Sound { .. }
    ));
    assert_eq!(
        check(&place, Some(&head)).await,
        broken(21, AuditFault::Truncated)
    );

    let (place, head) = trail().await;
    let forged = "update portal_command set action = 'x' where row = 12; delete from portal_seal;
        delete from portal_unsealed; insert into portal_unsealed select tenant, row from portal_command;";
    unguarded(&place, forged).await;
    place.store.seal_audit(1_000).await.unwrap();
    assert!(matches!(
        check(&place, None).await,
        AuditCheck::Sound { .. }
    ));
    assert_eq!(
        check(&place, Some(&head)).await,
        broken(30, AuditFault::Rewritten)
    );
}

/// Rows are numbered when they are sealed, so whoever commits and whoever seals at once leave no gap.
#[tokio::test(flavor = "multi_thread")]
async fn a_trail_sealed_while_it_grows_is_sound() {
    let place = Place::new().await;
    let tasks: Vec<_> = (0..8_u128)
        .map(|who| {
            let store = place.store.clone();
            tokio::spawn(async move {
                for n in 0..25 {
                    store.commit(yes(who * 1_000 + n)).await.unwrap();
                    if n % 5 == 0 {
                        store.seal_audit(7).await.unwrap();
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let head = place.store.seal_audit(1_000).await.unwrap();
    assert_eq!(head.row, 200);
    let sound = AuditCheck::Sound { head, unsealed: 0 };
    assert_eq!(check(&place, Some(&head)).await, sound);
}
