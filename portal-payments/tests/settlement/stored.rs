//! Paying with a card that is kept: one's own, once, and by a page where the bank wants to hear from its owner.
use portal_core::{
    Error, Id,
    order::Balance,
    payment::{
        AddMethod, DeclineReason, Merchant, MethodKind, MethodRef, NextStep, PayOrder,
        PaymentStanding, PaymentState, PaymentStep, PaymentStore as _, RetryAdvice, StoredMethod,
    },
};
use portal_testkit::facts::*;

use crate::scene::{AtSim, AtStripe, codes};

const CHARGES: &str = "/v1/payment_intents";

fn stripes() -> Merchant {
    Merchant::test("acct_1")
}

impl AtStripe {
    /// Somebody has stored one of Stripe's test cards, by its last digits.
    async fn card_of(&self, who: &str, last4: &str) -> MethodRef {
        let (euro, back) = ("EUR".parse().unwrap(), "https://portal.example/cards");
        let known = self.memory.payer(&Id::new(who), &stripes()).await.unwrap();
        if known.is_none() {
            let form = AddMethod::new(
                command(900 + u128::from(who.as_bytes()[0])),
                "stripe",
                MethodKind::Card,
                euro,
                back,
                back,
            );
            self.desk(who).begin_method_setup(&form).await.unwrap();
        }
        let payer = self.memory.payer(&Id::new(who), &stripes()).await.unwrap();
        MethodRef::new(self.fake.stored_card(payer.unwrap().as_str(), last4))
    }

    async fn charging(&self, card: &MethodRef, number: u128) -> PayOrder {
        self.form(number).await.with(card.clone())
    }

    /// Ana presses, and has this card charged.
    async fn press_with(&self, card: &MethodRef, number: u128) -> Result<PaymentStep, Error> {
        let form = self.charging(card, number).await;
        self.desk("ana").pay(&form).await
    }

    async fn offered(&self, who: &str) -> Vec<StoredMethod> {
        let page = self.desk(who).pay_page(&Id::new("o1")).await.unwrap();
        page.ways.into_iter().flat_map(|way| way.kept).collect()
    }

    /// What Stripe took, once for each time.
    fn taken(&self) -> usize {
        let charges = self.fake.objects("charge");
        charges
            .iter()
            .filter(|charge| charge["paid"] == true)
            .count()
    }

    /// How often it was asked what became of an attempt.
    fn searches(&self) -> usize {
        let heard = self.fake.heard();
        heard.iter().filter(|h| h.path.ends_with("/search")).count()
    }

    fn charges_heard(&self) -> Vec<Option<String>> {
        let heard = self.fake.heard().into_iter();
        let posted = heard.filter(|heard| heard.path == CHARGES && !heard.form.is_empty());
        posted.map(|heard| heard.key).collect()
    }
}

/// 002-20
#[tokio::test]
async fn the_pay_page_offers_ones_own_cards_and_never_their_numbers() {
    let at = AtStripe::new();
    assert!(at.offered("ana").await.is_empty(), "nothing is kept yet");
    at.card_of("ana", "4242").await;
    let ran_out = at.card_of("ana", "1881").await;
    at.fake.tamper(ran_out.as_str(), |card| {
        card["card"]["exp_year"] = 2019.into();
    });
    let offered = at.offered("ana").await;
    let labels: Vec<_> = offered.iter().map(|m| (&*m.brand, &*m.last4)).collect();
    assert_eq!(labels, [("Visa", "4242")], "only what can be used");
}

#[tokio::test]
async fn where_the_provider_cannot_be_asked_the_page_is_offered_all_the_same() {
    let at = AtStripe::new();
    at.card_of("ana", "4242").await;
    at.fake.drop_the_request();
    let page = at.desk("ana").pay_page(&Id::new("o1")).await.unwrap();
    assert_eq!(page.ways.len(), 1);
    assert!(page.ways[0].kept.is_empty());
}

/// What an account may ask within a minute is there for everybody who pays.
#[tokio::test]
async fn who_loads_the_pay_page_again_and_again_uses_up_no_requests() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    let before = at.fake.heard().len();
    at.offered("ana").await;
    let each = at.fake.heard().len() - before;
    for _ in 1..40 {
        at.offered("ana").await;
    }
    assert_eq!(at.fake.heard().len() - before, 10 * each);
    at.clock.advance(minutes(1));
    assert_eq!(
        at.offered("ana").await.len(),
        1,
        "a minute later it is there"
    );
    let step = at.press_with(&card, 1).await.unwrap();
    assert_eq!(step.payment.standing, PaymentStanding::Paid);
}

