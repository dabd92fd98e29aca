//! What happens after the payer has gone: money that is late, called back, or paid back elsewhere.
use crate::{
    odd::Odd,
    scene::{AtSim, AtStripe},
};
use portal_core::{
    effect::StaffTask,
    payment::{PaymentStanding, PaymentState, RefundReason},
};
use portal_payments::sim::Sim;
use portal_testkit::facts::*;

#[tokio::test]
async fn a_refund_made_elsewhere_is_told_to_the_order() {
    use portal_core::payment::{Refund, Refunds as _};
    let at = AtSim::new();
    at.paid_there(1).await;
    at.hears().await;
    let payment = at.received().await.remove(0).payment;
    let id = portal_core::uuid::Uuid::from_u128(0xe15e);
    let elsewhere = Refund::new(id, payment, eur(20_00), false).because(RefundReason::Other);
    Sim::refund(&at.sim, &elsewhere).await.unwrap();
    at.hears().await;
    assert_eq!(at.order().await.balance.paid(), eur(100_00));
    assert_eq!(at.received().await[0].left(), eur(100_00));
}

#[tokio::test]
async fn money_a_bank_called_back_is_told_to_the_order_and_to_staff() {
    let at = AtSim::new();
    at.paid_there(1).await;
    at.hears().await;
    let payment = at.received().await.remove(0).payment;
    at.sim.dispute(&payment, eur(120_00));
    at.hears().await;
    assert_eq!(at.order().await.balance.paid(), eur(0));
    assert_eq!(at.received().await[0].left(), eur(0));
    assert_eq!(at.tasks().await, [StaffTask::PaymentDisputed]);
}

/// The order was due again, and a page was opened: nobody shall pay there for what is here again.
#[tokio::test]
async fn a_dispute_that_is_won_closes_the_page_that_was_opened_since() {
    let at = AtSim::new();
    at.paid_there(1).await;
    at.hears().await;
    let payment = at.received().await.remove(0).payment;
    at.sim.dispute(&payment, eur(120_00));
    at.hears().await;
    let session = at.opened(2).await;
    at.clock.advance(minutes(1));
    at.sim.dispute(&payment, eur(0));
    at.hears().await;
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert!(!at.sim.pay(&session), "the page is closed");
    assert!(at.attempts().await.iter().all(|attempt| !attempt.is_live()));
}

#[tokio::test]
async fn a_dispute_at_stripe_is_told_too() {
    let at = AtStripe::new();
    let received = at.paid().await;
    at.fake
        .dispute(received.payment.as_str(), 30_00, "needs_response");
    at.hears().await;
    assert_eq!(at.order().await.balance.paid(), eur(90_00));
    assert_eq!(at.tasks().await, [StaffTask::PaymentDisputed]);
}

/// The provider knows nothing of the attempt. That frees the order only after the page has closed, and after a second look.
#[tokio::test]
async fn one_empty_answer_frees_nothing_and_late_money_still_counts() {
    let (at, odd) = Odd::forgetful();
    let session = at.opened(1).await;
    assert!(odd.sim.pay(&session));
    odd.forgets(true);
    at.after(minutes(25)).await;
    let attempt = &at.attempts().await[0];
    assert!(attempt.is_live(), "its page may be open");
    assert_eq!(attempt.empty_looks, 0);
    at.after(minutes(36)).await;
    let attempt = &at.attempts().await[0];
    assert!(attempt.is_live(), "one look is none");
    assert_eq!(attempt.empty_looks, 1);
    at.after(minutes(10)).await;
    assert_eq!(at.attempts().await[0].state, PaymentState::Expired);
    assert_eq!(at.order().await.payment, None);
    assert_eq!(at.order().await.balance.paid(), eur(0));

    odd.forgets(false);
    for raw in odd.sim.deliver() {
        assert_eq!(at.post(&raw).await, 200);
    }
    at.work().await;
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

/// The watch looks once more, two days after the beginning, without anybody telling.
#[tokio::test]
async fn late_money_is_found_without_a_webhook() {
    let (at, odd) = Odd::forgetful();
    let session = at.opened(1).await;
    assert!(odd.sim.pay(&session));
    odd.forgets(true);
    at.after(hours(40)).await;
    assert_eq!(at.attempts().await[0].state, PaymentState::Expired);
    odd.forgets(false);
    at.after(hours(9)).await;
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert_eq!(at.waiting().await, 0);
}

/// The bank sent the debit back, and thought again.
#[tokio::test]
async fn money_that_came_after_its_payment_had_failed_still_counts() {
    let at = AtStripe::new();
    let session = at.opened(1).await;
    at.fake.pay_by_bank(session.as_str());
    at.hears().await;
    at.clock.advance(days(1));
    at.fake.bank_refuses(session.as_str());
    at.hears().await;
    assert_eq!(at.attempts().await[0].state, PaymentState::Failed);
    assert_eq!(at.order().await.payment, None);
    at.fake.bank_pays(session.as_str());
    at.hears().await;
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

#[tokio::test]
async fn a_payment_that_never_ends_is_given_up_where_staff_see_it() {
    let at = AtSim::new();
    at.sim.take_time(true);
    let session = at.paid_there(1).await;
    at.returns(&session).await;
    for _ in 0..40 {
        at.clock.advance(days(1));
        at.work().await;
    }
    assert_eq!(at.waiting().await, 0);
    assert_eq!(at.given_up().await, ["the payment is processing"]);
    assert!(
        at.attempts().await[0].is_live(),
        "and the order stays locked"
    );
    at.sim.finish(true);
    let attempt = at.attempts().await[0].attempt;
    let now = at.admin().check_payment(attempt).await.unwrap();
    assert_eq!(now.state, PaymentState::Succeeded);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

#[tokio::test]
async fn the_watch_looks_often_at_first_and_daily_later() {
    let at = AtSim::new();
    at.sim.take_time(true);
    let session = at.paid_there(1).await;
    at.returns(&session).await;
    let mut looks = vec![];
    for minute in 0..=200 {
        at.work().await;
        let due = next_look(&at).await;
        if looks.last() != Some(&due) {
            looks.push(due);
        }
        let _ = minute;
        at.clock.advance(minutes(1));
    }
    let since: Vec<_> = looks
        .iter()
        .map(|due| (*due - today()).num_minutes())
        .collect();
    assert_eq!(since, [1, 5, 15, 60, 360]);
}

async fn next_look(at: &AtSim) -> portal_core::chrono::DateTime<portal_core::chrono::Utc> {
    use portal_core::{EffectKind, Page, Store as _, store::QueueState};
    let listed = at.memory.outbox(&Page::first(100)).await.unwrap();
    let due = listed
        .items
        .iter()
        .find_map(|queued| match (&queued.effect.kind, &queued.state) {
            (EffectKind::Payment(_), QueueState::Due(at)) => Some(*at),
            _ => None,
        });
    due.unwrap()
}
