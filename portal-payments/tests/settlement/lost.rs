//! Answers that are lost, calls that never left, stores that fail in between.
use portal_core::{
    Error, Id,
    payment::{PaymentStanding, PaymentState},
};
use portal_testkit::facts::*;

use crate::scene::{AtSim, AtStripe, codes};

#[tokio::test]
async fn where_the_answer_is_lost_the_payer_reads_that_we_are_checking() {
    let at = AtSim::new();
    at.sim.lose_the_reply();
    let step = at.press(1).await.unwrap();
    assert_eq!(step.payment.standing, PaymentStanding::Checking);
    at.clock.advance(minutes(1));
    assert_eq!(codes(at.press(2).await), ["order.payment-in-progress"]);
}

#[tokio::test]
async fn after_two_minutes_the_next_press_begins_anew() {
    let at = AtSim::new();
    at.sim.lose_the_reply();
    at.press(1).await.unwrap();
    at.clock.advance(minutes(2));
    let session = at.opened(2).await;
    assert!(at.sim.pay(&session));
    at.hears().await;
    let attempts = at.attempts().await;
    assert_eq!(attempts[0].state, PaymentState::Cancelled);
    assert_eq!(attempts[1].state, PaymentState::Succeeded);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
}

/// The page is there, at the provider; nobody was shown it.
#[tokio::test]
async fn where_nobody_presses_again_the_watch_gives_it_up() {
    let at = AtSim::new();
    at.sim.lose_the_reply();
    at.press(1).await.unwrap();
    at.after(minutes(10)).await;
    assert_eq!(at.attempts().await[0].state, PaymentState::Cancelled);
    assert_eq!(at.order().await.payment, None);
    assert_eq!(at.seen().await.standing, PaymentStanding::Ended);
}

/// The request never arrived: the provider knows nothing.
#[tokio::test]
async fn what_never_arrived_is_given_up_by_the_watch() {
    let at = AtStripe::new();
    at.fake.drop_the_request();
    let step = at.press(1).await.unwrap();
    assert_eq!(step.payment.standing, PaymentStanding::Checking);
    at.after(minutes(10)).await;
    assert_eq!(at.attempts().await[0].state, PaymentState::Cancelled);
    assert_eq!(at.order().await.payment, None);
}

#[tokio::test]
async fn what_was_never_sent_frees_the_order_at_once() {
    let at = AtSim::new();
    at.sim.refuse_the_connection();
    assert!(matches!(at.press(1).await, Err(Error::Adapter(_))));
    assert_eq!(at.attempts().await[0].state, PaymentState::Failed);
    assert_eq!(at.order().await.payment, None);
    at.opened(2).await;
}

#[tokio::test]
async fn what_the_provider_refused_frees_the_order_at_once() {
    let at = AtStripe::new();
    at.fake.limit_next(5);
    assert!(matches!(at.press(1).await, Err(Error::Adapter(_))));
    assert_eq!(at.attempts().await[0].state, PaymentState::Failed);
    at.after(days(3)).await;
    assert_eq!(
        at.attempts().await[0].state,
        PaymentState::Failed,
        "and it stays what it was"
    );
    at.opened(2).await;
}

/// The same form again neither asks the provider again nor begins anew.
#[tokio::test]
async fn the_same_form_after_it_was_given_up_says_that_it_ended() {
    let at = AtSim::new();
    at.sim.lose_the_reply();
    let form = at.form(1).await;
    at.desk("ana").pay(&form).await.unwrap();
    at.after(minutes(10)).await;
    let again = at.desk("ana").pay(&form).await.unwrap();
    assert!(again.again);
    assert_eq!(again.payment.standing, PaymentStanding::Ended);
}

/// The store went away after the provider had answered: nobody saw the page, so it can be given up.
#[tokio::test]
async fn a_page_that_was_not_written_down_is_shown_to_nobody() {
    let at = AtSim::new();
    let form = at.form(1).await;
    let store = at.store.clone();
    at.store.before_the_next_commit(move || {
        store.before_the_next_commit({
            let store = store.clone();
            move || store.fail_the_next_commit()
        });
    });
    assert!(matches!(
        at.desk("ana").pay(&form).await,
        Err(Error::Store(_))
    ));
    let attempt = &at.attempts().await[0];
    assert_eq!((attempt.state, &attempt.page), (PaymentState::Open, &None));
    at.clock.advance(minutes(2));
    at.opened(2).await;
}

/// The reply to the commit was lost: the receipt knows, and the provider is not asked, for another may have been.
#[tokio::test]
async fn a_lost_reply_of_the_store_begins_nothing_twice() {
    let at = AtSim::new();
    let form = at.form(1).await;
    at.store.lose_the_next_reply();
    let step = at.desk("ana").pay(&form).await.unwrap();
    assert_eq!(step.payment.standing, PaymentStanding::Checking);
    assert_eq!(at.attempts().await.len(), 1);
    at.clock.advance(minutes(2));
    at.opened(2).await;
}

#[tokio::test]
async fn a_return_while_the_provider_cannot_be_reached_says_what_is_known() {
    let at = AtSim::new();
    let session = at.paid_there(1).await;
    at.sim.refuse_the_connection();
    let view = at.returns(&session).await;
    assert!(matches!(view.standing, PaymentStanding::Open(_)));
    assert_eq!(at.returns(&session).await.standing, PaymentStanding::Paid);
}

#[tokio::test]
async fn closing_a_page_whose_answer_was_lost_is_asked_again() {
    let at = AtSim::new();
    at.opened(1).await;
    at.edit(|details| details.order = details.order.clone().costing(eur(150_00)))
        .await;
    at.sim.lose_the_reply();
    assert!(matches!(at.press(2).await, Err(Error::Adapter(_))));
    assert_eq!(at.attempts().await.len(), 1);
    at.opened(3).await;
    assert_eq!(at.attempts().await.len(), 2);
}

/// 000-51
#[tokio::test]
async fn nothing_is_owed_once_a_payment_has_ended() {
    let at = AtSim::new();
    at.paid_there(1).await;
    at.hears().await;
    at.after(hours(2)).await;
    assert_eq!(at.waiting().await, 0);
    let page = at.desk("ana").pay_page(&Id::new("o1")).await.unwrap();
    assert_eq!(page.under_way, None);
}
