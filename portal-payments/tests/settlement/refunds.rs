//! Paying back: never more than came, never twice, and staff hear what became of it.
use portal_core::{
    Done, Error, Id, Money,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    effect::{MailKind, StaffTask},
    payment::{AskedState, Received, RefundPayment, RefundReason, RefundState, SettleRefund},
    staff::StaffRole,
};
use portal_testkit::facts::*;

use crate::{
    odd::Odd,
    scene::{AtSim, AtStripe, Scene, codes},
};

fn form(number: u128, received: &Received, amount: Money) -> RefundPayment {
    let why = RefundReason::RequestedByCustomer;
    RefundPayment::new(command(number), received.id(), amount, why)
}

impl Scene {
    async fn refund(&self, number: u128, amount: Money) -> Result<Done, Error> {
        let received = self.received().await.remove(0);
        self.admin().submit(&form(number, &received, amount)).await
    }

    async fn one(&self) -> Received {
        self.received().await.remove(0)
    }

    /// 50 EUR are paid back, and nobody hears so. The next try is due.
    async fn refund_with_a_lost_answer(&self, odd: &Odd) {
        let session = self.opened(1).await;
        assert!(odd.sim.pay(&session));
        self.after(minutes(2)).await;
        self.refund(10, eur(50_00)).await.unwrap();
        odd.sim.lose_the_reply();
        self.work().await;
        odd.sim.lose_the_webhooks();
        assert_eq!(odd.refunds_heard(), 1);
        self.clock.advance(minutes(5));
    }
}

impl AtSim {
    async fn paid() -> Self {
        let at = Self::new();
        at.paid_there(1).await;
        at.hears().await;
        at
    }
}

#[tokio::test]
async fn what_staff_pay_back_is_told_to_the_order_and_to_the_payer() {
    let at = AtSim::paid().await;
    at.refund(10, eur(50_00)).await.unwrap();
    assert_eq!(at.one().await.left(), eur(70_00), "reserved at once");
    at.work().await;
    let received = at.one().await;
    assert_eq!(received.refunded(), eur(50_00));
    assert_eq!(received.asked[0].state, AskedState::Taken);
    assert_eq!(at.order().await.balance.paid(), eur(70_00));
    let mails = at.mails().await;
    assert!(mails.contains(&MailKind::RefundNotice), "{mails:?}");
    assert!(at.tasks().await.is_empty());
}

#[tokio::test]
async fn parts_are_paid_back_until_it_is_all_gone() {
    let at = AtSim::paid().await;
    for (number, cents) in [(10, 50_00), (11, 30_00), (12, 40_00)] {
        at.refund(number, eur(cents)).await.unwrap();
        at.work().await;
    }
    assert_eq!(at.one().await.left(), eur(0));
    assert_eq!(at.order().await.balance.paid(), eur(0));
    assert_eq!(
        codes(at.refund(13, eur(1)).await),
        ["payment.more-than-is-left"]
    );
}

#[tokio::test]
async fn more_than_came_is_never_paid_back_whatever_still_waits() {
    let at = AtSim::paid().await;
    at.refund(10, eur(80_00)).await.unwrap();
    let refused = at.refund(11, eur(50_00)).await;
    assert_eq!(codes(refused), ["payment.more-than-is-left"]);
    for nonsense in [eur(0), eur(-1), eur(120_01), money(10_00, "USD")] {
        let refused = at.refund(12, nonsense).await;
        assert_eq!(codes(refused), ["payment.more-than-is-left"]);
    }
}

/// Both members of staff saw 120 EUR: the second form is decided anew on what the first left.
#[tokio::test]
async fn of_two_at_once_the_second_counts_what_the_first_took() {
    let at = AtSim::paid().await;
    let received = at.one().await;
    let (first, second) = (
        form(10, &received, eur(80_00)),
        form(11, &received, eur(80_00)),
    );
    let (portal, other) = (at.portal.clone(), at.admin());
    let handle = tokio::runtime::Handle::current();
    at.store.before_the_next_commit(move || {
        let staff = portal_core::staff::Staff::new("kim", StaffRole::Admin);
        let desk = portal.staff(staff);
        let other =
            std::thread::spawn(move || handle.block_on(async { desk.submit(&first).await }));
        other.join().unwrap().unwrap();
    });
    let refused = other.submit(&second).await;
    assert_eq!(codes(refused), ["payment.more-than-is-left"]);
    at.work().await;
    assert_eq!(at.one().await.refunded(), eur(80_00));
}