/// 002-20
#[tokio::test]
async fn a_stored_card_pays_the_order_there_and_then() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    let step = at.press_with(&card, 1).await.unwrap();
    assert_eq!(step.payment.standing, PaymentStanding::Paid);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert_eq!(at.order().await.payment, None);
    assert_eq!(at.attempts().await[0].method, Some(card));
    at.hears().await;
    assert_eq!((at.taken(), at.received().await.len()), (1, 1));
    assert!(at.tasks().await.is_empty());
}

#[tokio::test]
async fn the_same_form_again_charges_nothing_more() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    let form = at.charging(&card, 1).await;
    at.desk("ana").pay(&form).await.unwrap();
    let again = at.desk("ana").pay(&form).await.unwrap();
    assert!(again.again);
    assert_eq!(again.payment.standing, PaymentStanding::Paid);
    assert_eq!(at.charges_heard().len(), 1);
    let other = at.card_of("ana", "1881").await;
    let reused = at.desk("ana").pay(&form.with(other)).await;
    assert!(matches!(reused, Err(Error::FormReused)), "{reused:?}");
}

/// 002-20: another's card is as good as none.
#[tokio::test]
async fn nobody_pays_with_anothers_card() {
    let at = AtStripe::new();
    let eves = at.card_of("eve", "4242").await;
    let nobodys = MethodRef::new("pm_nobody");
    for (number, card) in [(1, &eves), (2, &nobodys)] {
        let no = at.press_with(card, number).await;
        assert!(matches!(no, Err(Error::NotFound)), "{no:?}");
    }
    at.card_of("ana", "4242").await;
    for (number, card) in [(3, &eves), (4, &nobodys)] {
        let no = at.press_with(card, number).await;
        assert!(matches!(no, Err(Error::NotFound)), "{no:?}");
    }
    assert!(at.charges_heard().is_empty());
    assert!(at.attempts().await.is_empty());
}

#[tokio::test]
async fn a_card_that_ran_out_is_refused_before_anything_is_charged() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    at.fake.tamper(card.as_str(), |card| {
        card["card"]["exp_year"] = 2019.into();
    });
    let no = at.press_with(&card, 1).await;
    assert_eq!(codes(no), ["payment.method-not-usable"]);
    assert!(at.attempts().await.is_empty());
}

/// 000-21
#[tokio::test]
async fn a_stored_card_gives_nobody_the_right_to_pay() {
    let at = AtStripe::new();
    let card = at.card_of("ben", "4242").await;
    let form = at.charging(&card, 1).await;
    let no = at.desk("ben").pay(&form).await;
    assert_eq!(codes(no), ["order.not-billing-contact"]);
    assert!(at.charges_heard().is_empty());
}

#[tokio::test]
async fn another_amount_than_was_shown_is_not_charged() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    let form = at.charging(&card, 1).await;
    at.edit(|details| details.order = details.order.clone().costing(eur(150_00)))
        .await;
    let no = at.desk("ana").pay(&form).await;
    assert_eq!(codes(no), ["order.amount-changed"]);
    assert!(at.charges_heard().is_empty());
}

#[tokio::test]
async fn a_decline_is_told_and_another_card_can_be_tried() {
    let at = AtStripe::new();
    let (poor, sound) = (
        at.card_of("ana", "9995").await,
        at.card_of("ana", "4242").await,
    );
    let step = at.press_with(&poor, 1).await.unwrap();
    let told = PaymentStanding::Failed {
        reason: Some(DeclineReason::InsufficientFunds),
        advice: Some(RetryAdvice::Later),
    };
    assert_eq!(step.payment.standing, told);
    assert_eq!(at.order().await.payment, None, "nothing stands in the way");
    at.hears().await;
    let step = at.press_with(&sound, 2).await.unwrap();
    assert_eq!(step.payment.standing, PaymentStanding::Paid);
    at.after(days(3)).await;
    assert_eq!(at.taken(), 1);
    assert_eq!(at.attempts().await[0].state, PaymentState::Failed);
}

