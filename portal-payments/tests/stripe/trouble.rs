use std::time::Duration;

use portal_core::{
    adapter::{AdapterErrorKind, Disposition},
    payment::{Lookup, PaymentProvider as _, SaveMethod},
};

use super::{Scene, money, payment, payment_of, usd};

#[tokio::test]
async fn every_way_to_fail_says_whether_a_page_may_be_open_and_a_repeat_opens_one() {
    use {AdapterErrorKind as Kind, Disposition as D};
    type Switch = fn(&Scene);
    let rows: [(Switch, Kind, D); 7] = [
        (|s| s.fake.refuse_next(), Kind::Unavailable, D::NeverSent),
        (|s| s.fake.drop_the_request(), Kind::Unavailable, D::Unknown),
        (|s| s.fake.lose_the_reply(), Kind::Unavailable, D::Unknown),
        (
            |s| s.fake.answer_html_next(502),
            Kind::Unavailable,
            D::Unknown,
        ),
        (
            |s| s.fake.answer_html_next(200),
            Kind::Unintelligible,
            D::Unknown,
        ),
        (
            |s| s.fake.answer_html_next(403),
            Kind::Unintelligible,
            D::Unknown,
        ),
        (
            |s| s.fake.limit_next(7),
            Kind::RateLimited {
                retry_after: Some(Duration::from_secs(7)),
            },
            D::Rejected,
        ),
    ];
    for (switch, kind, disposition) in rows {
        let scene = Scene::new();
        switch(&scene);
        let error = scene.stripe.begin(&payment(1)).await.unwrap_err();
        assert_eq!((error.kind(), error.disposition()), (kind, disposition));
        scene.begun(&payment(1)).await;
        assert_eq!(scene.fake.objects("checkout.session").len(), 1);
    }
}

#[tokio::test]
async fn a_500_is_repeated_under_its_key_and_stays_unknown() {
    for status in [500, 503] {
        let scene = Scene::new();
        scene.fake.break_next(status);
        for _ in 0..2 {
            let error = scene.stripe.begin(&payment(1)).await.unwrap_err();
            assert_eq!(error.disposition(), Disposition::Unknown);
        }
        assert!(scene.fake.objects("checkout.session").is_empty());
    }
}

#[tokio::test]
async fn two_at_once_with_one_key_open_one_page() {
    let scene = Scene::new();
    scene.fake.delay_next(Duration::from_millis(50));
    let payment = payment(1);
    let (first, second) = tokio::join!(scene.stripe.begin(&payment), scene.stripe.begin(&payment));
    assert!(first.is_ok());
    let second = second.unwrap_err();
    assert_eq!(second.kind(), AdapterErrorKind::InProgress);
    assert_eq!(second.disposition(), Disposition::Unknown);
    assert_eq!(scene.begun(&payment).await.session, first.unwrap().session);
}

#[tokio::test]
async fn what_stripe_cannot_take_exactly_is_never_sent() {
    let scene = Scene::new();
    for amount in [
        usd("0"),
        usd("-1.00"),
        money("5.124", "KWD"),
        money("12.20", "MGA"),
        money("500", "UGX"),
    ] {
        let error = scene
            .stripe
            .begin(&payment_of(1, amount))
            .await
            .unwrap_err();
        assert_eq!(error.disposition(), Disposition::NeverSent, "{amount}");
    }
    let save = payment(1).saving(SaveMethod::ForLater);
    let error = scene.stripe.begin(&save).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::NeverSent);
    assert!(scene.fake.heard().is_empty());
}

#[tokio::test]
async fn an_answer_that_contradicts_itself_settles_nothing() {
    type Lie = fn(&mut serde_json::Value);
    let lies: [(&str, Lie); 6] = [
        ("payment_intent", |o| o["livemode"] = true.into()),
        ("payment_intent", |o| o["currency"] = "eur".into()),
        ("payment_intent", |o| o["amount_received"] = 130_00.into()),
        ("payment_intent", |o| {
            o["latest_charge"] = serde_json::Value::Null;
        }),
        ("charge", |o| o["currency"] = "eur".into()),
        ("charge", |o| o["amount_refunded"] = 130_00.into()),
    ];
    for (kind, lie) in lies {
        let scene = Scene::new();
        let paid = scene.paid().await;
        let object = scene.fake.objects(kind).pop().unwrap();
        scene.fake.tamper(object["id"].as_str().unwrap(), lie);
        let error = scene
            .stripe
            .look_up(&Lookup::Payment(paid.payment))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), AdapterErrorKind::Unintelligible, "{kind}");
        assert_eq!(error.disposition(), Disposition::Unknown, "{kind}");
    }
}

#[tokio::test]
async fn nothing_that_is_shown_names_a_secret_or_a_person() {
    let scene = Scene::new();
    let mut shown = vec![format!("{:?}", scene.stripe)];
    scene.payer("ana").await;
    for status in [400, 402, 404, 500] {
        scene.fake.break_next(status);
        let error = scene
            .stripe
            .begin(&payment(u128::from(status)))
            .await
            .unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    let shown = shown.concat();
    for secret in ["sk_test_secret", "whsec_fake", "jenny", "ana@example.com"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