#[tokio::test]
async fn the_same_form_twice_pays_back_once() {
    let at = AtSim::paid().await;
    at.refund(10, eur(50_00)).await.unwrap();
    at.work().await;
    let again = at.refund(10, eur(50_00)).await.unwrap();
    assert!(again.replayed);
    at.work().await;
    assert_eq!(at.one().await.refunded(), eur(50_00));
}

#[tokio::test]
async fn a_refund_the_provider_declined_frees_what_was_reserved_and_staff_hear_of_it() {
    let at = AtSim::paid().await;
    at.sim.refuse_refunds(true);
    at.refund(10, eur(50_00)).await.unwrap();
    assert_eq!(at.tasks().await, [StaffTask::RefundFailed]);
    let received = at.one().await;
    assert!(matches!(
        received.asked[0].state,
        AskedState::Refused { .. }
    ));
    assert_eq!(received.left(), eur(120_00));
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_asked_for_again_and_paid_once() {
    let at = AtSim::paid().await;
    at.refund(10, eur(50_00)).await.unwrap();
    at.sim.lose_the_reply();
    at.after(hours(1)).await;
    let received = at.one().await;
    assert_eq!(received.refunds.len(), 1);
    assert_eq!(received.refunded(), eur(50_00));
    assert_eq!(received.asked[0].state, AskedState::Taken);
}

#[tokio::test]
async fn at_stripe_the_repeat_has_the_same_key_and_the_same_bytes() {
    let at = AtStripe::new();
    at.paid().await;
    at.refund(10, eur(50_00)).await.unwrap();
    at.wire.lose_the_answer();
    at.after(hours(1)).await;
    let heard = at.fake.heard();
    let asked: Vec<_> = heard
        .iter()
        .filter(|heard| heard.path == "/v1/refunds" && !heard.form.is_empty())
        .map(|heard| (&heard.key, &heard.body))
        .collect();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0], asked[1]);
    assert_eq!(at.fake.objects("refund").len(), 1);
    assert_eq!(at.one().await.refunded(), eur(50_00));
}

/// The answer was lost and the provider stayed away for a day: by then it may have forgotten the key, so only looking is safe.
#[tokio::test]
async fn after_the_window_a_refund_is_only_looked_for() {
    let at = AtStripe::new();
    at.paid().await;
    at.refund(10, eur(50_00)).await.unwrap();
    at.wire.lose_the_answer();
    at.work().await;
    assert_eq!(at.asked_to_pay_back(), 1);
    at.clock.advance(days(1));
    at.work().await;
    assert_eq!(at.asked_to_pay_back(), 1, "never sent twice");
    let received = at.one().await;
    assert_eq!(received.refunded(), eur(50_00), "and found");
    assert_eq!(received.asked[0].state, AskedState::Taken);
    assert_eq!(at.order().await.balance.paid(), eur(70_00));
}

/// Whoever sends it sleeps between its look at the clock and its call: by then the provider may have forgotten the key.
#[tokio::test]
async fn who_slept_before_the_call_sends_no_repeat_after_the_window() {
    let (at, odd) = Odd::forgetful();
    at.refund_with_a_lost_answer(&odd).await;
    let clock = at.clock.clone();
    at.store
        .before_the_next_commit(move || clock.advance(days(1)));
    at.work().await;
    assert_eq!(odd.refunds_heard(), 1, "never sent after the window");
    at.after(hours(2)).await;
    assert_eq!(odd.refunds_heard(), 1);
    let received = at.one().await;
    assert_eq!(received.refunded(), eur(50_00), "and found");
    assert_eq!(received.asked[0].state, AskedState::Taken);
}

/// The same, where the connection takes that long.
#[tokio::test]
async fn a_slow_call_goes_no_further_after_the_window() {
    let (at, odd) = Odd::forgetful();
    at.refund_with_a_lost_answer(&odd).await;
    let clock = at.clock.clone();
    odd.during_the_next_refund(move || {
        clock.advance(days(1));
        None
    });
    at.work().await;
    assert_eq!(odd.refunds_heard(), 1, "never sent after the window");
    at.after(hours(2)).await;
    assert_eq!(odd.refunds_heard(), 1);
    assert_eq!(at.one().await.asked[0].state, AskedState::Taken);
}

