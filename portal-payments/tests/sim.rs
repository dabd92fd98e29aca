//! The provider that is played in memory: it keeps the port's promises, and its switches do what they say.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::Arc;

use portal_core::{
    Id,
    adapter::{AdapterErrorKind, Disposition},
    payment::{
        Attempt, BeginPayment, BeginSetup, ChargeStored, Charged, DeclineReason, Found, Initiator,
        Lookup, MethodCharges as _, MethodKind, MethodRef, Observation, PayerProfile, PayerRef,
        PaymentProvider, PaymentState, PaymentVault, Refund, Refunded, Refunds, Sessions,
        WebhookSubject,
    },
};
use portal_payments::sim::Sim;
use portal_testkit::{StoppedClock, facts::*};
use uuid::Uuid;

fn sim() -> (Sim, StoppedClock) {
    let clock = StoppedClock::default();
    (Sim::for_demonstration_only(Arc::new(clock.clone())), clock)
}

fn nr(n: u128) -> Attempt {
    Attempt(Uuid::from_u128(n))
}

fn payment(n: u128) -> BeginPayment {
    BeginPayment::new(
        nr(n),
        eur(50_00),
        Id::new("o1"),
        "SO-1",
        "https://a",
        "https://b",
    )
}

async fn found(sim: &Sim, n: u128) -> Found {
    let what = Lookup::Attempt {
        attempt: nr(n),
        since: today(),
    };
    sim.look_up(&what).await.unwrap()
}

async fn observed(sim: &Sim, n: u128) -> Observation {
    let Found::Payment(found) = found(sim, n).await else {
        panic!("no payment")
    };
    *found
}

async fn paid(sim: &Sim, n: u128) -> Observation {
    let begun = PaymentProvider::begin(sim, &payment(n)).await.unwrap();
    assert!(sim.pay(&begun.session));
    observed(sim, n).await
}

/// 000-51
#[tokio::test]
async fn one_attempt_opens_one_page_and_pays_exactly_its_amount() {
    let (sim, _) = sim();
    let first = PaymentProvider::begin(&sim, &payment(1)).await.unwrap();
    let again = PaymentProvider::begin(&sim, &payment(1)).await.unwrap();
    assert_eq!(first.session, again.session);
    assert!(matches!(
        found(&sim, 1).await,
        Found::Session {
            state: PaymentState::Open,
            ..
        }
    ));
    assert!(sim.pay(&first.session));
    assert!(!sim.pay(&first.session), "twice is once");
    let seen = observed(&sim, 1).await;
    assert_eq!(
        (seen.state, seen.captured),
        (PaymentState::Succeeded, eur(50_00))
    );
    assert!(!seen.merchant.live);
    let mut other = payment(1);
    other.amount = eur(51_00);
    let no = PaymentProvider::begin(&sim, &other).await.unwrap_err();
    assert_eq!(no.kind(), AdapterErrorKind::KeyReused);
}

#[tokio::test]
async fn a_page_closes_by_time_by_the_payer_and_by_the_portal() {
    let (sim, clock) = sim();
    let mut pages = vec![];
    for n in 1..=3 {
        let begun = PaymentProvider::begin(&sim, &payment(n)).await.unwrap();
        pages.push(begun.session);
    }
    sim.walk_away(&pages[0]);
    assert_eq!(observed(&sim, 1).await.state, PaymentState::Cancelled);
    let closed = sim.close(&pages[2]).await.unwrap();
    assert!(matches!(closed, Found::Payment(p) if p.state == PaymentState::Cancelled));
    clock.advance(minutes(31));
    let Found::Session { session, state, .. } = found(&sim, 2).await else {
        panic!("no page")
    };
    assert_eq!(state, PaymentState::Expired);
    assert!(!sim.pay(&session));
}

#[tokio::test]
async fn it_declines_as_told_and_the_payer_may_try_again() {
    let (sim, _) = sim();
    sim.decline_next(DeclineReason::InsufficientFunds);
    let declined = paid(&sim, 1).await;
    assert_eq!(declined.state, PaymentState::Open, "while the page is open");
    assert_eq!(
        declined.decline.unwrap().reason,
        DeclineReason::InsufficientFunds
    );
    let again = paid(&sim, 1).await;
    assert_eq!(
        (again.state, again.decline),
        (PaymentState::Succeeded, None)
    );
}

#[tokio::test]
async fn it_takes_its_time_and_ends_either_way() {
    for (succeed, state, captured) in [
        (true, PaymentState::Succeeded, eur(50_00)),
        (false, PaymentState::Failed, eur(0)),
    ] {
        let (sim, _) = sim();
        sim.take_time(true);
        assert_eq!(paid(&sim, 1).await.state, PaymentState::Processing);
        sim.finish(succeed);
        let seen = observed(&sim, 1).await;
        assert_eq!((seen.state, seen.captured), (state, captured));
    }
}

