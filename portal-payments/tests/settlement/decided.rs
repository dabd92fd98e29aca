//! What staff decide where the portal cannot.
use portal_core::{
    Id,
    effect::StaffTask,
    payment::{
        Applied, ApplyMoney, AskedState, CallOffPayment, PayOrder, PaymentStanding, PaymentState,
        RefundPayment, RefundReason, SettleRefund,
    },
};
use portal_testkit::facts::*;

use crate::scene::{AtSim, AtStripe, codes};

/// Money came while the order was in the accounting system, and waits.
async fn waiting() -> AtSim {
    let at = AtSim::new();
    let session = at.paid_there(1).await;
    at.export().await;
    at.returns(&session).await;
    at.edit(|details| details.order.ledger = portal_core::order::LedgerLink::NotExported)
        .await;
    at
}

/// 000-51
#[tokio::test]
async fn nobody_pays_again_while_money_is_being_looked_into() {
    let at = waiting().await;
    assert_eq!(codes(at.press(2).await), ["order.payment-under-review"]);
    assert_eq!(at.attempts().await.len(), 1);
}

#[tokio::test]
async fn staff_let_money_that_waits_pay_for_its_order() {
    let at = waiting().await;
    let received = at.unapplied().await.remove(0);
    let form = ApplyMoney::new(command(30), received.id(), Id::new("o1"));
    at.admin().submit(&form).await.unwrap();
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
    assert!(at.unapplied().await.is_empty());
    let again = ApplyMoney::new(command(31), received.id(), Id::new("o1"));
    assert_eq!(
        codes(at.admin().submit(&again).await),
        ["payment.not-waiting"]
    );
    assert_eq!(at.received().await[0].applied, Applied::To(Id::new("o1")));
}

/// Somebody was about to pay for it: nobody shall pay twice.
#[tokio::test]
async fn money_that_staff_let_pay_for_another_order_closes_the_page_of_that() {
    let (at, other) = (waiting().await, Id::new("o2"));
    at.memory.put_order(order("o2").details());
    let ana = at.desk("ana");
    let shown = ana.pay_page(&other).await.unwrap().shown;
    let back = "https://portal.example/paid";
    let form = PayOrder::new(command(20), other.clone(), "sim", shown, back, back);
    let step = ana.pay(&form).await.unwrap();
    let session = at.attempt(step.payment.attempt).await.page.unwrap().session;
    let received = at.unapplied().await.remove(0);
    let form = ApplyMoney::new(command(30), received.id(), other);
    at.admin().submit(&form).await.unwrap();
    at.work().await;
    assert!(!at.sim.pay(&session), "the page is closed");
}

#[tokio::test]
async fn staff_call_a_payment_off_that_keeps_its_order_from_being_paid() {
    let at = AtSim::new();
    at.sim.take_time(true);
    let session = at.paid_there(1).await;
    at.returns(&session).await;
    assert_eq!(codes(at.press(2).await), ["order.payment-in-progress"]);
    let attempt = at.attempts().await[0].attempt;
    let form = CallOffPayment::new(command(30), attempt);
    at.admin().submit(&form).await.unwrap();
    assert_eq!(at.attempts().await[0].state, PaymentState::Cancelled);
    assert_eq!(at.order().await.payment, None);

    // The bank pays all the same: it is written down, and counts.
    at.sim.finish(true);
    at.hears().await;
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

#[tokio::test]
async fn late_money_closes_the_page_that_was_opened_since() {
    let at = AtSim::new();
    at.sim.take_time(true);
    let session = at.paid_there(1).await;
    at.returns(&session).await;
    let attempt = at.attempts().await[0].attempt;
    let form = CallOffPayment::new(command(30), attempt);
    at.admin().submit(&form).await.unwrap();
    at.sim.take_time(false);
    let second = at.opened(2).await;
    at.sim.finish(true);
    at.hears().await;
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert!(!at.attempts().await[1].is_live(), "its page is closed");
    assert!(!at.sim.pay(&second), "nobody pays there any more");
}

#[tokio::test]
async fn a_refund_that_nobody_knows_about_is_for_staff_and_they_say_what_became_of_it() {
    let at = AtStripe::new();
    let received = at.paid().await;
    at.wire.lose_the_refund();
    let why = RefundReason::RequestedByCustomer;
    let form = RefundPayment::new(command(20), received.id(), eur(50_00), why);
    at.admin().submit(&form).await.unwrap();
    at.work().await;
    at.clock.advance(days(2));
    at.work().await;
    assert_eq!(at.tasks().await, [StaffTask::RefundFailed]);
    let stuck = at.received().await.remove(0);
    assert_eq!(stuck.asked[0].state, AskedState::Waiting);
    assert_eq!(stuck.left(), eur(70_00), "it may have been paid back");

    let refund = stuck.asked[0].refund;
    let form = SettleRefund::new(command(21), stuck.id(), refund, false);
    at.admin().submit(&form).await.unwrap();
    assert_eq!(at.received().await[0].left(), eur(120_00));
}
