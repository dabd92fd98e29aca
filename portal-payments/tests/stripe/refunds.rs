use portal_core::{
    adapter::Disposition,
    payment::{Lookup, PaymentProvider as _, Refund, RefundState, Refunded},
    uuid::Uuid,
};

use super::{Scene, usd};

#[tokio::test]
async fn parts_are_paid_back_until_nothing_is_left() {
    let scene = Scene::new();
    let paid = scene.paid().await;
    let refunds = scene.stripe.refunds().unwrap();
    for (number, amount) in [(1, "20.00"), (2, "100.00")] {
        let refund = Refund::new(
            Uuid::from_u128(number),
            paid.payment.clone(),
            usd(amount),
            false,
        );
        let first = refunds.refund(&refund).await.unwrap();
        assert_eq!(
            refunds.refund(&refund).await.unwrap(),
            first,
            "a repeat pays nothing twice"
        );
    }
    let what = Lookup::Payment(paid.payment.clone());
    let seen = scene.seen(&what).await;
    assert_eq!(
        (seen.captured, seen.refunded),
        (usd("120.00"), usd("120.00"))
    );
    assert_eq!(seen.refunds.len(), 2);
    assert_eq!(seen.refunds[1].ours, Some(Uuid::from_u128(1)));
    let more = Refund::new(Uuid::from_u128(3), paid.payment, usd("0.01"), false);
    let Refunded::Declined(why) = refunds.refund(&more).await.unwrap() else {
        panic!("nothing is left")
    };
    assert_eq!(why.code, "charge_already_refunded");
}

#[tokio::test]
async fn more_than_is_left_is_refused_and_nothing_is_paid_back() {
    let scene = Scene::new();
    let paid = scene.paid().await;
    let refunds = scene.stripe.refunds().unwrap();
    let refund = Refund::new(
        Uuid::from_u128(1),
        paid.payment.clone(),
        usd("120.01"),
        false,
    );
    let error = refunds.refund(&refund).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Rejected);
    assert_eq!(
        scene.seen(&Lookup::Payment(paid.payment)).await.refunded,
        usd("0")
    );
}

#[tokio::test]
async fn a_refund_under_way_may_still_come_back() {
    let scene = Scene::new();
    let paid = scene.paid().await;
    scene.fake.refunds_take_days();
    let refunds = scene.stripe.refunds().unwrap();
    let refund = Refund::new(
        Uuid::from_u128(1),
        paid.payment.clone(),
        usd("20.00"),
        false,
    );
    let Refunded::Taken(taken) = refunds.refund(&refund).await.unwrap() else {
        panic!("it is on its way")
    };
    assert_eq!(taken.state, RefundState::Pending);
    scene.fake.fail_refund(taken.refund.as_str());
    let seen = scene.seen(&Lookup::Payment(paid.payment)).await;
    assert_eq!(
        (seen.refunds[0].state, seen.refunded),
        (RefundState::Failed, usd("0"))
    );
}

#[tokio::test]
async fn every_refund_is_seen_however_many_there_are() {
    let scene = Scene::new();
    let paid = scene.paid().await;
    let refunds = scene.stripe.refunds().unwrap();
    for number in 1..=12 {
        let refund = Refund::new(
            Uuid::from_u128(number),
            paid.payment.clone(),
            usd("1.00"),
            false,
        );
        refunds.refund(&refund).await.unwrap();
    }
    let seen = scene.seen(&Lookup::Payment(paid.payment)).await;
    assert_eq!((seen.refunds.len(), seen.refunded), (12, usd("12.00")));
}
