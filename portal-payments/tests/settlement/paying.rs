//! From the page to the receipt.
use portal_core::{
    Error, Id,
    effect::MailKind,
    order::OrderAction,
    payment::{DeclineReason, PayStyle, PaymentStanding, PaymentState},
};
use portal_testkit::facts::*;

use crate::scene::{AtSim, AtStripe, codes};

/// 000-47, 000-50
#[tokio::test]
async fn the_pay_page_shows_what_is_due_and_charges_nothing() {
    let at = AtSim::new();
    let page = at.desk("ana").pay_page(&Id::new("o1")).await.unwrap();
    assert_eq!(page.due, eur(120_00));
    let verdict = page.order.verdict(OrderAction::Pay).unwrap();
    assert!(verdict.is_open());
    assert_eq!(page.ways.len(), 1);
    assert_eq!(page.ways[0].provider, "sim");
    assert_eq!(page.ways[0].style, PayStyle::Redirect);
    assert_eq!(page.under_way, None);
    assert!(at.attempts().await.is_empty());
}

/// 000-18, 000-51, 003-02
#[tokio::test]
async fn who_presses_comes_to_a_page_for_exactly_what_is_due_and_pays() {
    let at = AtSim::new();
    let session = at.paid_there(1).await;
    let view = at.returns(&session).await;
    assert_eq!(view.standing, PaymentStanding::Paid);
    assert_eq!(view.amount, eur(120_00));
    assert_eq!(view.paid_with.as_deref(), Some("Visa 4242"));
    let order = at.order().await;
    assert_eq!(order.balance.paid(), eur(120_00));
    assert_eq!(order.payment, None);
    assert_eq!(at.mails().await, [MailKind::PaymentReceipt]);
    assert!(at.unapplied().await.is_empty());
}

/// 000-51
#[tokio::test]
async fn at_stripe_it_goes_the_same_way() {
    let at = AtStripe::new();
    let received = at.paid().await;
    assert_eq!(received.captured, eur(120_00));
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
}

/// 000-19, 002-20
#[tokio::test]
async fn an_order_that_is_paid_is_not_paid_again() {
    let at = AtSim::new();
    let session = at.paid_there(1).await;
    at.returns(&session).await;
    assert_eq!(codes(at.press(2).await), ["order.nothing-to-pay"]);
}

/// 000-21
#[tokio::test]
async fn somebody_who_takes_part_cannot_pay_and_is_told_who_can() {
    let at = AtSim::new();
    let form = at.form(1).await;
    let refused = at.desk("ben").pay(&form).await;
    assert_eq!(codes(refused), ["order.not-billing-contact"]);
    assert!(at.attempts().await.is_empty());
}

#[tokio::test]
async fn the_return_page_may_be_visited_never_once_or_often() {
    let never = AtSim::new();
    never.paid_there(1).await;
    never.sim.lose_the_webhooks();
    never.after(minutes(10)).await;
    let often = AtSim::new();
    let session = often.paid_there(1).await;
    for _ in 0..3 {
        let view = often.returns(&session).await;
        assert_eq!(view.standing, PaymentStanding::Paid);
    }
    for at in [never, often] {
        assert_eq!(at.order().await.balance.paid(), eur(120_00));
        assert_eq!(at.received().await.len(), 1);
    }
}

#[tokio::test]
async fn a_return_before_the_payer_paid_says_that_the_page_is_open() {
    let at = AtSim::new();
    let session = at.opened(1).await;
    let view = at.returns(&session).await;
    assert!(matches!(view.standing, PaymentStanding::Open(_)));
}

#[tokio::test]
async fn a_second_press_leads_to_the_same_page() {
    let at = AtSim::new();
    let form = at.form(1).await;
    let first = at.desk("ana").pay(&form).await.unwrap();
    let same_form = at.desk("ana").pay(&form).await.unwrap();
    let other_tab = at.press(2).await.unwrap();
    assert!(!first.again && same_form.again && other_tab.again);
    assert_eq!(same_form.payment, first.payment);
    assert_eq!(other_tab.payment, first.payment);
    assert_eq!(at.attempts().await.len(), 1);
}

#[tokio::test]
async fn the_page_shows_the_payment_that_is_under_way_to_its_payer() {
    let at = AtSim::new();
    at.opened(1).await;
    let page = at.desk("ana").pay_page(&Id::new("o1")).await.unwrap();
    let under_way = page.under_way.unwrap();
    assert!(matches!(under_way.standing, PaymentStanding::Open(_)));
    let verdict = page.order.verdict(OrderAction::Pay).unwrap();
    assert!(verdict.is_open(), "she can go on there");
}

#[tokio::test]
async fn where_the_amount_changed_the_first_page_closes_before_another_opens() {
    let at = AtSim::new();
    let first = at.opened(1).await;
    at.edit(|details| details.order = details.order.clone().costing(eur(150_00)))
        .await;
    let second = at.opened(2).await;
    assert_ne!(first, second);
    assert!(!at.sim.pay(&first), "it is closed");
    assert!(at.sim.pay(&second));
    at.returns(&second).await;
    assert_eq!(at.order().await.balance.paid(), eur(150_00));
    let states: Vec<_> = at.attempts().await.iter().map(|a| a.state).collect();
    assert!(states.contains(&PaymentState::Cancelled) && states.contains(&PaymentState::Succeeded));
}

