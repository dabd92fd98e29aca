//! The one rule by which money is written down, against every order in which a provider may tell about it.
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    Id, Money, Order,
    order::{Balance, LedgerLink},
    payment::{
        Applied, Attempt, Books, Merchant, Observation, ObservedRefund, PaymentAttempt, PaymentRef,
        PaymentState, Received, RefundRef, RefundState, Unapplied, settle,
    },
};
use proptest::prelude::*;
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn eur(cents: i64) -> Money {
    Money::from_minor(cents, "EUR".parse().unwrap())
}

fn attempt() -> PaymentAttempt {
    let id = Attempt(Uuid::from_u128(7));
    PaymentAttempt::new(
        id,
        Id::new("so-1"),
        "sim",
        Merchant::test("us"),
        eur(120_00),
        now(),
    )
}

fn order() -> Order {
    Order::new(Id::new("so-1"), "1001", now(), Id::new("ana"), eur(120_00))
}

fn paid(cents: i64) -> Observation {
    let payment = PaymentRef::new("p-1");
    let state = PaymentState::Succeeded;
    Observation::new(Merchant::test("us"), payment, state, eur(cents), now())
        .of(Some(Attempt(Uuid::from_u128(7))))
}

/// 000-47
#[test]
fn money_that_was_asked_for_pays_for_its_order() {
    let (attempt, order) = (attempt(), order());
    let settled = settle(
        &paid(120_00),
        Books::new(Some(&attempt), None, Some(&order)),
        now(),
    );
    let received = settled.received.unwrap();
    assert_eq!(received.applied, Applied::To(Id::new("so-1")));
    assert!(settled.arrived);
    assert_eq!(settled.attempt.unwrap().state, PaymentState::Succeeded);
}

#[test]
fn money_is_kept_whatever_is_wrong_with_it() {
    let (attempt, order) = (attempt(), order());
    let full = Books::new(Some(&attempt), None, Some(&order));
    let settled_order = order
        .clone()
        .with_balance(Balance::new(eur(120_00), eur(120_00)).unwrap());
    let exported = order
        .clone()
        .with_ledger(LedgerLink::connected("Xero", "INV-1"));
    let yen = Money::from_minor(12_000, "JPY".parse().unwrap());
    let elsewhere = |merchant, captured| {
        let payment = PaymentRef::new("p-1");
        Observation::new(merchant, payment, PaymentState::Succeeded, captured, now())
    };
    let cases = [
        (
            paid(120_00),
            Books::new(None, None, None),
            Unapplied::UnknownAttempt,
        ),
        (
            elsewhere(Merchant::live("us"), eur(120_00)),
            full,
            Unapplied::OtherMerchant,
        ),
        (
            elsewhere(Merchant::test("us"), yen),
            full,
            Unapplied::OtherCurrency,
        ),
        (paid(119_99), full, Unapplied::OtherAmount),
        (paid(120_01), full, Unapplied::OtherAmount),
        (
            paid(120_00),
            Books::new(Some(&attempt), None, None),
            Unapplied::NoOrder,
        ),
        (
            paid(120_00),
            Books::new(Some(&attempt), None, Some(&settled_order)),
            Unapplied::NothingDue,
        ),
        (
            paid(120_00),
            Books::new(Some(&attempt), None, Some(&exported)),
            Unapplied::OrderLocked,
        ),
    ];
    for (seen, books, why) in cases {
        let received = settle(&seen, books, now()).received.unwrap();
        assert_eq!(received.applied, Applied::Not(why));
        assert_eq!(received.captured, seen.captured);
    }
}

#[test]
fn what_another_account_says_moves_no_attempt_of_ours() {
    let attempt = attempt();
    let payment = PaymentRef::new("p-1");
    let state = PaymentState::Failed;
    let seen = Observation::new(Merchant::live("us"), payment, state, eur(0), now());
    assert!(settle(&seen, Books::new(Some(&attempt), None, None), now()).is_empty());
}

#[test]
fn money_that_comes_after_the_page_has_closed_still_counts() {
    let mut attempt = attempt();
    attempt.state = PaymentState::Expired;
    let order = order();
    let settled = settle(
        &paid(120_00),
        Books::new(Some(&attempt), None, Some(&order)),
        now(),
    );
    assert_eq!(settled.attempt.unwrap().state, PaymentState::Succeeded);
    assert!(settled.arrived);
}

