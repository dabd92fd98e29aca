use portal_core::payment::{Lookup, PaymentProvider, WebhookError, WebhookSubject, Webhooks};
use portal_testkit::{facts::*, helcim::TOKEN};

use super::support::*;

#[tokio::test]
async fn a_signed_id_is_a_reason_to_look() {
    let world = world();
    let paid = world.paid(1, cad(50_00)).await;
    let raw = world.fake.webhook(paid.as_str().parse().unwrap());
    let batch = world.helcim.receive(&raw).await.unwrap();
    let [event] = batch.events.as_slice() else {
        panic!("{batch:?}")
    };
    assert_eq!(event.snapshot, None, "it says nothing itself");
    let WebhookSubject::Payment(what @ Lookup::Payment(_)) = &event.about else {
        panic!("{event:?}")
    };
    assert_eq!(world.observed(what).await.captured, cad(50_00));
    let again = world.helcim.receive(&raw).await.unwrap();
    assert_eq!(again, batch, "delivered again it has the same name");
    assert_eq!(batch.ack.status, 200);
}

#[tokio::test]
async fn what_does_not_concern_us_is_passed_over_and_what_is_odd_is_refused() {
    let world = world();
    let cancel = world
        .fake
        .signed("m1", r#"{"type":"terminalCancel","data":{}}"#);
    let batch = world.helcim.receive(&cancel).await.unwrap();
    assert!(
        matches!(&batch.events[0].about, WebhookSubject::Ignored { kind } if kind == "terminalCancel")
    );
    for odd in [
        "",
        "{}",
        r#"{"type":"cardTransaction"}"#,
        r#"{"type":"cardTransaction","id":"../1"}"#,
    ] {
        let no = world.helcim.receive(&world.fake.signed("m2", odd)).await;
        assert!(
            matches!(no, Err(WebhookError::Malformed(_))),
            "{odd}: {no:?}"
        );
    }
}

#[tokio::test]
async fn the_signature_is_checked_before_the_body_is_read() {
    let world = world();
    let mut raw = world.fake.signed("m1", "not json");
    raw.body = b"not json either".to_vec();
    let no = world.helcim.receive(&raw).await;
    assert!(matches!(no, Err(WebhookError::BadSignature)), "{no:?}");
    let old = world.fake.webhook(1);
    let late = portal_core::payment::RawWebhook::new(old.headers, old.body, today() + minutes(6));
    assert!(matches!(
        world.helcim.receive(&late).await,
        Err(WebhookError::Stale)
    ));
}

#[tokio::test]
async fn without_a_verifier_webhooks_are_not_there() {
    let world = world();
    let merchant = world.helcim.merchant().clone();
    let token = secrecy::SecretString::from(TOKEN);
    let country = portal_payments::helcim::Country::Canada;
    let bare = portal_payments::helcim::HelcimConfig::new(merchant, country, token, own_ip());
    let helcim = wired(bare, &world.fake, &world.clock);
    assert_eq!(helcim.traits().webhooks, Webhooks::None);
    let no = helcim.receive(&world.fake.webhook(1)).await;
    assert!(matches!(no, Err(WebhookError::NotConfigured)));
}