/// Who paid in the first tab while the second asked for another page has paid.
#[tokio::test]
async fn a_page_that_was_paid_before_it_closed_counts_and_no_other_opens() {
    let at = AtSim::new();
    at.paid_there(1).await;
    at.edit(|details| details.order = details.order.clone().costing(eur(150_00)))
        .await;
    let refused = at.press(2).await;
    assert_eq!(codes(refused), ["order.amount-changed"]);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    at.opened(3).await;
    let amounts: Vec<_> = at.attempts().await.iter().map(|a| a.amount).collect();
    assert!(amounts.contains(&eur(30_00)), "the rest: {amounts:?}");
}

#[tokio::test]
async fn somebody_elses_payment_under_way_is_not_gone_on_with() {
    let at = AtSim::new();
    at.edit(|details| {
        details.order.billing_contact = Some(Id::new("eve"));
    })
    .await;
    let eve = at.desk("eve");
    let page = eve.pay_page(&Id::new("o1")).await.unwrap();
    let mut form = at.form(1).await;
    form.shown = page.shown;
    eve.pay(&form).await.unwrap();
    at.edit(|details| details.order.billing_contact = None)
        .await;
    assert_eq!(codes(at.press(2).await), ["order.payment-in-progress"]);
    let page = at.desk("ana").pay_page(&Id::new("o1")).await.unwrap();
    assert_eq!(page.under_way, None, "where Eve pays is hers to know");
}

#[tokio::test]
async fn nobody_takes_over_somebody_elses_form() {
    let at = AtSim::new();
    let form = at.form(1).await;
    at.desk("ana").pay(&form).await.unwrap();
    at.edit(|details| details.order.billing_contact = Some(Id::new("eve")))
        .await;
    let refused = at.desk("eve").pay(&form).await;
    assert!(matches!(refused, Err(Error::FormReused)), "{refused:?}");
}

#[tokio::test]
async fn after_a_decline_the_page_is_still_open_and_the_payer_tries_again() {
    let at = AtSim::new();
    at.sim.decline_next(DeclineReason::InsufficientFunds);
    let session = at.paid_there(1).await;
    at.hears().await;
    let view = at.returns(&session).await;
    assert!(
        matches!(view.standing, PaymentStanding::Open(_)),
        "{view:?}"
    );
    assert_eq!(at.opened(2).await, session, "no second page beside it");
    assert!(at.sim.pay(&session));
    at.hears().await;
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

#[tokio::test]
async fn a_payment_that_failed_says_why_once_its_page_has_closed() {
    let at = AtSim::new();
    at.sim.decline_next(DeclineReason::ExpiredMethod);
    let session = at.paid_there(1).await;
    at.clock.advance(minutes(31));
    let view = at.returns(&session).await;
    let PaymentStanding::Failed { reason, .. } = view.standing else {
        panic!("{view:?}")
    };
    assert_eq!(reason, Some(DeclineReason::ExpiredMethod));
    assert_eq!(at.order().await.payment, None);
    assert_ne!(at.opened(2).await, session);
}

#[tokio::test]
async fn who_walks_away_can_begin_anew() {
    let at = AtSim::new();
    let session = at.opened(1).await;
    at.sim.walk_away(&session);
    at.hears().await;
    assert_eq!(at.seen().await.standing, PaymentStanding::Ended);
    assert_ne!(at.opened(2).await, session);
}

#[tokio::test]
async fn a_page_that_time_has_closed_makes_way_for_another() {
    let at = AtSim::new();
    let session = at.opened(1).await;
    at.clock.advance(minutes(31));
    assert_ne!(at.opened(2).await, session);
    let first = &at.attempts().await[0];
    assert_eq!(first.state, PaymentState::Expired);
}

#[tokio::test]
async fn money_under_way_at_a_bank_locks_the_order_until_it_came() {
    let at = AtSim::new();
    at.sim.take_time(true);
    let session = at.paid_there(1).await;
    assert_eq!(
        at.returns(&session).await.standing,
        PaymentStanding::Pending
    );
    assert_eq!(codes(at.press(2).await), ["order.payment-in-progress"]);
    at.after(days(3)).await;
    assert_eq!(at.attempts().await.len(), 1);
    at.sim.finish(true);
    at.hears().await;
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

#[tokio::test]
async fn money_a_bank_sent_back_frees_the_order() {
    let at = AtSim::new();
    at.sim.take_time(true);
    let session = at.paid_there(1).await;
    at.returns(&session).await;
    at.clock.advance(days(2));
    at.sim.finish(false);
    at.sim.lose_the_webhooks();
    at.after(days(2)).await;
    assert!(matches!(
        at.seen().await.standing,
        PaymentStanding::Failed { .. }
    ));
    assert_eq!(at.order().await.payment, None);
}

/// A page of another's order, and another's return, do not exist.
#[tokio::test]
async fn anothers_order_and_payment_are_not_found() {
    let at = AtSim::new();
    let session = at.opened(1).await;
    let eve = at.desk("eve");
    let o1 = Id::new("o1");
    let form = at.form(2).await;
    assert!(matches!(eve.pay_page(&o1).await, Err(Error::NotFound)));
    assert!(matches!(eve.pay(&form).await, Err(Error::NotFound)));
    assert!(matches!(eve.payments(&o1).await, Err(Error::NotFound)));
    let back = at.came_back("eve", &session).await;
    assert!(matches!(back, Err(Error::NotFound)));
    let back = at.came_back("ben", &session).await;
    assert!(matches!(back, Err(Error::NotFound)), "he only takes part");
    assert!(at.desk("ben").payments(&o1).await.unwrap().is_empty());
}
