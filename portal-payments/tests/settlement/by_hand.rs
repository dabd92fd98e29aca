//! Bank transfer: the payer is told how, staff write down what came.
use std::{ops::Deref, sync::Arc};

use portal_core::{
    Clock as _, Error, Money, Settings,
    effect::StaffTask,
    order::OrderAction,
    payment::{
        Applied, Attempt, Merchant, NextStep, PaymentLimits, PaymentStanding, Received, SessionRef,
        Unapplied,
    },
    staff::StaffRole,
};
use portal_payments::manual::{Manual, Receipt};
use portal_testkit::{StoppedClock, facts::*};

use crate::scene::{AtSim, Scene, codes};

struct ByHand {
    manual: Manual,
    scene: Scene,
}

impl ByHand {
    fn new() -> Self {
        let clock = StoppedClock::default();
        let merchant = Merchant::live("giro");
        let manual = Manual::new(merchant, PaymentLimits::none(), "Pay to DE02 1203");
        let mut settings = Settings::default();
        settings.orders.instructions_are_enough = true;
        let scene = Scene::set(Arc::new(manual.clone()), &clock, settings);
        Self { manual, scene }
    }

    /// Ana asks how to pay.
    async fn told(&self, number: u128) -> (Attempt, String) {
        let step = self.press(number).await.unwrap();
        let PaymentStanding::Open(NextStep::Instructions { text, reference }) =
            step.payment.standing
        else {
            panic!("{step:?}")
        };
        assert_eq!(text, "Pay to DE02 1203");
        (step.payment.attempt, reference)
    }

    async fn came(&self, attempt: Attempt, amount: Money, entry: &str) -> Result<Received, Error> {
        let receipt = Receipt::new(attempt, amount, entry, self.clock.now());
        let seen = self.manual.received(&receipt);
        self.admin().money_came("manual", &seen).await
    }
}

impl Deref for ByHand {
    type Target = Scene;

    fn deref(&self) -> &Scene {
        &self.scene
    }
}

#[tokio::test]
async fn the_payer_is_told_how_and_the_order_is_not_locked_by_it() {
    let at = ByHand::new();
    let (attempt, reference) = at.told(1).await;
    assert_eq!(at.order().await.payment, None);
    assert_eq!(at.waiting().await, 0, "there is nobody to ask");
    let again = at.press(1).await.unwrap();
    assert!(again.again);
    assert_eq!(again.payment.attempt, attempt);
    let other_tab = at.told(2).await;
    assert_eq!(other_tab, (attempt, reference));
}

#[tokio::test]
async fn what_staff_write_down_pays_for_the_order() {
    let at = ByHand::new();
    let (attempt, _) = at.told(1).await;
    at.clock.advance(days(3));
    let received = at.came(attempt, eur(120_00), "2027-03-11/7").await.unwrap();
    assert!(matches!(received.applied, Applied::To(_)));
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    let view = at.seen().await;
    assert_eq!(view.standing, PaymentStanding::Paid);
    assert_eq!(view.paid_with.as_deref(), Some("Bank transfer"));
}

#[tokio::test]
async fn the_same_entry_written_down_twice_counts_once() {
    let at = ByHand::new();
    let (attempt, _) = at.told(1).await;
    for _ in 0..2 {
        at.came(attempt, eur(120_00), "entry-7").await.unwrap();
    }
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert!(at.unapplied().await.is_empty());
}

#[tokio::test]
async fn a_second_entry_for_a_paid_order_is_kept_for_staff_to_decide() {
    let at = ByHand::new();
    let (attempt, _) = at.told(1).await;
    at.came(attempt, eur(120_00), "entry-7").await.unwrap();
    let second = at.came(attempt, eur(120_00), "entry-8").await.unwrap();
    assert_eq!(second.applied, Applied::Not(Unapplied::NothingDue));
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert_eq!(at.tasks().await, [StaffTask::UnappliedMoney]);
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
}

