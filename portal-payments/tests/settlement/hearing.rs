//! What providers post: kept first, answered once it is kept, looked into after.
use std::sync::Arc;

use portal_core::payment::{PaymentStanding, RawWebhook};
use portal_payments::stripe::{Stripe, StripeConfig};
use portal_testkit::{StoppedClock, facts::*, stripe::FakeStripe};
use serde_json::json;

use crate::scene::{AtSim, AtStripe, Scene};

#[tokio::test]
async fn a_webhook_delivered_ten_times_counts_once() {
    let at = AtSim::new();
    at.paid_there(1).await;
    let posts = at.sim.deliver();
    for _ in 0..10 {
        for raw in &posts {
            assert_eq!(at.post(raw).await, 200);
        }
        at.work().await;
    }
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert_eq!(at.received().await.len(), 1);
}

#[tokio::test]
async fn webhooks_in_any_order_end_the_same() {
    let at = AtSim::new();
    let session = at.opened(1).await;
    at.sim.take_time(true);
    assert!(at.sim.pay(&session));
    at.sim.finish(true);
    for raw in at.sim.deliver_badly() {
        assert_eq!(at.post(&raw).await, 200);
    }
    at.work().await;
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

#[tokio::test]
async fn stripes_own_events_in_reverse_end_the_same() {
    let at = AtStripe::new();
    let session = at.opened(1).await;
    at.fake.pay_by_bank(session.as_str());
    at.fake.bank_pays(session.as_str());
    let mut posts = at.fake.webhooks();
    posts.reverse();
    for raw in &posts {
        assert_eq!(at.post(raw).await, 200);
        at.work().await;
    }
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
}

/// The payer was quicker than our own answer: the page was never written down here, and the money is ours all the same.
#[tokio::test]
async fn a_webhook_before_the_page_was_written_down_finds_its_attempt() {
    let at = AtStripe::new();
    at.fake.lose_the_reply();
    at.press(1).await.unwrap();
    let page = at.fake.objects("checkout.session").remove(0);
    at.fake.pay(page["id"].as_str().unwrap());
    at.hears().await;
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

#[tokio::test]
async fn an_event_about_something_unknown_is_kept_and_tried_again() {
    let at = AtStripe::new();
    let about = json!({"id": "pi_99", "object": "payment_intent", "livemode": false});
    let event = json!({
        "id": "evt_99", "object": "event", "type": "payment_intent.succeeded", "livemode": false,
        "created": 1, "data": {"object": about},
    });
    assert_eq!(at.post(&at.fake.posted(&event)).await, 200);
    at.work().await;
    assert_eq!(at.waiting().await, 1, "it comes again");
    at.after(days(2)).await;
    assert_eq!(at.waiting().await, 0);
    let given_up = at.given_up().await;
    assert_eq!(given_up.len(), 1, "and in the end staff can see it");
}

/// A shop may share the account: its payments are nobody's business here.
#[tokio::test]
async fn the_merchants_other_payments_are_left_alone() {
    let at = AtStripe::new();
    let session = at.opened(1).await;
    at.fake.tamper(session.as_str(), |page| {
        page["metadata"] = json!({});
        page["client_reference_id"] = json!(null);
    });
    at.fake.pay(session.as_str());
    let intent = at.fake.objects("payment_intent").remove(0);
    let event = json!({
        "id": "evt_1000", "object": "event", "type": "payment_intent.succeeded", "livemode": false,
        "created": 1, "data": {"object": intent},
    });
    assert_eq!(at.post(&at.fake.posted(&event)).await, 200);
    at.work().await;
    assert!(at.unapplied().await.is_empty());
    assert!(at.tasks().await.is_empty());
    assert!(at.given_up().await.is_empty());
}

#[tokio::test]
async fn nothing_is_kept_of_what_is_not_signed() {
    let at = AtSim::new();
    at.paid_there(1).await;
    let mut raw = at.sim.deliver().remove(0);
    raw.body.push(b' ');
    assert_eq!(at.post(&raw).await, 400);
    let naked = RawWebhook::new(vec![], raw.body.clone(), today());
    assert_eq!(at.post(&naked).await, 400);
    assert_eq!(at.waiting().await, 1, "the watch alone");
}

#[tokio::test]
async fn a_body_too_large_is_not_read() {
    let at = AtSim::new();
    let raw = RawWebhook::new(vec![], vec![b' '; RawWebhook::LARGEST + 1], today());
    assert_eq!(at.post(&raw).await, 413);
}

#[tokio::test]
async fn a_webhook_for_nobody_is_not_found() {
    let at = AtSim::new();
    let raw = RawWebhook::new(vec![], vec![], today());
    assert_eq!(at.portal.webhook("nobody", &raw).await.status, 404);
}

#[tokio::test]
async fn without_a_secret_it_is_to_come_again() {
    let clock = StoppedClock::default();
    let fake = FakeStripe::new(&clock);
    let merchant = portal_core::payment::Merchant::test("acct_1");
    let config = StripeConfig::new("sk_test_secret".into(), merchant);
    let stripe = Stripe::new(config, Arc::new(fake.clone()), Arc::new(clock.clone())).unwrap();
    let scene = Scene::of(Arc::new(stripe), &clock);
    let event = json!({"id": "evt_1", "type": "payment_intent.succeeded"});
    assert_eq!(scene.post(&fake.posted(&event)).await, 503);
}

/// The answer is given once the event is kept: what could not be kept comes again.
#[tokio::test]
async fn while_the_store_is_away_webhooks_are_to_come_again() {
    let at = AtSim::new();
    at.paid_there(1).await;
    let raw = at.sim.deliver().remove(0);
    at.store.switch(false);
    assert_eq!(at.post(&raw).await, 503);
    at.store.switch(true);
    assert_eq!(at.post(&raw).await, 200);
    at.work().await;
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

#[tokio::test]
async fn while_the_provider_is_away_what_was_heard_waits() {
    let at = AtSim::new();
    at.paid_there(1).await;
    for raw in at.sim.deliver() {
        assert_eq!(at.post(&raw).await, 200);
    }
    at.sim.refuse_the_connection();
    at.sim.refuse_the_connection();
    at.after(minutes(20)).await;
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

/// Whatever webhooks are lost, the watch finds it.
#[tokio::test]
async fn money_nobody_told_of_is_found() {
    let at = AtSim::new();
    at.paid_there(1).await;
    at.sim.lose_the_webhooks();
    at.after(minutes(10)).await;
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}