/// Nothing was sent, so nobody has to look for it: it is sent once somebody is awake.
#[tokio::test]
async fn who_slept_before_the_first_call_sends_it_later() {
    let (at, odd) = Odd::forgetful();
    let session = at.opened(1).await;
    assert!(odd.sim.pay(&session));
    at.after(minutes(2)).await;
    at.refund(10, eur(50_00)).await.unwrap();
    let clock = at.clock.clone();
    at.store
        .before_the_next_commit(move || clock.advance(days(2)));
    at.portal.dispatcher().run_once().await.unwrap();
    assert_eq!(odd.refunds_heard(), 0);
    at.after(hours(1)).await;
    assert_eq!(odd.refunds_heard(), 1);
    assert_eq!(at.one().await.refunded(), eur(50_00));
    assert_eq!(at.tasks().await, []);
}

/// The provider has it, and the bank takes its time: nobody posts how it ended.
#[tokio::test]
async fn a_refund_under_way_is_watched_until_it_ends() {
    let at = AtStripe::new();
    at.paid().await;
    at.fake.refunds_take_days();
    at.refund(10, eur(50_00)).await.unwrap();
    at.work().await;
    assert_eq!(at.one().await.refunds[0].state, RefundState::Pending);
    at.after(days(1)).await;
    assert_eq!(at.one().await.refunded(), eur(0), "the bank has not said");
    let refund = at.fake.objects("refund").remove(0);
    at.fake.fail_refund(refund["id"].as_str().unwrap());
    drop(at.fake.webhooks());
    at.after(days(2)).await;
    assert_eq!(at.one().await.refunds[0].state, RefundState::Failed);
    assert_eq!(at.tasks().await, [StaffTask::RefundFailed]);
    assert_eq!(at.waiting().await, 0);
}

#[tokio::test]
async fn a_refund_that_never_ends_is_given_up_where_staff_see_it() {
    let at = AtStripe::new();
    at.paid().await;
    at.fake.refunds_take_days();
    at.refund(10, eur(50_00)).await.unwrap();
    for _ in 0..40 {
        at.work().await;
        at.clock.advance(days(1));
    }
    assert_eq!(at.waiting().await, 0);
    assert_eq!(at.given_up().await, ["the refund is under way"]);
}

/// It never arrived, as far as anybody can see: staff are told to ask, and what was asked for stays reserved.
#[tokio::test]
async fn a_refund_nobody_knows_of_after_the_window_is_for_staff_to_ask_about() {
    let at = AtStripe::new();
    at.paid().await;
    at.refund(10, eur(50_00)).await.unwrap();
    at.wire.lose_the_refund();
    at.work().await;
    at.clock.advance(days(1));
    at.work().await;
    assert_eq!(at.asked_to_pay_back(), 0);
    let given_up = at.given_up().await;
    assert_eq!(given_up.len(), 1, "{given_up:?}");
    assert!(given_up[0].contains("ask the provider"), "{given_up:?}");
    assert_eq!(at.one().await.left(), eur(70_00));
}

/// The provider does not list it, and staff know that it was paid back: it is not there to be paid back again.
#[tokio::test]
async fn what_staff_say_was_paid_back_cannot_be_paid_back_again() {
    let at = AtStripe::new();
    at.paid().await;
    at.refund(10, eur(100_00)).await.unwrap();
    at.wire.lose_the_refund();
    at.work().await;
    at.clock.advance(days(1));
    at.work().await;
    let received = at.one().await;
    let told = SettleRefund::new(command(11), received.id(), received.asked[0].refund, true);
    at.admin().submit(&told).await.unwrap();
    let refused = at.refund(12, eur(100_00)).await;
    assert_eq!(codes(refused), ["payment.more-than-is-left"]);
}

/// The first try was done and its answer lost; the second was turned away at the door. That says nothing about the first.
#[tokio::test]
async fn a_refusal_of_the_repeat_does_not_undo_the_first_try() {
    let at = AtStripe::new();
    at.paid().await;
    at.refund(10, eur(100_00)).await.unwrap();
    at.wire.lose_the_answer();
    at.work().await;
    at.fake.answer_html_next(401);
    at.clock.advance(minutes(5));
    at.work().await;
    let refused = at.refund(11, eur(100_00)).await;
    assert_eq!(codes(refused), ["payment.more-than-is-left"]);
    let received = at.one().await;
    assert_eq!(received.refunded(), eur(100_00), "it was found");
    assert_eq!(received.asked[0].state, AskedState::Taken);
}

