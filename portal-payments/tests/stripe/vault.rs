use portal_core::{
    adapter::{AdapterErrorKind, Disposition},
    payment::{
        BeginSetup, ChargeStored, Charged, DeclineReason, Found, Initiator, Lookup,
        MandateSchedule, MandateTerms, MethodKind, MethodRef, PayerRef, PaymentState,
    },
};

use super::{Scene, attempt, usd};

fn charge(payer: &PayerRef, method: &str) -> ChargeStored {
    let method = MethodRef::new(method);
    let once = Initiator::MerchantOnce;
    ChargeStored::new(
        attempt(9),
        usd("30.00"),
        payer.clone(),
        method,
        once,
        "INV-9",
    )
}

fn setup(payer: &PayerRef, kind: MethodKind) -> BeginSetup {
    let currency = "CAD".parse().unwrap();
    let (back, cancel) = ("https://portal.example/cards", "https://portal.example");
    BeginSetup::new(attempt(8), payer.clone(), kind, currency, back, cancel)
}

/// 002-14
#[tokio::test]
async fn cards_are_added_listed_made_default_and_removed() {
    let scene = Scene::new();
    let ana = scene.payer("ana").await;
    assert_eq!(scene.payer("ana").await, ana, "asked twice, one customer");
    let begun = scene
        .vault()
        .setup()
        .unwrap()
        .begin(&setup(&ana, MethodKind::Card))
        .await
        .unwrap();
    scene.fake.finish_setup(begun.session.as_str());
    let Found::Setup { state, method, .. } = scene.found(&Lookup::Session(begun.session)).await
    else {
        panic!("it stores a card")
    };
    assert_eq!(state, PaymentState::Succeeded);
    let card = method.unwrap().method;
    scene.vault().make_default(&ana, &card).await.unwrap();
    let all = scene.vault().methods(&ana).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(
        (all[0].brand.as_str(), all[0].last4.as_str()),
        ("Visa", "4242")
    );
    assert_eq!(all[0].expires.unwrap().to_string(), "2030-08-31");
    assert!(all[0].is_default);
    scene.vault().remove(&ana, &card).await.unwrap();
    assert!(scene.vault().methods(&ana).await.unwrap().is_empty());
}

/// 002-15
#[tokio::test]
async fn bank_accounts_are_added_on_a_page_with_the_terms_they_need() {
    let scene = Scene::new();
    let ana = scene.payer("ana").await;
    let page = scene.vault().setup().unwrap();
    page.begin(&setup(&ana, MethodKind::UsBank)).await.unwrap();
    let error = page
        .begin(&setup(&ana, MethodKind::CaBank))
        .await
        .unwrap_err();
    assert_eq!(error.disposition(), Disposition::NeverSent);
    let terms = MandateTerms::new("Monthly, on the first", MandateSchedule::Interval);
    let mut canadian = setup(&ana, MethodKind::CaBank).agreeing(terms);
    canadian.attempt = attempt(7);
    page.begin(&canadian).await.unwrap();
    let heard = scene.fake.heard().pop().unwrap();
    assert!(heard.form.contains(&(
        "payment_method_options[acss_debit][mandate_options][interval_description]".to_owned(),
        "Monthly, on the first".to_owned()
    )));
}

/// 002-16
#[tokio::test]
async fn customers_never_remove_bank_accounts() {
    let scene = Scene::new();
    let ana = scene.payer("ana").await;
    let account = scene.fake.stored(ana.as_str(), "us_bank_account");
    assert_eq!(scene.vault().removes(), [MethodKind::Card]);
    let error = scene
        .vault()
        .remove(&ana, &MethodRef::new(account))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), AdapterErrorKind::Rejected);
    assert_eq!(scene.vault().methods(&ana).await.unwrap().len(), 1);
}

#[tokio::test]
async fn another_customers_card_is_as_good_as_none() {
    let scene = Scene::new();
    let (ana, ben) = (scene.payer("ana").await, scene.payer("ben").await);
    let card = scene.fake.stored(ben.as_str(), "card");
    let theirs = MethodRef::new(card.as_str());
    let removed = scene.vault().remove(&ana, &theirs).await.unwrap_err();
    let chosen = scene.vault().make_default(&ana, &theirs).await.unwrap_err();
    let charged = scene
        .charges()
        .charge(&charge(&ana, &card))
        .await
        .unwrap_err();
    for error in [removed, chosen, charged] {
        assert_eq!(error.kind(), AdapterErrorKind::NotFound);
        assert_ne!(error.disposition(), Disposition::Unknown);
    }
    assert_eq!(scene.vault().methods(&ben).await.unwrap().len(), 1);
    assert!(scene.fake.objects("payment_intent").is_empty());
}

