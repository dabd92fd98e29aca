//! What staff do about it.
use portal_core::{
    Actor, Id, Page, Store as _,
    accounting::{
        Attention, DisconnectOrder, DocumentRef, DocumentState, EnteredByHand, ExportOrder,
        ExportState, ForgetExport, LedgerRefusal, PushState, RelinkOrder, RetryExport,
    },
    effect::StaffTask,
    order::{CutOff, LedgerLink},
};
use portal_testkit::facts::*;

use super::scene::{NUMBER, Scene};

fn o1() -> Id<portal_core::Order> {
    Id::new("o1")
}

/// Mended there, it is tried again: with other keys, under the same number.
#[tokio::test]
async fn retried_it_goes_in() {
    let at = Scene::new();
    at.ledger.refuse_next(LedgerRefusal::CustomerArchived);
    at.export().await.unwrap();
    at.work().await;
    let before = at.standing().await;
    at.admin()
        .submit(&RetryExport::new(command(7), o1()))
        .await
        .unwrap();
    at.work().await;
    let after = at.standing().await;
    assert_eq!(after.state, ExportState::Connected);
    assert_eq!(after.number, before.number);
    assert_ne!(after.key("create"), before.key("create"));
}

/// Disconnected by hand it can be paid here again; the trail says who did it.
#[tokio::test]
async fn disconnected_by_hand_it_can_be_paid_again() {
    let at = Scene::new();
    at.exported().await;
    at.admin()
        .submit(&DisconnectOrder::new(command(7), o1()))
        .await
        .unwrap();
    let off = LedgerLink::cut_off("The Books", CutOff::Manual);
    assert_eq!(at.link().await, off);
    assert!(at.refused().await.is_empty());
    let trail = at.memory.audit(&Page::default()).await.unwrap().items;
    assert_eq!(trail[0].action, "export.disconnect");
    assert_eq!(trail[0].by, Actor::Staff("sam".into()));
}

