//! The same at Helcim, which differs: a frame that may decline and go on, transactions instead of payments, refunds that nobody names.
use std::sync::Arc;

use portal_core::{
    Id,
    effect::StaffTask,
    payment::{
        Applied, AskedState, Merchant, NextStep, PayOrder, PaymentStanding, Received,
        RefundPayment, RefundReason, SettleRefund, Unapplied,
    },
};
use portal_payments::helcim::{Country, Helcim, HelcimConfig};
use portal_testkit::{
    StoppedClock,
    facts::*,
    helcim::{FakeHelcim, Fault, TOKEN, VERIFIER},
};

use crate::scene::Scene;

const VISA: &str = "4242424242";

struct AtHelcim {
    fake: FakeHelcim,
    scene: Scene,
}

impl AtHelcim {
    async fn new() -> Self {
        let clock = StoppedClock::default();
        let fake = FakeHelcim::new(&clock);
        let own_ip = "192.0.2.1".parse().unwrap();
        let merchant = Merchant::test("acme");
        let config = HelcimConfig::new(merchant, Country::Canada, TOKEN.into(), own_ip)
            .verified_by(&VERIFIER.into())
            .unwrap();
        let helcim = Helcim::new(config, Arc::new(fake.clone()), Arc::new(clock.clone()));
        let scene = Scene::of(Arc::new(helcim.unwrap()), &clock);
        let cad = money(120_00, "CAD");
        scene
            .edit(|details| *details = order("o1").costing(cad).details())
            .await;
        Self { fake, scene }
    }

    /// Ana presses, and has the frame before her: its token.
    async fn frame(&self, number: u128) -> String {
        let payer_ip = "198.51.100.7".parse().ok();
        let form: PayOrder = self.scene.form(number).await.from(payer_ip);
        let step = self.scene.desk("ana").pay(&form).await.unwrap();
        match step.payment.standing {
            PaymentStanding::Open(NextStep::Embedded { token, .. }) => token,
            other => panic!("{other:?}"),
        }
    }

    async fn hears(&self) {
        for raw in self.fake.webhooks() {
            assert_eq!(self.scene.post(&raw).await, 200);
            self.scene.work().await;
        }
    }

    async fn paid(&self) -> Received {
        let token = self.frame(1).await;
        self.fake.pay_in_frame(&token, VISA).unwrap();
        self.hears().await;
        self.scene.received().await.remove(0)
    }

    async fn refund(&self, number: u128, cents: i64) {
        let received = self.scene.received().await.remove(0).id();
        let why = RefundReason::RequestedByCustomer;
        let amount = money(cents, "CAD");
        let form = RefundPayment::new(command(number), received, amount, why);
        self.scene.admin().submit(&form).await.unwrap();
    }
}

/// 000-51
#[tokio::test]
async fn what_is_paid_in_the_frame_pays_for_the_order() {
    let at = AtHelcim::new().await;
    let received = at.paid().await;
    assert_eq!(received.applied, Applied::To(Id::new("o1")));
    assert_eq!(at.scene.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.scene.order().await.balance.due(), money(0, "CAD"));
}

/// The frame is still there after a decline, and what it takes then is another transaction.
#[tokio::test]
async fn who_is_declined_in_the_frame_and_tries_again_reads_that_it_is_paid() {
    let at = AtHelcim::new().await;
    let token = at.frame(1).await;
    at.fake.decline_next("EXPIRED CARD");
    at.fake.pay_in_frame(&token, VISA).unwrap();
    at.hears().await;
    assert_eq!(at.frame(2).await, token, "no second frame beside it");
    at.fake.pay_in_frame(&token, VISA).unwrap();
    at.hears().await;
    assert_eq!(at.scene.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.fake.payments(), 1);
}