#[tokio::test]
async fn a_lost_reply_is_unknown_and_a_refused_connection_never_sent() {
    let (sim, _) = sim();
    sim.refuse_the_connection();
    let no = PaymentProvider::begin(&sim, &payment(1)).await.unwrap_err();
    assert_eq!(no.disposition(), Disposition::NeverSent);
    assert_eq!(found(&sim, 1).await, Found::Nothing);
    sim.lose_the_reply();
    let no = PaymentProvider::begin(&sim, &payment(1)).await.unwrap_err();
    assert_eq!(no.disposition(), Disposition::Unknown);
    assert!(matches!(found(&sim, 1).await, Found::Session { .. }));
}

#[tokio::test]
async fn webhooks_are_signed_and_come_as_badly_as_told() {
    let (sim, _) = sim();
    paid(&sim, 1).await;
    paid(&sim, 2).await;
    let bad = sim.deliver_badly();
    assert_eq!(bad.len(), 4);
    assert!(sim.deliver().is_empty());
    let mut told = vec![];
    for raw in &bad {
        let batch = sim.receive(raw).await.unwrap();
        let WebhookSubject::Payment(what) = &batch.events[0].about else {
            panic!("{batch:?}")
        };
        let Found::Payment(found) = sim.look_up(what).await.unwrap() else {
            panic!("{what:?}")
        };
        told.push((batch.events[0].event.clone(), found.attempt.unwrap()));
    }
    assert_eq!(told[0], told[1], "delivered twice it has one name");
    assert_eq!((told[0].1, told[2].1), (nr(2), nr(1)), "in the wrong order");
    let mut forged = bad[0].clone();
    forged.body.push(b' ');
    assert!(sim.receive(&forged).await.is_err());
    sim.refuse_refunds(false);
    sim.lose_the_webhooks();
}

#[tokio::test]
async fn it_pays_back_in_parts_until_nothing_is_left() {
    let (sim, _) = sim();
    let payment = paid(&sim, 1).await.payment;
    let part = |n: u128, minor| {
        let whole = minor == 50_00;
        Refund::new(Uuid::from_u128(n), payment.clone(), eur(minor), whole)
    };
    for n in [7, 7, 8] {
        assert!(matches!(
            sim.refund(&part(n, 20_00)).await,
            Ok(Refunded::Taken(_))
        ));
    }
    assert_eq!(observed(&sim, 1).await.refunded, eur(40_00));
    assert_eq!(
        sim.refund(&part(9, 20_00)).await.unwrap_err().disposition(),
        Disposition::Rejected
    );
    assert_eq!(
        sim.refund(&part(7, 1_00)).await.unwrap_err().kind(),
        AdapterErrorKind::KeyReused
    );
    sim.refuse_refunds(true);
    assert!(matches!(
        sim.refund(&part(9, 5_00)).await,
        Ok(Refunded::Declined(_))
    ));
    sim.fail_refunds_of(&payment);
    assert_eq!(observed(&sim, 1).await.refunded, eur(0));
    sim.dispute(&payment, eur(50_00));
    assert_eq!(observed(&sim, 1).await.disputed, eur(50_00));
}

/// 002-14: added on a page, charged, removed; another's is as good as none.
#[tokio::test]
async fn cards_are_stored_charged_and_removed_by_their_owner() {
    let (sim, _) = sim();
    let ana = sim
        .payer(&PayerProfile::new(Id::new("ana"), "Ana"))
        .await
        .unwrap();
    let bob = sim
        .payer(&PayerProfile::new(Id::new("bob"), "Bob"))
        .await
        .unwrap();
    let setup = BeginSetup::new(
        nr(1),
        ana.clone(),
        MethodKind::Card,
        "EUR".parse().unwrap(),
        "https://a",
        "https://b",
    );
    let begun = sim.setup().unwrap().begin(&setup).await.unwrap();
    assert!(sim.store_card(&begun.session, "Visa", "4242"));
    assert!(!sim.store_card(&begun.session, "Visa", "4242"));
    let card = sim.methods(&ana).await.unwrap().remove(0).method;
    let charge = |n: u128, who: &PayerRef, what: &MethodRef| {
        let (who, what) = (who.clone(), what.clone());
        ChargeStored::new(
            nr(n),
            eur(9_00),
            who,
            what,
            Initiator::MerchantRecurring,
            "SO-1",
        )
    };
    for _ in 0..2 {
        let ended = sim.charge(&charge(2, &ana, &card)).await;
        assert!(matches!(ended, Ok(Charged::Taken(p)) if p.captured == eur(9_00)));
    }
    sim.decline_next(DeclineReason::LostOrStolen);
    let ended = sim.charge(&charge(3, &ana, &card)).await;
    assert!(matches!(ended, Ok(Charged::Declined { .. })));
    for no in [
        sim.charge(&charge(4, &bob, &card)).await.unwrap_err(),
        sim.remove(&bob, &card).await.unwrap_err(),
        sim.make_default(&bob, &card).await.unwrap_err(),
    ] {
        assert_eq!(no.kind(), AdapterErrorKind::NotFound);
    }
    sim.make_default(&ana, &card).await.unwrap();
    sim.remove(&ana, &card).await.unwrap();
    assert!(sim.methods(&ana).await.unwrap().is_empty());
}