#[test]
fn a_refund_that_came_back_was_not_paid_back() {
    let refund = |state| ObservedRefund::new(RefundRef::new("r-1"), None, eur(20_00), state);
    let done = paid(120_00).refunded(eur(20_00), vec![refund(RefundState::Succeeded)]);
    let (attempt, order) = (attempt(), order());
    let first = settle(&done, Books::new(Some(&attempt), None, Some(&order)), now());
    let first = first.received.unwrap();
    assert_eq!(first.refunded(), eur(20_00));
    let back = paid(120_00).refunded(eur(0), vec![refund(RefundState::Failed)]);
    let books = Books::new(Some(&attempt), Some(&first), Some(&order));
    assert_eq!(
        settle(&back, books, now()).received.unwrap().refunded(),
        eur(0)
    );
}

/// What a provider may say of one payment as time goes by: each later than the one before.
fn life() -> impl Strategy<Value = Vec<Observation>> {
    let refunds = proptest::collection::vec((1_i64..40_00, 0_usize..3), 0..4);
    (0_usize..4, any::<bool>(), refunds, 0_i64..50_00).prop_map(
        |(waits, fails, refunds, disputed)| {
            let mut told = vec![];
            let states = [
                PaymentState::Open,
                PaymentState::ActionRequired,
                PaymentState::Processing,
            ];
            let unpaid = |state| {
                let payment = PaymentRef::new("p-1");
                Observation::new(Merchant::test("us"), payment, state, eur(0), now())
                    .of(Some(Attempt(Uuid::from_u128(7))))
            };
            told.extend(states.into_iter().take(waits).map(unpaid));
            if fails {
                told.push(unpaid(PaymentState::Failed));
            }
            told.push(paid(120_00));
            let mut so_far = vec![];
            for (n, (cents, state)) in refunds.into_iter().enumerate() {
                let states = [
                    RefundState::Pending,
                    RefundState::Succeeded,
                    RefundState::Failed,
                ];
                for state in states.into_iter().take(state + 1) {
                    let name = RefundRef::new(format!("r-{n}"));
                    so_far.retain(|r: &ObservedRefund| r.refund != name);
                    so_far.push(ObservedRefund::new(name, None, eur(cents), state));
                    told.push(paid(120_00).refunded(eur(0), so_far.clone()));
                }
            }
            told.push(
                paid(120_00)
                    .refunded(eur(0), so_far)
                    .disputed(eur(disputed)),
            );
            told
        },
    )
}

/// The books after all of this was heard, in this order.
fn books_of(told: &[Observation]) -> (PaymentAttempt, Option<Received>, usize) {
    let order = order();
    let (mut attempt, mut received, mut arrivals) = (attempt(), None::<Received>, 0);
    for seen in told {
        let books = Books::new(Some(&attempt), received.as_ref(), Some(&order));
        let settled = settle(seen, books, now());
        attempt = settled.attempt.unwrap_or(attempt);
        received = settled.received.or(received);
        arrivals += usize::from(settled.arrived);
    }
    (attempt, received, arrivals)
}

#[test]
fn a_dispute_that_is_won_comes_back_and_an_older_look_does_not_lose_it_again() {
    let day = |n| now() + TimeDelta::days(n);
    let looked = |disputed, on| {
        let mut seen = paid(120_00).disputed(eur(disputed));
        seen.observed_at = on;
        seen
    };
    let told = [
        looked(0, day(0)),
        looked(120_00, day(1)),
        looked(0, day(30)),
        looked(120_00, day(2)),
    ];
    let received = books_of(&told).1.unwrap();
    assert_eq!(received.disputed, eur(0));
    assert_eq!(received.kept(), eur(120_00));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Duplicated, reordered and late: the books end alike.
    #[test]
    fn whatever_order_it_is_told_in_the_books_end_alike(
        (told, heard) in life().prop_flat_map(|told| {
            let heard = proptest::collection::vec(0..told.len(), 0..12);
            let all: Vec<usize> = (0..told.len()).collect();
            let heard = (heard, Just(all)).prop_map(|(more, all)| [all, more].concat());
            (Just(told), heard.prop_shuffle())
        })
    ) {
        let heard: Vec<_> = heard.into_iter().map(|n| told[n].clone()).collect();
        prop_assert_eq!(books_of(&heard), books_of(&told));
    }

    /// Whatever is heard of one payment, its money arrives once.
    #[test]
    fn the_same_money_arrives_once(told in life(), times in 1_usize..4) {
        let heard: Vec<_> = told.iter().flat_map(|seen| vec![seen.clone(); times]).collect();
        prop_assert_eq!(books_of(&heard).2, 1);
    }

    /// What is in the books already adds nothing.
    #[test]
    fn hearing_it_again_writes_nothing(told in life()) {
        let (attempt, received, _) = books_of(&told);
        let order = order();
        for seen in &told {
            let books = Books::new(Some(&attempt), received.as_ref(), Some(&order));
            prop_assert!(settle(seen, books, now()).is_empty());
        }
    }
}