#[tokio::test]
async fn a_frame_that_charged_twice_is_for_staff_to_decide() {
    let at = AtHelcim::new().await;
    let first = at.paid().await;
    let number = first.payment.as_str().parse().unwrap();
    let second = at.fake.charge_again(number);
    assert_eq!(at.scene.post(&at.fake.webhook(second)).await, 200);
    assert_eq!(at.scene.tasks().await, [StaffTask::UnappliedMoney]);
    let kept = at.scene.unapplied().await;
    assert_eq!(kept[0].applied, Applied::Not(Unapplied::NothingDue));
    assert_eq!(at.scene.order().await.balance.paid(), money(120_00, "CAD"));
    assert_eq!(at.scene.seen().await.standing, PaymentStanding::Paid);
}

/// Helcim answers a reversal with the transaction it is, and does not say whose it was when it is asked again.
#[tokio::test]
async fn a_refund_is_counted_once_though_helcim_does_not_name_it() {
    let at = AtHelcim::new().await;
    at.paid().await;
    at.fake.close_batch();
    at.refund(10, 50_00).await;
    at.scene.work().await;
    let attempt = at.scene.attempts().await[0].attempt;
    at.scene.admin().check_payment(attempt).await.unwrap();
    let received = at.scene.received().await.remove(0);
    assert_eq!(received.refunds.len(), 1);
    assert!(received.refunds[0].ours.is_some());
    assert_eq!(received.left(), money(70_00, "CAD"));
    assert_eq!(at.scene.order().await.balance.paid(), money(70_00, "CAD"));
}

/// Somebody looked before the repeat had its answer: what was seen then without a name gets it now.
#[tokio::test]
async fn a_refund_seen_before_its_answer_is_ours_once_the_answer_comes() {
    let at = AtHelcim::new().await;
    at.paid().await;
    at.fake.close_batch();
    at.refund(10, 50_00).await;
    at.fake.fail_next(Fault::LoseTheReply);
    at.scene.work().await;
    let attempt = at.scene.attempts().await[0].attempt;
    at.scene.admin().check_payment(attempt).await.unwrap();
    let received = at.scene.received().await.remove(0);
    assert_eq!(
        received.left(),
        money(20_00, "CAD"),
        "to be on the safe side"
    );
    at.scene.clock.advance(minutes(1));
    at.scene.work().await;
    let received = at.scene.received().await.remove(0);
    assert_eq!(received.refunds.len(), 1);
    assert_eq!(received.asked[0].state, AskedState::Taken);
    assert_eq!(received.left(), money(70_00, "CAD"));
    assert_eq!(at.fake.balance(), 70_00);
}

/// Helcim forgets a key after five minutes: from then on the portal only looks, and staff ask.
#[tokio::test]
async fn a_refund_whose_answer_is_lost_for_long_is_not_sent_again() {
    let at = AtHelcim::new().await;
    at.paid().await;
    at.fake.close_batch();
    at.refund(10, 50_00).await;
    at.fake.fail_next(Fault::LoseTheReply);
    at.scene.work().await;
    at.scene.clock.advance(minutes(5));
    at.scene.work().await;
    assert_eq!(at.fake.balance(), 70_00, "paid back once");
    assert_eq!(at.scene.given_up().await.len(), 1);
    assert_eq!(at.scene.order().await.balance.paid(), money(70_00, "CAD"));

    let received = at.scene.received().await.remove(0);
    assert_eq!(
        received.left(),
        money(20_00, "CAD"),
        "to be on the safe side"
    );
    let refund = received.asked[0].refund;
    let told = SettleRefund::new(command(11), received.id(), refund, true);
    at.scene.admin().submit(&told).await.unwrap();
    let received = at.scene.received().await.remove(0);
    assert_eq!(
        received.left(),
        money(70_00, "CAD"),
        "staff said which it is"
    );
}

#[tokio::test]
async fn what_helcim_will_not_pay_back_today_is_free_to_be_asked_for_tomorrow() {
    let at = AtHelcim::new().await;
    at.paid().await;
    at.refund(10, 50_00).await;
    assert_eq!(at.scene.tasks().await, [StaffTask::RefundFailed]);
    let received = at.scene.received().await.remove(0);
    assert_eq!(received.left(), money(120_00, "CAD"));
    at.fake.close_batch();
    at.refund(11, 50_00).await;
    at.scene.work().await;
    assert_eq!(at.fake.balance(), 70_00);
}
