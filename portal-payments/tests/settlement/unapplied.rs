//! Money is written down first and judged after: whatever is wrong with it, it is there, and staff hear of it.
use portal_core::{
    Id,
    effect::StaffTask,
    order::Balance,
    payment::{Applied, PaymentStanding, Unapplied},
};
use portal_testkit::facts::*;

use crate::scene::{AtSim, AtStripe};

#[tokio::test]
async fn money_on_an_exported_order_is_kept_for_staff_to_decide() {
    let at = AtSim::new();
    let session = at.paid_there(1).await;
    at.export().await;
    let view = at.returns(&session).await;
    assert_eq!(view.standing, PaymentStanding::Checking, "do not pay again");
    let kept = at.unapplied().await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].applied, Applied::Not(Unapplied::OrderLocked));
    assert_eq!(kept[0].captured, eur(120_00));
    assert_eq!(at.order().await.balance.paid(), eur(0));
    assert_eq!(at.tasks().await, [StaffTask::UnappliedMoney]);
}

#[tokio::test]
async fn money_on_an_order_that_was_paid_some_other_way_is_kept() {
    let at = AtSim::new();
    let session = at.paid_there(1).await;
    at.edit(|details| {
        let paid = Balance::new(eur(120_00), eur(120_00)).unwrap();
        details.order = details.order.clone().with_balance(paid);
    })
    .await;
    let view = at.returns(&session).await;
    assert_eq!(view.standing, PaymentStanding::Checking);
    let kept = at.unapplied().await;
    assert_eq!(kept[0].applied, Applied::Not(Unapplied::NothingDue));
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert_eq!(at.tasks().await, [StaffTask::UnappliedMoney]);
}

/// A cancelled order costs nothing any more.
#[tokio::test]
async fn money_on_a_cancelled_order_is_kept() {
    let at = AtSim::new();
    let session = at.paid_there(1).await;
    at.edit(|details| details.order = details.order.clone().costing(eur(0)))
        .await;
    at.returns(&session).await;
    let kept = at.unapplied().await;
    assert_eq!(kept[0].applied, Applied::Not(Unapplied::NothingDue));
    assert_eq!(at.tasks().await, [StaffTask::UnappliedMoney]);
}

/// The host deleted the order while it was paid: there is nobody to tell that the payment ended, and the money is there all the same.
#[tokio::test]
async fn money_on_an_order_that_is_gone_is_kept() {
    let at = AtSim::new();
    at.paid_there(1).await;
    at.memory.remove_order(&Id::new("o1"));
    at.hears().await;
    let kept = at.unapplied().await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].applied, Applied::Not(Unapplied::NoOrder));
    assert_eq!(at.tasks().await, [StaffTask::UnappliedMoney]);
    assert!(at.given_up().await.is_empty());
}

#[tokio::test]
async fn a_payment_of_an_order_that_is_gone_still_ends() {
    let at = AtSim::new();
    let session = at.opened(1).await;
    at.memory.remove_order(&Id::new("o1"));
    at.sim.walk_away(&session);
    at.sim.lose_the_webhooks();
    at.after(hours(1)).await;
    assert!(!at.attempts().await[0].is_live());
}

#[tokio::test]
async fn another_amount_than_was_asked_for_is_kept() {
    let at = AtStripe::new();
    let session = at.opened(1).await;
    at.fake.tamper(session.as_str(), |page| {
        page["amount_total"] = 100_00.into();
    });
    at.fake.pay(session.as_str());
    at.hears().await;
    let kept = at.unapplied().await;
    assert_eq!(kept[0].applied, Applied::Not(Unapplied::OtherAmount));
    assert_eq!(kept[0].captured, eur(100_00));
    assert_eq!(at.seen().await.standing, PaymentStanding::Checking);
    assert_eq!(at.tasks().await, [StaffTask::UnappliedMoney]);
}

#[tokio::test]
async fn another_currency_than_was_asked_for_is_kept() {
    let at = AtStripe::new();
    let session = at.opened(1).await;
    at.fake
        .tamper(session.as_str(), |page| page["currency"] = "usd".into());
    at.fake.pay(session.as_str());
    at.hears().await;
    let kept = at.unapplied().await;
    assert_eq!(kept[0].applied, Applied::Not(Unapplied::OtherCurrency));
    assert_eq!(at.order().await.balance.paid(), eur(0));
}

/// Somebody's attempt, and not one of ours: another portal on the same account, or books that were lost.
#[tokio::test]
async fn money_for_an_attempt_nobody_wrote_down_is_kept() {
    let at = AtStripe::new();
    let session = at.opened(1).await;
    at.fake.tamper(session.as_str(), |page| {
        page["metadata"]["attempt"] = "00000000-0000-0000-0000-000000000bad".into();
    });
    at.fake.pay(session.as_str());
    let posts = at.fake.webhooks();
    let intents = posts
        .iter()
        .filter(|raw| String::from_utf8_lossy(&raw.body).contains(r#""type":"payment_intent"#));
    for raw in intents {
        assert_eq!(at.post(raw).await, 200);
    }
    let tasks = at.tasks().await;
    let kept = at.unapplied().await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].applied, Applied::Not(Unapplied::UnknownAttempt));
    assert_eq!(tasks, [StaffTask::UnappliedMoney]);
}