#[tokio::test]
async fn another_amount_than_was_due_is_kept_for_staff_to_decide() {
    let at = ByHand::new();
    let (attempt, _) = at.told(1).await;
    let received = at.came(attempt, eur(100_00), "entry-7").await.unwrap();
    assert_eq!(received.applied, Applied::Not(Unapplied::OtherAmount));
    assert_eq!(at.order().await.balance.paid(), eur(0));
    assert_eq!(at.seen().await.standing, PaymentStanding::Checking);
    assert_eq!(at.tasks().await, [StaffTask::UnappliedMoney]);
}

/// The payer sent too little, and then all of it: the second entry pays, and they read so.
#[tokio::test]
async fn the_entry_that_pays_is_the_one_the_payer_reads_of() {
    let at = ByHand::new();
    let (attempt, _) = at.told(1).await;
    at.came(attempt, eur(100_00), "entry-7").await.unwrap();
    at.came(attempt, eur(120_00), "entry-8").await.unwrap();
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.unapplied().await.len(), 1);
}

#[tokio::test]
async fn a_transfer_for_what_was_due_before_the_order_changed_is_kept() {
    let at = ByHand::new();
    let (first, _) = at.told(1).await;
    at.edit(|details| details.order = details.order.clone().costing(eur(150_00)))
        .await;
    let (second, _) = at.told(2).await;
    assert_ne!(first, second);
    let late = at.came(first, eur(120_00), "entry-7").await.unwrap();
    assert!(
        matches!(late.applied, Applied::To(_)),
        "a part of it is paid"
    );
    assert_eq!(at.order().await.balance.due(), eur(30_00));
    let too_much = at.came(second, eur(150_00), "entry-8").await.unwrap();
    assert_eq!(too_much.applied, Applied::Not(Unapplied::NothingDue));
}

#[tokio::test]
async fn staff_find_the_payment_by_the_reference_the_payer_named() {
    let at = ByHand::new();
    let (attempt, reference) = at.told(1).await;
    let compact: String = reference.chars().filter(|c| c.is_alphanumeric()).collect();
    let named = SessionRef::new(compact);
    let found = at.admin().payment_named("manual", &named).await.unwrap();
    assert_eq!(found.attempt, attempt);
    let unknown = SessionRef::new("NOBODY");
    let missed = at.admin().payment_named("manual", &unknown).await;
    assert!(matches!(missed, Err(Error::NotFound)));
}

/// 000-20
#[tokio::test]
async fn instructions_alone_are_no_card_payment_unless_the_host_says_so() {
    let clock = StoppedClock::default();
    let merchant = Merchant::live("giro");
    let manual = Manual::new(merchant, PaymentLimits::none(), "Pay to DE02 1203");
    let at = Scene::of(Arc::new(manual), &clock);
    assert_eq!(
        codes(at.press(1).await),
        ["order.card-payments-not-accepted"]
    );
    let page = at
        .desk("ana")
        .pay_page(&portal_core::Id::new("o1"))
        .await
        .unwrap();
    assert!(!page.order.verdict(OrderAction::Pay).unwrap().is_open());
}

#[tokio::test]
async fn what_a_provider_says_itself_is_not_written_down_by_hand() {
    let at = AtSim::new();
    at.paid_there(1).await;
    let attempt = at.attempts().await.remove(0);
    let manual = Manual::new(attempt.merchant, PaymentLimits::none(), "");
    let receipt = Receipt::new(attempt.attempt, eur(120_00), "x", at.clock.now());
    let forged = manual.received(&receipt);
    let refused = at.admin().money_came("sim", &forged).await;
    assert_eq!(codes(refused), ["payment.not-by-hand"]);
}

#[tokio::test]
async fn only_an_admin_writes_down_money() {
    let at = ByHand::new();
    let (attempt, _) = at.told(1).await;
    let receipt = Receipt::new(attempt, eur(120_00), "entry-7", at.clock.now());
    let seen = at.manual.received(&receipt);
    let support = at.staff(StaffRole::Support);
    let refused = support.money_came("manual", &seen).await;
    assert_eq!(codes(refused), ["account.not-your-role"]);
    assert_eq!(at.order().await.balance.paid(), eur(0));
}
