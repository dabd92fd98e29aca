//! What staff can see and do about payments, and what not.
use portal_core::{
    Error, Id, Page,
    payment::{Attempt, PaymentState, RefundPayment, RefundReason, SessionRef},
    staff::StaffRole,
};
use portal_testkit::facts::*;

use crate::scene::{AtSim, codes};

#[tokio::test]
async fn support_sees_payments_and_only_an_admin_pays_back() {
    let at = AtSim::new();
    at.paid_there(1).await;
    at.hears().await;
    let support = at.staff(StaffRole::Support);
    let listed = support.payments(&Id::new("o1")).await.unwrap();
    assert_eq!(listed.len(), 1);
    let received = at.received().await.remove(0);
    assert_eq!(support.received(&received.id()).await.unwrap(), received);
    let page = Page::default();
    assert!(
        support
            .unapplied_money(&page)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let why = RefundReason::Duplicate;
    let refund = RefundPayment::new(command(10), received.id(), eur(1), why);
    let refused = support.submit(&refund).await;
    assert_eq!(codes(refused), ["account.not-your-role"]);
    at.admin().submit(&refund).await.unwrap();
}

#[tokio::test]
async fn staff_have_the_provider_asked_now() {
    let at = AtSim::new();
    at.paid_there(1).await;
    at.sim.lose_the_webhooks();
    let attempt = at.attempts().await[0].attempt;
    let support = at.staff(StaffRole::Support);
    let now = support.check_payment(attempt).await.unwrap();
    assert_eq!(now.state, PaymentState::Succeeded);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

#[tokio::test]
async fn staff_are_told_where_the_provider_cannot_be_asked() {
    let at = AtSim::new();
    at.opened(1).await;
    at.sim.refuse_the_connection();
    let attempt = at.attempts().await[0].attempt;
    let refused = at.admin().check_payment(attempt).await;
    assert!(matches!(refused, Err(Error::Adapter(_))));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let at = AtSim::new();
    let admin = at.admin();
    let nobody = Attempt(portal_core::uuid::Uuid::nil());
    let missed = admin.check_payment(nobody).await;
    assert!(matches!(missed, Err(Error::NotFound)));
    let missed = admin.received(&Id::new("nothing")).await;
    assert!(matches!(missed, Err(Error::NotFound)));
    let missed = admin
        .payment_named("sim", &SessionRef::new("nothing"))
        .await;
    assert!(matches!(missed, Err(Error::NotFound)));
    let missed = admin.payment_named("nobody", &SessionRef::new("x")).await;
    assert!(matches!(missed, Err(Error::NotFound)));
}