/// Relinked, the document counts as it is now.
#[tokio::test]
async fn relinked_the_document_counts_as_it_is_now() {
    let at = Scene::new();
    at.exported().await;
    at.ledger
        .edit(NUMBER, |document| document.total = eur(130_00));
    at.after(hours(1)).await;
    at.admin()
        .submit(&RelinkOrder::new(command(7), o1()))
        .await
        .unwrap();
    assert_eq!(at.standing().await.state, ExportState::Connected);
    at.after(hours(2)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!(at.refused().await, ["order.exported-to-accounting"]);
}

/// Linked to another document, the payments go there too.
#[tokio::test]
async fn linked_to_another_document_its_payments_go_there() {
    let at = Scene::new();
    at.paid().await;
    at.exported().await;
    let other = {
        let mut other = at.document();
        other.document = DocumentRef::new("other");
        other.number = "INV-other".into();
        other.payments.clear();
        (other.due, other.paid) = (eur(120_00), eur(0));
        other.state = DocumentState::Open;
        other
    };
    at.ledger.put(other.clone());
    let desk = at.admin();
    let form = DisconnectOrder::new(command(7), o1());
    desk.submit(&form).await.unwrap();
    let form = RelinkOrder::new(command(8), o1()).with(other.document);
    desk.submit(&form).await.unwrap();
    at.work().await;
    assert_eq!(at.ledger.documents()[1].paid, eur(120_00));
    assert_eq!(&*at.standing().await.number, "INV-other");
}

/// Forgotten, it goes nowhere by itself, whatever work for it is left.
#[tokio::test]
async fn forgotten_it_goes_nowhere_by_itself() {
    let at = Scene::new();
    at.codes.forget(Some("places"));
    at.export().await.unwrap();
    at.work().await;
    at.codes.forget(None);
    let form = ForgetExport::new(command(7), o1());
    at.admin().submit(&form).await.unwrap();
    at.after(hours(5)).await;
    assert_eq!(at.standing().await.state, ExportState::Forgotten);
    assert!(at.ledger.documents().is_empty());
}

/// A document that was taken back is nothing to link to.
#[tokio::test]
async fn what_was_taken_back_is_nothing_to_link_to() {
    let at = Scene::new();
    at.exported().await;
    at.ledger.void(NUMBER);
    at.after(hours(1)).await;
    let no = at
        .admin()
        .submit(&RelinkOrder::new(command(7), o1()))
        .await
        .unwrap_err();
    assert_eq!(no.refusals().unwrap().codes(), ["export.no-document"]);
}

/// Forgotten and exported anew it has another number: nothing of the first is touched.
#[tokio::test]
async fn forgotten_it_is_exported_under_another_number() {
    let at = Scene::new();
    at.exported().await;
    at.ledger.void(NUMBER);
    at.after(hours(1)).await;
    at.admin()
        .submit(&ForgetExport::new(command(7), o1()))
        .await
        .unwrap();
    assert_eq!(at.link().await, LedgerLink::NotExported);
    at.admin()
        .submit(&ExportOrder::new(command(8), o1()))
        .await
        .unwrap();
    at.work().await;
    let numbers: Vec<_> = at
        .ledger
        .documents()
        .iter()
        .map(|d| d.number.to_string())
        .collect();
    assert_eq!(numbers, [NUMBER.to_owned(), format!("{NUMBER}-2")]);
    assert_eq!(at.standing().await.state, ExportState::Connected);
}

/// A payment that the books refused is put there again.
#[tokio::test]
async fn a_refused_payment_is_put_there_again() {
    let at = Scene::new();
    at.paid().await;
    at.export().await.unwrap();
    at.portal.dispatcher().batch(1).run_once().await.unwrap();
    at.ledger
        .refuse_next(LedgerRefusal::PeriodLocked { until: None });
    at.after(minutes(5)).await;
    let push = at.standing().await.payments[0].clone();
    let why = Attention::Refused(LedgerRefusal::PeriodLocked { until: None });
    assert_eq!(push.state, PushState::NeedsAttention(why, None));
    at.admin()
        .submit(&RetryExport::new(command(7), o1()))
        .await
        .unwrap();
    at.after(minutes(5)).await;
    assert_eq!(at.document().paid, eur(120_00));
    assert!(!at.standing().await.needs_attention());
}

/// What stands otherwise is not mended like that.
#[tokio::test]
async fn a_connected_order_is_neither_retried_nor_forgotten() {
    let at = Scene::new();
    at.exported().await;
    let desk = at.admin();
    let answers = [
        desk.submit(&RetryExport::new(command(7), o1())).await,
        desk.submit(&ForgetExport::new(command(8), o1())).await,
        desk.submit(&RelinkOrder::new(command(9), o1())).await,
    ];
    for answer in answers {
        let no = answer.unwrap_err();
        assert_eq!(no.refusals().unwrap().codes(), ["export.not-so"]);
    }
    let no = desk
        .submit(&ExportOrder::new(command(10), o1()))
        .await
        .unwrap_err();
    assert_eq!(no.refusals().unwrap().codes(), ["export.already-there"]);
}

/// Money that is in the books and was paid back here is taken out there by somebody, who says so: nobody waits for it any more, whatever else is tried again.
#[tokio::test]
async fn what_was_done_by_hand_is_done() {
    let at = Scene::new();
    at.paid().await;
    at.exported().await;
    at.till.pay_back(eur(20_00));
    let attempts = at.admin().payments(&o1()).await.unwrap();
    let attempt = attempts[0].attempt;
    at.admin().check_payment(attempt).await.unwrap();
    at.after(minutes(5)).await;
    let before = at.standing().await;
    assert!(before.needs_attention());

    let received = before.payments[0].received.clone();
    let form = EnteredByHand::new(command(7), o1(), received);
    at.admin().submit(&form).await.unwrap();
    at.ledger.take_payments_out(NUMBER);
    at.after(hours(2)).await;
    let export = at.standing().await;
    assert_eq!(export.state, ExportState::Connected);
    let push = &export.payments[0];
    assert!(matches!(push.state, PushState::ByHand { .. }), "{push:?}");
    assert!(!export.needs_attention());
    let (desk, page) = (at.admin(), Page::default());
    let waits = desk.exports_needing_attention(&page).await.unwrap();
    assert_eq!(waits.items, []);
    let retry = RetryExport::new(command(8), o1());
    assert!(at.admin().submit(&retry).await.is_err());
    assert_eq!(at.ledger.calls().record_payment, 1);
}

async fn cut_off_and_forgotten(at: &Scene) {
    at.exported().await;
    let off = DisconnectOrder::new(command(7), o1());
    at.admin().submit(&off).await.unwrap();
    let forget = ForgetExport::new(command(8), o1());
    at.admin().submit(&forget).await.unwrap();
}

/// A forgotten invoice still stands there: that somebody pays it is told once, or its order would be paid here too and nobody knew.
#[tokio::test]
async fn that_a_forgotten_document_is_paid_is_told() {
    let at = Scene::new();
    cut_off_and_forgotten(&at).await;
    at.after(hours(1)).await;
    assert!(at.tasks().is_empty());
    at.ledger.pay_there(NUMBER, eur(120_00));
    at.after(hours(5)).await;
    assert_eq!(at.tasks(), [StaffTask::LedgerReview]);
    let export = at.standing().await;
    assert_eq!(export.state, ExportState::Forgotten);
    assert_eq!(export.mirror.unwrap().paid, eur(120_00));
    assert_eq!(at.link().await, LedgerLink::NotExported);
    // Taken back, it leads nowhere any more.
    at.ledger.void(NUMBER);
    at.after(hours(1)).await;
    assert_eq!(at.standing().await.document, None);
}

/// What one order has forgotten another may have.
#[tokio::test]
async fn a_forgotten_document_is_linked_to_another_order() {
    let at = Scene::new();
    cut_off_and_forgotten(&at).await;
    at.memory.put_order(order("o2").invoiced(today()).details());
    at.codes.forget(Some("places"));
    let (books, o2) = (at.portal.accounting().unwrap(), Id::new("o2"));
    books.export(&o2).await.unwrap();
    at.work().await;
    let theirs = at.document().document;
    let relink = RelinkOrder::new(command(9), o2.clone()).with(theirs.clone());
    at.admin().submit(&relink).await.unwrap();
    assert_eq!(at.standing().await.document, None);
    let export = books.standing(&o2).await.unwrap().unwrap();
    assert_eq!(export.document, Some(theirs));
    assert_eq!(export.state, ExportState::Connected);
}
