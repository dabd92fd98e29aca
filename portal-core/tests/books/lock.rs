//! Export against pay.
use portal_core::{
    Settings,
    accounting::{Attention, DocumentState, ExportState, OnOpenPayment},
    order::LedgerLink,
};
use portal_testkit::facts::*;

use super::scene::Scene;

/// 000-48, A5: while it is on its way nobody can pay.
#[tokio::test]
async fn an_order_on_its_way_cannot_be_paid() {
    let at = Scene::new();
    at.export().await.unwrap();
    assert_eq!(at.refused().await, ["order.export-in-progress"]);
    let no = at.press(1).await.unwrap_err();
    assert_eq!(no.refusals().unwrap().codes(), ["order.export-in-progress"]);
}

/// A page that is open is closed first, and then the order goes.
#[tokio::test]
async fn an_open_page_is_closed_first() {
    let at = Scene::new();
    at.press(1).await.unwrap();
    let export = at.export().await.unwrap();
    assert_eq!(export.state, ExportState::Wanted);
    assert_eq!(at.link().await, LedgerLink::NotExported);
    at.work().await;
    assert!(!at.till.is_open());
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!(at.order().await.payment, None);
}

/// Who had paid by then has paid, and the order is paid in the books.
#[tokio::test]
async fn who_had_paid_by_then_has_paid() {
    let at = Scene::new();
    at.press(1).await.unwrap();
    at.till.pay();
    at.export().await.unwrap();
    at.work().await;
    assert_eq!(at.order().await.balance.due(), eur(0));
    assert_eq!(at.document().state, DocumentState::Settled);
    assert_eq!(at.document().paid, eur(120_00));
    assert!(at.tasks().is_empty());
}

/// A provider that does not answer holds the export up, and after a day staff are asked; nothing is locked meanwhile.
#[tokio::test]
async fn a_payment_nobody_knows_about_holds_it_up_until_staff_are_asked() {
    let at = Scene::new();
    at.press(1).await.unwrap();
    at.till.deaf(true);
    let since = today();
    at.export().await.unwrap();
    at.after(hours(23)).await;
    assert_eq!(at.standing().await.state, ExportState::Wanted);
    assert!(at.ledger.documents().is_empty());
    at.after(hours(3)).await;
    let why = Attention::PaymentUnderWay { since };
    assert_eq!(at.standing().await.state, ExportState::NeedsAttention(why));
    assert_eq!(at.link().await, LedgerLink::NotExported);
}

/// Where the host would rather wait, the page stays open.
#[tokio::test]
async fn deferred_it_waits_until_the_payment_has_ended() {
    let mut settings = Settings::default();
    settings.accounting.on_open_payment = OnOpenPayment::Defer;
    let at = Scene::with(settings);
    at.press(1).await.unwrap();
    at.export().await.unwrap();
    at.after(minutes(10)).await;
    assert!(at.till.is_open());
    assert!(at.ledger.documents().is_empty());
    at.till.pay();
    at.after(hours(2)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!(at.document().state, DocumentState::Settled);
}

/// Where the host does not care, what is paid afterwards follows.
#[tokio::test]
async fn exported_anyway_the_payment_follows() {
    let mut settings = Settings::default();
    settings.accounting.on_open_payment = OnOpenPayment::ExportAnyway;
    let at = Scene::with(settings);
    at.press(1).await.unwrap();
    at.exported().await;
    assert!(at.till.is_open());
    at.till.pay();
    at.after(hours(2)).await;
    assert_eq!(at.document().paid, eur(120_00));
    assert_eq!(at.order().await.balance.due(), eur(0));
}

/// 000-48: whichever comes first between looking and writing wins, and the other sees it.
#[tokio::test]
async fn an_export_that_overtakes_a_payment_refuses_it() {
    let at = Scene::new();
    let portal = at.portal.clone();
    let handle = tokio::runtime::Handle::current();
    at.store.before_the_next_commit(move || {
        let exporting = async move {
            let order = "o1".into();
            portal.accounting().unwrap().export(&order).await.unwrap();
        };
        std::thread::scope(|scope| {
            scope.spawn(|| handle.block_on(exporting)).join().unwrap();
        });
    });
    let no = at.press(1).await.unwrap_err();
    assert_eq!(no.refusals().unwrap().codes(), ["order.export-in-progress"]);
    at.work().await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
}
