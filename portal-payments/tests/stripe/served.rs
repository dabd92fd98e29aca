//! The adapter over a real connection, to the same fake behind a port.
use std::sync::Arc;

use portal_core::{
    adapter::{AdapterErrorKind, Disposition},
    payment::{PaymentProvider as _, PaymentState, Refund, Refunded, ReturnParams},
    uuid::Uuid,
};
use portal_payments::{
    http::{Client, Limits},
    stripe::Stripe,
};
use portal_testkit::Served;

use super::{Scene, config, payment, usd};

/// The scene with its adapter across the network.
fn served() -> (Scene, Served) {
    let mut scene = Scene::new();
    let served = Served::start(Arc::new(scene.fake.clone()));
    let http = Arc::new(Client::new(Limits::default()).unwrap());
    let clock = Arc::new(scene.clock.clone());
    scene.stripe = Stripe::new(config().at(served.address()), http, clock).unwrap();
    (scene, served)
}

/// 000-47
#[tokio::test]
async fn a_payment_is_begun_paid_seen_and_paid_back_over_the_network() {
    let (scene, _served) = served();
    let begun = scene.begun(&payment(1)).await;
    scene.fake.pay(begun.session.as_str());
    let query = vec![("session_id".to_owned(), begun.session.to_string())];
    let back = scene.stripe.returned(&ReturnParams::query(query)).unwrap();
    let seen = scene.seen(&back).await;
    assert_eq!(seen.state, PaymentState::Succeeded);
    assert_eq!(seen.captured, usd("120.00"));
    let refund = Refund::new(Uuid::from_u128(1), seen.payment, usd("20.00"), false);
    let refunded = scene.stripe.refunds().unwrap().refund(&refund).await;
    assert!(matches!(refunded, Ok(Refunded::Taken(_))), "{refunded:?}");
    assert_eq!(scene.seen(&back).await.refunded, usd("20.00"));
}

#[tokio::test]
async fn a_lost_reply_is_found_again_under_its_key() {
    let (scene, _served) = served();
    scene.fake.lose_the_reply();
    let error = scene.stripe.begin(&payment(1)).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Unknown);
    let begun = scene.begun(&payment(1)).await;
    let pages = scene.fake.objects("checkout.session");
    assert_eq!(pages.len(), 1, "one page");
    assert_eq!(pages[0]["id"], begun.session.as_str());
}

#[tokio::test]
async fn with_nobody_at_the_other_end_nothing_was_sent() {
    let (scene, served) = served();
    drop(served);
    let error = scene.stripe.begin(&payment(1)).await.unwrap_err();
    assert_eq!(error.kind(), AdapterErrorKind::Unavailable);
    assert_eq!(error.disposition(), Disposition::NeverSent);
}
