use portal_core::{
    adapter::{AdapterErrorKind, Disposition},
    payment::{Lookup, PaymentRef, RefundState, Refunded},
};
use portal_testkit::{facts::*, helcim::Fault};

use super::support::*;

fn last(world: &World) -> String {
    world.fake.requests().last().unwrap().clone()
}

#[tokio::test]
async fn a_whole_payment_is_reversed_in_an_open_batch_and_refunded_in_a_closed_one() {
    for (closed, how) in [
        (false, "POST /v2/payment/reverse"),
        (true, "POST /v2/payment/refund"),
    ] {
        let world = world();
        let paid = world.paid(1, cad(50_00)).await;
        if closed {
            world.fake.close_batch();
        }
        let asked = refund(7, &paid, cad(50_00), true);
        let ended = world.paying_back().refund(&asked).await.unwrap();
        let Refunded::Taken(back) = ended else {
            panic!("{ended:?}")
        };
        assert_eq!(last(&world), how);
        assert_eq!(
            (back.amount, back.state),
            (cad(50_00), RefundState::Succeeded)
        );
        assert_eq!(back.ours, Some(asked.refund));
        assert_eq!(world.fake.balance(), 0);
        let found = world.observed(&Lookup::Payment(paid)).await;
        assert_eq!((found.captured, found.refunded), (cad(50_00), cad(50_00)));
        assert_eq!(found.refunds.len(), 1);
        assert_eq!(found.refunds[0].refund, back.refund);
    }
}

#[tokio::test]
async fn a_part_is_paid_back_once_the_batch_is_closed() {
    let world = world();
    let paid = world.paid(1, cad(50_00)).await;
    let part = refund(7, &paid, cad(20_00), false);
    let no = world.paying_back().refund(&part).await.unwrap_err();
    assert_eq!(no.disposition(), Disposition::NeverSent);
    world.fake.close_batch();
    for n in [7, 8] {
        let part = refund(n, &paid, cad(20_00), false);
        assert!(matches!(
            world.paying_back().refund(&part).await,
            Ok(Refunded::Taken(_))
        ));
    }
    assert_eq!(world.fake.balance(), 10_00);
    let no = world
        .paying_back()
        .refund(&refund(9, &paid, cad(20_00), false))
        .await;
    assert_eq!(
        no.unwrap_err().disposition(),
        Disposition::Rejected,
        "only ten are left"
    );
}

#[tokio::test]
async fn nothing_is_paid_back_twice_also_when_the_batch_closes_in_between() {
    let world = world();
    let paid = world.paid(1, cad(50_00)).await;
    let asked = refund(7, &paid, cad(50_00), true);
    world.fake.fail_next(Fault::LoseTheReply);
    let lost = world.paying_back().refund(&asked).await.unwrap_err();
    assert_eq!(lost.disposition(), Disposition::Unknown);
    world.fake.close_batch();
    world.clock.advance(hours(10));
    let ended = world.paying_back().refund(&asked).await.unwrap();
    assert!(matches!(ended, Refunded::Taken(back) if back.amount == cad(50_00)));
    assert_eq!(world.fake.balance(), 0);
}

#[tokio::test]
async fn a_part_whose_answer_was_lost_is_paid_back_once() {
    let world = world();
    let paid = world.paid(1, cad(50_00)).await;
    world.fake.close_batch();
    let part = refund(7, &paid, cad(20_00), false);
    world.fake.fail_next(Fault::LoseTheReply);
    assert!(world.paying_back().refund(&part).await.is_err());
    assert!(matches!(
        world.paying_back().refund(&part).await,
        Ok(Refunded::Taken(_))
    ));
    assert_eq!(world.fake.balance(), 30_00);
}

#[tokio::test]
async fn a_bank_that_says_no_to_a_refund_is_an_answer() {
    let world = world();
    let paid = world.paid(1, cad(50_00)).await;
    world.fake.decline_next("DO NOT HONOR");
    let ended = world
        .paying_back()
        .refund(&refund(7, &paid, cad(50_00), true))
        .await;
    assert!(matches!(ended, Ok(Refunded::Declined(_))), "{ended:?}");
    assert_eq!(world.fake.balance(), 50_00);
}

#[tokio::test]
async fn what_was_never_taken_is_not_paid_back() {
    let world = world();
    let paid = world.paid(1, cad(50_00)).await;
    let nothing = PaymentRef::new("1");
    for (of, amount, whole, kind) in [
        (&nothing, cad(50_00), true, AdapterErrorKind::NotFound),
        (&paid, cad(50_01), false, AdapterErrorKind::Rejected),
        (&paid, cad(49_99), true, AdapterErrorKind::Rejected),
        (&paid, cad(0), false, AdapterErrorKind::Rejected),
        (&paid, eur(50_00), true, AdapterErrorKind::Rejected),
    ] {
        let no = world
            .paying_back()
            .refund(&refund(7, of, amount, whole))
            .await;
        let no = no.unwrap_err();
        assert_eq!(
            (no.kind(), no.disposition()),
            (kind, Disposition::NeverSent),
            "{amount}"
        );
    }
    assert_eq!(world.fake.balance(), 50_00);
}

#[tokio::test]
async fn what_was_paid_back_elsewhere_is_seen() {
    let world = world();
    let paid = world.paid(1, cad(50_00)).await;
    let elsewhere = world
        .fake
        .refund_elsewhere(paid.as_str().parse().unwrap(), cad(5_00));
    for what in [paid.as_str().to_owned(), elsewhere.to_string()] {
        let found = world
            .observed(&Lookup::Payment(PaymentRef::new(what)))
            .await;
        assert_eq!(
            found.payment, paid,
            "a webhook names the refund, and is about the payment"
        );
        assert_eq!(found.refunded, cad(5_00));
        assert_eq!(found.refunds[0].ours, None);
    }
}

#[tokio::test]
async fn of_which_of_two_payments_a_refund_is_nobody_guesses() {
    let world = world();
    let paid = world.paid(1, cad(50_00)).await;
    let id = paid.as_str().parse().unwrap();
    let _ = world.fake.charge_again(id);
    let _ = world.fake.refund_elsewhere(id, cad(50_00));
    let no = portal_core::payment::PaymentProvider::look_up(&world.helcim, &since(nr(1))).await;
    assert_eq!(no.unwrap_err().kind(), AdapterErrorKind::Unintelligible);
}
