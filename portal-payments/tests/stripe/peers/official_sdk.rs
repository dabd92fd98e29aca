use std::sync::Arc;

use portal_core::payment::{
    Lookup, PaymentProvider as _, PaymentState, RawWebhook, WebhookError, WebhookSubject,
};
use portal_testkit::{Served, facts::minutes, stripe::FakeStripe};
use serde_json::{Value, json};

use super::{super::Scene, Peers, clock_of_this_machine};

/// An event as Stripe posts it, with letters that are more than one byte.
fn event() -> Value {
    let object =
        json!({"id": "pi_1", "object": "payment_intent", "description": "Curso de español ✓"});
    json!({
        "id": "evt_1", "object": "event", "livemode": false, "created": 1, "type": "payment_intent.succeeded",
        "data": {"object": object},
    })
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn what_the_official_sdk_signs_is_taken() {
    let Some(peers) = Peers::installed() else {
        return;
    };
    let clock = clock_of_this_machine();
    let scene = Scene::at(&clock);
    let now = portal_core::Clock::now(&clock);
    let body = event().to_string();
    let signed = |secret: &str, at: i64| {
        let answer = peers.official_sdk("sign", &json!({"secret": secret, "at": at, "body": body}));
        let header = answer["header"].as_str().unwrap().as_bytes().to_vec();
        let headers = vec![("Stripe-Signature".to_owned(), header)];
        RawWebhook::new(headers, body.clone().into_bytes(), now)
    };
    let good = signed(FakeStripe::WEBHOOK_SECRET, now.timestamp());
    let batch = scene.stripe.receive(&good).await.unwrap();
    let about = &batch.events[0].about;
    assert!(
        matches!(about, WebhookSubject::Payment(Lookup::Payment(id)) if id.as_str() == "pi_1"),
        "{about:?}"
    );
    let forged = signed("whsec_other", now.timestamp());
    let no = scene.stripe.receive(&forged).await;
    assert!(matches!(no, Err(WebhookError::BadSignature)), "{no:?}");
    let old = signed(FakeStripe::WEBHOOK_SECRET, now.timestamp() - 301);
    let no = scene.stripe.receive(&old).await;
    assert!(matches!(no, Err(WebhookError::Stale)), "{no:?}");
}

#[test]
fn what_the_fake_signs_the_official_sdk_takes() {
    let Some(peers) = Peers::installed() else {
        return;
    };
    let clock = clock_of_this_machine();
    let scene = Scene::at(&clock);
    let verified = |raw: &RawWebhook, secret: &str| {
        let header = text(raw.one("stripe-signature").unwrap().as_bytes());
        let asked = json!({"body": text(&raw.body), "header": header, "secret": secret});
        peers.official_sdk("verify", &asked)
    };
    let good = scene.fake.posted(&event());
    let seen = verified(&good, FakeStripe::WEBHOOK_SECRET);
    let expected = json!({"id": "evt_1", "type": "payment_intent.succeeded", "about": "pi_1"});
    assert_eq!(seen, expected);
    let refused = json!({"refused": "signature"});
    assert_eq!(verified(&good, "whsec_other"), refused);
    clock.advance(-minutes(6));
    let old = scene.fake.posted(&event());
    assert_eq!(verified(&old, FakeStripe::WEBHOOK_SECRET), refused);
}

/// The adapter and the official SDK see one and the same account.
#[tokio::test]
async fn the_official_sdk_drives_the_fake_as_it_drives_stripe() {
    let Some(peers) = Peers::installed() else {
        return;
    };
    let scene = Scene::at(&clock_of_this_machine());
    let served = Served::start(Arc::new(scene.fake.clone()));
    let attempt = super::super::attempt(1);
    let opened = peers.official_sdk(
        "open",
        &json!({"address": served.address(), "attempt": attempt.to_string()}),
    );
    assert_eq!(opened["version"], portal_payments::stripe::VERSION);
    assert_eq!(opened["status"], "open");
    assert_eq!(opened["amount"], 120_00);
    assert_eq!(opened["expired"], "expired");
    assert_eq!(opened["expired_again"], 400);
    assert_eq!(opened["missing"], "resource_missing");
    let session = opened["session"].as_str().unwrap();
    let customer = opened["customer"].as_str().unwrap();
    scene.fake.pay(session);
    drop(scene.fake.stored(customer, "card"));
    drop(scene.fake.stored(customer, "us_bank_account"));
    let settled = peers.official_sdk(
        "settle",
        &json!({"address": served.address(), "session": session, "customer": customer}),
    );
    let payment = settled["payment"].as_str().unwrap();
    let expected = json!({
        "status": "complete", "payment_status": "paid", "payment": payment,
        "received": 120_00, "captured": 120_00, "cards": ["4242"],
        "refund": "succeeded", "repeated": true, "reused": 400,
        "refunds": [20_00, 100_00], "over": "charge_already_refunded",
    });
    assert_eq!(settled, expected);
    let ours = Lookup::Payment(portal_core::payment::PaymentRef::new(payment));
    let seen = scene.seen(&ours).await;
    assert_eq!(seen.state, PaymentState::Succeeded);
    assert_eq!(seen.refunded, super::super::usd("120.00"));
}
