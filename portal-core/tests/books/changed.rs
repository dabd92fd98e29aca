//! What becomes of a document there.
use portal_core::{
    accounting::{Attention, ExportState, PushState},
    effect::StaffTask,
    order::{CutOff, LedgerLink},
};
use portal_testkit::facts::*;

use super::scene::{NUMBER, Scene};

/// A5: taken back there it is cut off, and can be paid here again.
#[tokio::test]
async fn a_voided_document_unlocks_the_order() {
    let at = Scene::new();
    at.exported().await;
    at.ledger.void(NUMBER);
    at.after(hours(1)).await;
    let off = CutOff::RemoteVoided;
    assert_eq!(at.standing().await.state, ExportState::Disconnected(off));
    assert_eq!(at.link().await, LedgerLink::cut_off("The Books", off));
    assert!(at.refused().await.is_empty());
    assert_eq!(at.tasks(), [StaffTask::LedgerReview]);
}

/// A5: edited there it is cut off, and stays locked: it still stands there, and may be paid there.
#[tokio::test]
async fn an_edited_document_is_cut_off_and_stays_locked() {
    let at = Scene::new();
    at.exported().await;
    at.ledger
        .edit(NUMBER, |document| document.total = eur(130_00));
    at.after(hours(1)).await;
    let off = ExportState::Disconnected(CutOff::RemoteChanged);
    assert_eq!(at.standing().await.state, off);
    assert_eq!(at.refused().await, ["order.exported-to-accounting"]);
    let page = portal_core::Page::default();
    let waits = at.admin().exports_needing_attention(&page).await.unwrap();
    assert_eq!(waits.items.len(), 1);
}

/// Paid there, it is no change; the books are right about what is due.
#[tokio::test]
async fn a_payment_there_is_no_change() {
    let at = Scene::new();
    at.exported().await;
    at.ledger.pay_there(NUMBER, eur(50_00));
    at.after(hours(1)).await;
    let export = at.standing().await;
    assert_eq!(export.state, ExportState::Connected);
    let mirror = export.mirror.unwrap();
    assert_eq!((mirror.due, mirror.paid), (eur(70_00), eur(50_00)));
    assert!(at.tasks().is_empty());
}

/// A payment of ours that somebody takes out there is for staff.
#[tokio::test]
async fn a_payment_taken_out_there_is_for_staff() {
    let at = Scene::new();
    at.paid().await;
    at.exported().await;
    at.ledger.take_payments_out(NUMBER);
    at.after(hours(1)).await;
    let push = at.standing().await.payments[0].clone();
    assert!(
        matches!(
            push.state,
            PushState::NeedsAttention(Attention::TakenOut, Some(_))
        ),
        "{push:?}"
    );
    assert_eq!(
        at.refused().await,
        ["order.nothing-to-pay", "order.exported-to-accounting"]
    );
}

/// Nothing is written where nothing is new.
#[tokio::test]
async fn looking_in_vain_writes_nothing() {
    let at = Scene::new();
    at.exported().await;
    at.after(hours(1)).await;
    let before = at
        .trail()
        .await
        .into_iter()
        .filter(|a| a.starts_with("export"));
    let before = before.count();
    at.after(hours(5)).await;
    let after = at
        .trail()
        .await
        .into_iter()
        .filter(|a| a.starts_with("export"));
    assert_eq!(after.count(), before);
}