/// The bank wants 3-D Secure: the payer does it on the provider's page, and the first try can never be paid, too.
#[tokio::test]
async fn where_the_bank_wants_its_owner_the_press_leads_to_a_page() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "3184").await;
    let form = at.charging(&card, 1).await;
    let step = at.desk("ana").pay(&form).await.unwrap();
    let to_page = matches!(
        step.payment.standing,
        PaymentStanding::Open(NextStep::Redirect { .. })
    );
    assert!(to_page, "{:?}", step.payment);
    assert_eq!(at.fake.objects("payment_intent")[0]["status"], "canceled");
    // What became of the first try does not end what is open now.
    at.hears().await;
    let again = at.desk("ana").pay(&form).await.unwrap();
    assert_eq!(again.payment, step.payment, "the same form, the same page");
    let live = at.attempt(step.payment.attempt).await;
    let session = live.page.unwrap().session;
    assert_eq!(at.opened(2).await, session, "and so any other press");
    at.fake.pay(session.as_str());
    at.hears().await;
    let paid = at.desk("ana").pay(&form).await.unwrap();
    assert_eq!(paid.payment.standing, PaymentStanding::Paid);
    assert_eq!(at.order().await.balance.paid(), eur(120_00));
    assert_eq!((at.taken(), at.received().await.len()), (1, 1));
    let states: Vec<_> = at.attempts().await.iter().map(|a| a.state).collect();
    assert_eq!(states.len(), 2, "{states:?}");
}

/// Nobody is sent to a page that is not for what they saw.
#[tokio::test]
async fn an_order_that_changed_while_the_bank_was_asked_opens_no_page() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "3184").await;
    let form = at.charging(&card, 1).await;
    let memory = at.memory.clone();
    let store = at.store.clone();
    // The second commit is the end of the charge; the page would be the third.
    at.store.before_the_next_commit(move || {
        let (store, memory) = (store.clone(), memory.clone());
        store.clone().before_the_next_commit(move || {
            memory.put_order(order("o1").costing(eur(150_00)).details());
        });
    });
    let no = at.desk("ana").pay(&form).await;
    assert_eq!(codes(no), ["order.amount-changed"]);
    assert!(
        at.fake.objects("checkout.session").len() == 1,
        "the set-up's"
    );
    assert_eq!(at.attempts().await[0].state, PaymentState::Failed);
}

#[tokio::test]
async fn where_the_answer_is_lost_the_payer_reads_that_we_are_checking_and_cannot_pay_twice() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    at.fake.lose_the_reply_to(CHARGES);
    let form = at.charging(&card, 1).await;
    let step = at.desk("ana").pay(&form).await.unwrap();
    assert_eq!(step.payment.standing, PaymentStanding::Checking);
    for time in [minutes(0), minutes(3)] {
        at.clock.advance(time);
        assert_eq!(codes(at.press(2).await), ["order.payment-in-progress"]);
        let other = at.press_with(&card, 3).await;
        assert_eq!(codes(other), ["order.payment-in-progress"]);
    }
    at.fake.search_lags(true);
    let again = at.desk("ana").pay(&form).await.unwrap();
    assert_eq!(again.payment.standing, PaymentStanding::Paid);
    let keys = at.charges_heard();
    assert!(keys.len() == 2 && keys[0] == keys[1] && keys[0].is_some());
    assert_eq!(at.taken(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_found_by_the_watch() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    at.fake.lose_the_reply_to(CHARGES);
    at.press_with(&card, 1).await.unwrap();
    drop(at.fake.webhooks());
    at.after(minutes(10)).await;
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.taken(), 1);
}

/// Under its key it is charged once, whichever of the two arrived.
#[tokio::test]
async fn a_charge_that_never_arrived_is_sent_again_while_the_order_wants_it() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    at.fake.drop_the_request_to(CHARGES);
    let step = at.press_with(&card, 1).await.unwrap();
    assert_eq!(step.payment.standing, PaymentStanding::Checking);
    for _ in 0..9 {
        at.clock.advance(minutes(1));
        at.work().await;
    }
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.taken(), 1);
}

/// While it could be sent again it is looked for, and not sent: neither for what was paid elsewhere, nor for what the books have.
#[tokio::test]
async fn a_charge_that_never_arrived_is_not_sent_once_the_order_wants_no_money() {
    for exported in [false, true] {
        let at = AtStripe::new();
        let card = at.card_of("ana", "4242").await;
        at.fake.drop_the_request_to(CHARGES);
        at.press_with(&card, 1).await.unwrap();
        if exported {
            at.export().await;
        } else {
            let paid = Balance::new(eur(120_00), eur(120_00)).unwrap();
            at.edit(|details| details.order.balance = paid).await;
        }
        for _ in 0..9 {
            at.clock.advance(minutes(1));
            at.work().await;
            assert_eq!(at.charges_heard().len(), 0);
        }
        at.after(hours(7)).await;
        assert_eq!(at.taken(), 0);
        assert_eq!(at.attempts().await[0].state, PaymentState::Expired);
        assert_eq!(at.order().await.payment, None);
    }
}