#[tokio::test]
async fn a_stored_card_is_charged_once_however_often_it_is_asked_for() {
    let scene = Scene::new();
    let ana = scene.payer("ana").await;
    let charge = charge(&ana, &scene.fake.stored(ana.as_str(), "card"));
    scene.fake.lose_the_reply();
    let lost = scene.charges().charge(&charge).await.unwrap_err();
    assert_eq!(lost.disposition(), Disposition::Unknown);
    // Its owner removes it before anybody asks again.
    scene.vault().remove(&ana, &charge.method).await.unwrap();
    let Charged::Taken(seen) = scene.charges().charge(&charge).await.unwrap() else {
        panic!("it was charged")
    };
    assert_eq!(
        (seen.state, seen.captured),
        (PaymentState::Succeeded, usd("30.00"))
    );
    assert_eq!(scene.fake.objects("charge").len(), 1);
}

#[tokio::test]
async fn a_bank_account_takes_days() {
    let scene = Scene::new();
    let ana = scene.payer("ana").await;
    let account = scene.fake.stored(ana.as_str(), "us_bank_account");
    let Charged::Taken(seen) = scene
        .charges()
        .charge(&charge(&ana, &account))
        .await
        .unwrap()
    else {
        panic!("it is under way")
    };
    assert_eq!(
        (seen.state, seen.captured),
        (PaymentState::Processing, usd("0"))
    );
}

#[tokio::test]
async fn a_decline_is_an_answer_and_a_bank_may_want_the_payer_there() {
    let scene = Scene::new();
    let ana = scene.payer("ana").await;
    let mut charge = charge(&ana, &scene.fake.stored(ana.as_str(), "card"));
    scene.fake.decline_next("stolen_card");
    let Charged::Declined { decline, payment } = scene.charges().charge(&charge).await.unwrap()
    else {
        panic!("it was declined")
    };
    assert_eq!(decline.reason, DeclineReason::LostOrStolen);
    let seen = scene.seen(&Lookup::Payment(payment.unwrap())).await;
    assert_eq!(
        seen.state,
        PaymentState::Failed,
        "nobody tries again by themselves"
    );
    scene.fake.decline_next("authentication_required");
    charge.attempt = attempt(10);
    let answer = scene.charges().charge(&charge).await.unwrap();
    let Charged::NeedsPayer { payment } = answer else {
        panic!("{answer:?}")
    };
    let seen = scene.seen(&Lookup::Payment(payment.unwrap())).await;
    assert_eq!(seen.state, PaymentState::Cancelled, "nobody can pay it now");
}

/// The bank wants the payer, and whether the first payment was called off is not known: neither is the charge, until it was.
#[tokio::test]
async fn a_charge_that_was_not_called_off_is_not_over() {
    let scene = Scene::new();
    let ana = scene.payer("ana").await;
    let card = scene.fake.stored_card(ana.as_str(), "3184");
    let charge = charge(&ana, &card);
    scene.fake.lose_the_reply_to("/cancel");
    let lost = scene.charges().charge(&charge).await.unwrap_err();
    assert_eq!(lost.disposition(), Disposition::Unknown);
    let answer = scene.charges().charge(&charge).await.unwrap();
    assert!(matches!(answer, Charged::NeedsPayer { .. }), "{answer:?}");
    let intents = scene.fake.objects("payment_intent");
    assert_eq!(intents.len(), 1, "under its key it is the same one");
    assert_eq!(intents[0]["status"], "canceled");
}

/// Stripe's own test cards, as its documents describe them.
#[tokio::test]
async fn a_test_card_is_answered_as_stripe_answers_it() {
    let scene = Scene::new();
    let ana = scene.payer("ana").await;
    for (number, last4, reason) in [
        (11, "9995", DeclineReason::InsufficientFunds),
        (12, "0341", DeclineReason::DoNotHonour),
    ] {
        let mut charge = charge(&ana, &scene.fake.stored_card(ana.as_str(), last4));
        charge.attempt = attempt(number);
        let answer = scene.charges().charge(&charge).await.unwrap();
        let Charged::Declined { decline, .. } = answer else {
            panic!("{last4}: {answer:?}")
        };
        assert_eq!(decline.reason, reason, "{last4}");
    }
}
