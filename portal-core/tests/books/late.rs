//! Money that comes once the order is in the books: it is never dropped, and goes there if there is room.
use portal_core::{
    Settings,
    accounting::{Attention, OnOpenPayment, PushState},
    effect::StaffTask,
    payment::{Applied, Unapplied},
};
use portal_testkit::facts::*;

use super::scene::{NUMBER, Scene};

/// A page that stayed open, and an order that went into the books meanwhile.
async fn paying_an_exported_order() -> Scene {
    let mut settings = Settings::default();
    settings.accounting.on_open_payment = OnOpenPayment::ExportAnyway;
    let at = Scene::with(settings);
    at.press(1).await.unwrap();
    at.exported().await;
    at
}

/// 000-48: late money pays for the order, and is in the books once.
#[tokio::test]
async fn late_money_goes_into_the_books() {
    let at = paying_an_exported_order().await;
    at.till.pay();
    at.after(hours(2)).await;
    assert_eq!(at.document().paid, eur(120_00));
    assert_eq!(at.document().payments.len(), 1);
    assert_eq!(at.order().await.balance.due(), eur(0));
    assert!(at.tasks().is_empty(), "{:?}", at.tasks());
    let unapplied = at
        .admin()
        .unapplied_money(&portal_core::Page::default())
        .await;
    assert!(unapplied.unwrap().items.is_empty());
}

/// Where the books were paid meanwhile there is no room: staff have it, and the money is written down.
#[tokio::test]
async fn late_money_without_room_is_for_staff() {
    let at = paying_an_exported_order().await;
    at.ledger.pay_there(NUMBER, eur(120_00));
    at.till.pay();
    at.after(hours(2)).await;
    assert_eq!(at.document().payments.len(), 1);
    assert_eq!(at.tasks(), [StaffTask::UnappliedMoney]);
    let page = portal_core::Page::default();
    let waiting = at.admin().unapplied_money(&page).await.unwrap().items;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].applied, Applied::Not(Unapplied::OrderLocked));
}

/// Money that is paid back here and is in the books is for staff: nobody takes it out there by himself.
#[tokio::test]
async fn a_refund_of_what_is_in_the_books_is_for_staff() {
    let at = Scene::new();
    at.paid().await;
    at.exported().await;
    at.till.pay_back(eur(20_00));
    let desk = at.admin();
    let attempts = desk.payments(&"o1".into()).await.unwrap();
    desk.check_payment(attempts[0].attempt).await.unwrap();
    at.after(minutes(5)).await;
    let push = at.standing().await.payments[0].clone();
    let (posted, kept) = (eur(120_00), eur(100_00));
    let why = Attention::PaidBack { posted, kept };
    assert!(
        matches!(&push.state, PushState::NeedsAttention(w, Some(_)) if *w == why),
        "{push:?}"
    );
    assert_eq!(at.document().payments.len(), 1);
    assert_eq!(at.tasks(), [StaffTask::LedgerReview]);
}

/// Money that is all paid back before it is in the books has no business there.
#[tokio::test]
async fn what_was_paid_back_meanwhile_is_not_put_there() {
    let at = Scene::new();
    at.paid().await;
    at.export().await.unwrap();
    // The first writing is the document.
    at.portal.dispatcher().batch(1).run_once().await.unwrap();
    at.ledger.fail_next();
    at.work().await;
    at.till.pay_back(eur(120_00));
    let desk = at.admin();
    let attempts = desk.payments(&"o1".into()).await.unwrap();
    desk.check_payment(attempts[0].attempt).await.unwrap();
    at.after(hours(1)).await;
    assert_eq!(at.standing().await.payments, []);
    assert_eq!(at.document().payments, []);
    assert_eq!(at.ledger.calls().record_payment, 1);
    assert!(at.tasks().is_empty());
}