/// The first try is turned away at the door, after another has sent the same refund: nothing is refused, and staff are not told that it was.
#[tokio::test]
async fn a_refusal_that_was_overtaken_worries_nobody() {
    let (at, odd) = Odd::forgetful();
    let session = at.opened(1).await;
    assert!(odd.sim.pay(&session));
    at.after(minutes(2)).await;
    at.refund(10, eur(50_00)).await.unwrap();
    let (portal, clock, sim) = (at.portal.clone(), at.clock.clone(), odd.sim.clone());
    let handle = tokio::runtime::Handle::current();
    odd.during_the_next_refund(move || {
        clock.advance(hours(1));
        sim.lose_the_reply();
        let other = async move { portal.dispatcher().run_once().await };
        let other = std::thread::spawn(move || handle.block_on(other));
        other.join().unwrap().unwrap();
        Some(AdapterError::new(
            AdapterErrorKind::Unauthorized,
            Disposition::Rejected,
            "odd",
            "refund",
            "who are you",
        ))
    });
    assert_eq!(at.tasks().await, []);
    at.after(hours(1)).await;
    let received = at.one().await;
    assert_eq!(received.refunded(), eur(50_00));
    assert_eq!(received.asked[0].state, AskedState::Taken);
    assert_eq!(at.tasks().await, []);
}

/// The process ends right after the provider's answer: the repeat finds the books as they were, and they end the same.
#[tokio::test]
async fn a_crash_after_the_providers_answer_loses_no_refund() {
    for commits_before_the_crash in 1..=4 {
        let at = AtSim::paid().await;
        at.refund(10, eur(100_00)).await.unwrap();
        fail_the_nth_commit(&at, commits_before_the_crash);
        at.portal.dispatcher().run_once().await.ok();
        at.sim.lose_the_webhooks();
        let left = at.one().await.left();
        assert_eq!(left, eur(20_00), "crash after {commits_before_the_crash}");
        at.after(hours(1)).await;
        let received = at.one().await;
        assert_eq!(received.refunded(), eur(100_00));
        assert_eq!(received.left(), eur(20_00));
        assert_eq!(received.asked[0].state, AskedState::Taken);
        assert_eq!(at.order().await.balance.paid(), eur(20_00));
    }
}

fn fail_the_nth_commit(at: &AtSim, nth: u32) {
    let store = at.store.clone();
    at.store
        .before_the_next_commit(move || armed(&store, nth - 1));
}

fn armed(store: &portal_testkit::FlakyStore, nth: u32) {
    if nth == 0 {
        return store.fail_the_next_commit();
    }
    let later = store.clone();
    store.before_the_next_commit(move || armed(&later, nth - 1));
}

#[tokio::test]
async fn a_refund_that_came_back_counts_as_money_that_is_here() {
    let at = AtStripe::new();
    at.paid().await;
    at.refund(10, eur(50_00)).await.unwrap();
    at.work().await;
    assert_eq!(at.order().await.balance.paid(), eur(70_00));
    let refund = at.fake.objects("refund").remove(0);
    at.fake.fail_refund(refund["id"].as_str().unwrap());
    at.hears().await;
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert_eq!(at.tasks().await, [StaffTask::RefundFailed]);
    assert_eq!(at.one().await.left(), eur(120_00));
}

#[tokio::test]
async fn a_provider_that_pays_back_all_or_nothing_is_asked_for_all() {
    let (at, odd) = Odd::all_or_nothing();
    let session = at.opened(1).await;
    assert!(odd.sim.pay(&session));
    at.after(minutes(2)).await;
    let refused = at.refund(10, eur(50_00)).await;
    assert_eq!(codes(refused), ["payment.all-or-nothing"]);
    at.refund(11, eur(120_00)).await.unwrap();
    at.work().await;
    assert_eq!(at.order().await.balance.paid(), eur(0));
}

#[tokio::test]
async fn a_payment_nobody_wrote_down_is_not_found() {
    let at = AtSim::paid().await;
    let why = RefundReason::Other;
    let unknown = RefundPayment::new(command(10), Id::new("nothing"), eur(1), why);
    let refused = at.admin().submit(&unknown).await;
    assert!(matches!(refused, Err(Error::NotFound)));
}

/// The answer to a refund says nothing about disputes, so it takes none back.
#[tokio::test]
async fn a_refund_beside_a_dispute_leaves_the_dispute_as_it_is() {
    let at = AtSim::paid().await;
    let payment = at.one().await.payment;
    at.sim.dispute(&payment, eur(50_00));
    at.hears().await;
    at.clock.advance(minutes(1));
    at.refund(10, eur(20_00)).await.unwrap();
    at.work().await;
    assert_eq!(at.one().await.disputed, eur(50_00));
    assert_eq!(at.order().await.balance.paid(), eur(50_00));
}