/// The order is free again only when nobody can charge any more, the provider would know by now, and it was asked twice.
#[tokio::test]
async fn a_charge_that_nobody_knows_of_frees_its_order_late() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    at.fake.drop_the_request_to(CHARGES);
    at.press_with(&card, 1).await.unwrap();
    // Nobody works the outbox off while it could be sent again.
    at.clock.advance(minutes(11));
    at.work().await;
    assert_eq!(codes(at.press(2).await), ["order.payment-in-progress"]);
    while at.attempts().await[0].is_live() {
        let asked = at.searches();
        assert!(at.searches() < 50, "it is never free");
        at.after(minutes(10)).await;
        if !at.attempts().await[0].is_live() {
            assert!(
                asked >= 1 && at.searches() >= 2,
                "asked {asked} times before"
            );
        }
    }
    assert_eq!(at.charges_heard().len(), 0);
    assert_eq!(at.attempts().await[0].state, PaymentState::Expired);
    at.opened(3).await;
}

#[tokio::test]
async fn what_was_never_sent_frees_the_order_at_once() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    let form = at.charging(&card, 1).await;
    // It is removed after it was asked for, and before it is charged.
    let (fake, gone) = (at.fake.clone(), card.clone());
    at.store.before_the_next_commit(move || {
        fake.tamper(gone.as_str(), |card| {
            card["customer"] = "cus_nobody".into();
        });
    });
    let no = at.desk("ana").pay(&form).await;
    assert!(matches!(no, Err(Error::NotFound)), "{no:?}");
    assert_eq!(at.attempts().await[0].state, PaymentState::Failed);
    at.opened(2).await;
}

/// The books could not be written after the charge: what came is heard of all the same.
#[tokio::test]
async fn a_charge_whose_end_was_not_written_down_is_heard_of() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    let form = at.charging(&card, 1).await;
    let store = at.store.clone();
    at.store.before_the_next_commit(move || {
        let store = store.clone();
        store.clone().before_the_next_commit(move || {
            store.fail_the_next_commit();
        });
    });
    let broken = at.desk("ana").pay(&form).await;
    assert!(matches!(broken, Err(Error::Store(_))), "{broken:?}");
    at.hears().await;
    assert_eq!(at.seen().await.standing, PaymentStanding::Paid);
    assert_eq!(at.taken(), 1);
}

#[tokio::test]
async fn an_open_page_is_closed_before_a_card_is_charged() {
    let at = AtStripe::new();
    let card = at.card_of("ana", "4242").await;
    let session = at.opened(1).await;
    let step = at.press_with(&card, 2).await.unwrap();
    assert_eq!(step.payment.standing, PaymentStanding::Paid);
    let pages = at.fake.objects("checkout.session");
    let page = pages.iter().find(|page| page["id"] == session.as_str());
    assert_eq!(page.unwrap()["status"], "expired");
    let heard: Vec<_> = at
        .fake
        .heard()
        .into_iter()
        .map(|heard| heard.path)
        .collect();
    let closed = heard.iter().position(|path| path.ends_with("/expire"));
    let charged = heard.iter().position(|path| path == CHARGES);
    assert!(closed.is_some() && closed < charged, "{heard:?}");
    assert_eq!(at.taken(), 1);
}

#[tokio::test]
async fn a_bank_account_takes_its_time_and_keeps_the_order() {
    let at = AtStripe::new();
    at.card_of("ana", "4242").await;
    let payer = at.memory.payer(&Id::new("ana"), &stripes()).await.unwrap();
    let account = at.fake.stored(payer.unwrap().as_str(), "us_bank_account");
    let step = at.press_with(&MethodRef::new(account), 1).await.unwrap();
    assert_eq!(step.payment.standing, PaymentStanding::Pending);
    assert_eq!(codes(at.press(2).await), ["order.payment-in-progress"]);
    at.after(days(2)).await;
    assert_eq!(at.charges_heard().len(), 1);
    assert_eq!(at.seen().await.standing, PaymentStanding::Pending);
}

#[tokio::test]
async fn a_card_of_another_providers_is_not_found() {
    let at = AtSim::new();
    let form = at.form(1).await.with(MethodRef::new("card_1"));
    let no = at.desk("ana").pay(&form).await;
    assert!(matches!(no, Err(Error::NotFound)), "{no:?}");
}
