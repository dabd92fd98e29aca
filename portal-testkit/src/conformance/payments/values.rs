//! What is written down of a payment comes out as it was.
use portal_core::{
    Id,
    payment::{
        Applied, AskedRefund, AskedState, Attempt, Decline, DeclineReason, Merchant, NextStep,
        ObservedRefund, PayPage, PaymentAttempt, PaymentRef, PaymentState, Received, RefundReason,
        RefundRef, RefundState, RetryAdvice, SessionRef, Unapplied,
    },
};
use uuid::Uuid;

use super::scene::{attempt, money, take, unapplied, write};
use crate::{
    World,
    conformance::values::TEXTS,
    facts::{PaymentFacts, eur, hours, income, money as amount, payment_attempt, today},
};

/// An attempt in every state, with every kind of page, with and without everything else.
pub async fn everything_about_an_attempt_comes_back_as_it_was(world: &dyn World) {
    let mut number = 0;
    for next in every_step() {
        for state in every_state() {
            number += 1;
            let order = format!("o{number}");
            let bare = payment_attempt(number, &order).now(state);
            let mut full = bare.clone().known_as(&format!("pi_{number}"));
            full.by = None;
            full.merchant = Merchant::live("acct_2");
            full.amount = amount(1_234, "KWD");
            full.begun_at = today() + chrono::Duration::microseconds(7);
            let session = SessionRef::new(format!("cs_{number}"));
            full.page = Some(PayPage::new(session, next.clone(), None));
            full.paid_with = Some("Visa 4242".to_owned());
            let (reason, advice) = (DeclineReason::InsufficientFunds, RetryAdvice::Later);
            full.decline = Some(Decline::new(reason, advice, "51"));
            full.empty_looks = 255;
            for (turn, one) in (0..).zip([&bare, &full, &bare]) {
                write(world, 10 * number + turn, one).await;
                assert_eq!(attempt(world, one).await.value, *one);
                let listed = world.payments().attempts(&Id::new(order.as_str())).await;
                assert_eq!(listed.unwrap(), [PaymentAttempt::clone(one)]);
            }
        }
    }
}

/// What came, applied or not, with refunds of every kind.
pub async fn everything_about_what_came_comes_back_as_it_was(world: &dyn World) {
    let asked = |n: u128, state| {
        let id = Uuid::from_u128(n);
        let mut asked = AskedRefund::new(id, eur(1), RefundReason::Duplicate, today());
        asked.sent_at = Some(today() + hours(1));
        asked.state = state;
        asked
    };
    let refund = |n: u128, state| {
        let name = RefundRef::new(format!("re_{n}"));
        ObservedRefund::new(name, Some(Uuid::from_u128(n)), eur(5), state)
    };
    let mut full: Received = income("pi_1", "o1");
    full.attempt = Some(Attempt(Uuid::from_u128(7)));
    full.disputed = eur(3);
    full.disputed_as_of = today() + hours(2);
    full.first_seen = today() + chrono::Duration::microseconds(7);
    full.refunds = vec![
        refund(1, RefundState::Pending),
        refund(2, RefundState::Succeeded),
        refund(3, RefundState::Failed),
    ];
    let code = "closed".to_owned();
    full.asked = vec![
        asked(4, AskedState::Waiting),
        asked(5, AskedState::Taken),
        asked(6, AskedState::Refused { code }),
    ];
    let reasons = [
        Unapplied::UnknownAttempt,
        Unapplied::OtherMerchant,
        Unapplied::OtherCurrency,
        Unapplied::OtherAmount,
        Unapplied::NoOrder,
        Unapplied::NothingDue,
        Unapplied::OrderLocked,
        Unapplied::HostRefused,
    ];
    let unapplied_for = reasons.map(Applied::Not);
    for (n, applied) in (1..).zip(unapplied_for.into_iter().chain([full.applied.clone()])) {
        full.applied = applied;
        take(world, n, &full).await;
        assert_eq!(money(world, &full).await.value, full);
    }
    assert!(unapplied(world).await.is_empty());
}

/// Whatever a provider calls things, and whatever a payer paid with: as keys too.
pub async fn every_text_about_a_payment_comes_back_as_it_was(world: &dyn World) {
    for (n, odd) in (1..).zip(TEXTS) {
        let order = format!("o{n}{odd}");
        let mut one = payment_attempt(n, &order).on_page(odd).known_as(odd);
        one.paid_with = Some(odd.to_owned());
        one.merchant = Merchant::test(odd);
        write(world, 2 * n, &one).await;
        let mut came = income(odd, &order);
        came.merchant = one.merchant.clone();
        take(world, 2 * n + 1, &came).await;

        assert_eq!(money(world, &came).await.value, came);
        let keys = [
            portal_core::payment::AttemptKey::LiveOf(Id::new(order.as_str())),
            portal_core::payment::AttemptKey::Session(one.merchant.clone(), SessionRef::new(odd)),
            portal_core::payment::AttemptKey::Payment(one.merchant.clone(), PaymentRef::new(odd)),
        ];
        for by in keys {
            assert_eq!(super::scene::found(world, by).await.as_ref(), Some(&one));
        }
    }
}

fn every_state() -> [PaymentState; 7] {
    [
        PaymentState::Open,
        PaymentState::ActionRequired,
        PaymentState::Processing,
        PaymentState::Failed,
        PaymentState::Cancelled,
        PaymentState::Expired,
        PaymentState::Succeeded,
    ]
}

fn every_step() -> [NextStep; 5] {
    let text = str::to_owned;
    [
        NextStep::Redirect {
            url: text("https://pay.example/1?a=b&c"),
        },
        NextStep::PostForm {
            action: text("https://pay.example/"),
            fields: vec![(text("one"), text("1")), (text("one"), text("2"))],
        },
        NextStep::Embedded {
            script: text("https://pay.example/js"),
            token: text("token"),
        },
        NextStep::PayerContacted,
        NextStep::Instructions {
            text: text("Bring cash."),
            reference: text("SO-1"),
        },
    ]
}
