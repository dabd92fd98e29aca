use portal_core::{
    adapter::{AdapterErrorKind, Disposition},
    payment::{
        DeclineReason, Found, Lookup, NextStep, PaymentProvider as _, PaymentState, ReturnParams,
        WebhookSubject,
    },
};
use portal_testkit::facts::{hours, minutes, today};

use super::{Scene, attempt, money, payment, payment_of, usd};

/// 000-51
#[tokio::test]
async fn the_payer_is_sent_to_a_page_for_exactly_that_amount() {
    let scene = Scene::new();
    for (number, amount, counted) in [
        (1, usd("120.00"), 120_00),
        (2, money("500", "JPY"), 500),
        (3, money("5.120", "KWD"), 5120),
    ] {
        let begun = scene.begun(&payment_of(number, amount)).await;
        let NextStep::Redirect { url } = &begun.next else {
            panic!("{:?}", begun.next)
        };
        assert!(url.starts_with("https://checkout.stripe.com/"), "{url}");
        let page = scene.fake.objects("checkout.session").pop().unwrap();
        assert_eq!(page["amount_total"], counted);
        scene.fake.pay(begun.session.as_str());
        let seen = scene.seen(&Lookup::Session(begun.session)).await;
        assert_eq!(
            (seen.captured, seen.state),
            (amount, PaymentState::Succeeded)
        );
    }
}

/// 000-47
#[tokio::test]
async fn a_paid_page_is_a_payment_of_our_attempt() {
    let scene = Scene::new();
    let seen = scene.paid().await;
    assert_eq!(seen.attempt, Some(attempt(1)));
    assert_eq!(seen.requested, Some(usd("120.00")));
    assert_eq!(seen.paid_with.as_deref(), Some("Visa 4242"));
    assert_eq!(seen.observed_at, today());
    assert_eq!(
        scene.seen(&Lookup::Payment(seen.payment.clone())).await,
        seen
    );
}

/// 000-18
#[tokio::test]
async fn a_page_that_nobody_paid_on_is_open_and_no_payment() {
    let scene = Scene::new();
    let begun = scene.begun(&payment(1)).await;
    let found = scene.found(&Lookup::Session(begun.session.clone())).await;
    let Found::Session { state, until, .. } = found else {
        panic!("{found:?}")
    };
    assert_eq!(state, PaymentState::Open);
    assert_eq!(until, Some(today() + hours(24)));
    scene.fake.time_out(begun.session.as_str());
    let found = scene.found(&Lookup::Session(begun.session)).await;
    assert!(matches!(
        found,
        Found::Session {
            state: PaymentState::Expired,
            ..
        }
    ));
}

#[tokio::test]
async fn a_declined_card_leaves_the_page_open_and_says_why() {
    let scene = Scene::new();
    let begun = scene.begun(&payment(1)).await;
    scene
        .fake
        .decline_on_page(begun.session.as_str(), "insufficient_funds");
    let seen = scene.seen(&Lookup::Session(begun.session.clone())).await;
    assert_eq!(seen.state, PaymentState::Open);
    assert_eq!(
        seen.decline.as_ref().unwrap().reason,
        DeclineReason::InsufficientFunds
    );
    assert_eq!(
        scene.seen(&Lookup::Payment(seen.payment)).await.state,
        PaymentState::Open
    );
    scene.fake.pay(begun.session.as_str());
    let seen = scene.seen(&Lookup::Session(begun.session)).await;
    assert_eq!((seen.state, seen.decline), (PaymentState::Succeeded, None));
}

#[tokio::test]
async fn a_bank_debit_is_under_way_for_days_and_then_paid_or_failed() {
    let scene = Scene::new();
    for (number, pays, end) in [
        (1, true, PaymentState::Succeeded),
        (2, false, PaymentState::Failed),
    ] {
        let begun = scene.begun(&payment(number)).await;
        scene.fake.pay_by_bank(begun.session.as_str());
        let page = Lookup::Session(begun.session.clone());
        let seen = scene.seen(&page).await;
        assert_eq!(
            (seen.state, seen.captured),
            (PaymentState::Processing, usd("0"))
        );
        if pays {
            scene.fake.bank_pays(begun.session.as_str());
        } else {
            scene.fake.bank_refuses(begun.session.as_str());
        }
        assert_eq!(scene.seen(&page).await.state, end);
        assert_eq!(scene.seen(&Lookup::Payment(seen.payment)).await.state, end);
    }
}

#[tokio::test]
async fn a_repeat_opens_no_second_page_whatever_the_clock_says() {
    let scene = Scene::new();
    let soon = payment(1).until(today() + minutes(10));
    let first = scene.begun(&soon).await;
    assert_eq!(first.until, Some(today() + minutes(35)));
    scene.clock.advance(minutes(20));
    assert_eq!(scene.begun(&soon).await.session, first.session);
    assert_eq!(scene.fake.objects("checkout.session").len(), 1);
}

#[tokio::test]
async fn the_key_of_one_attempt_is_no_other_payments() {
    let scene = Scene::new();
    scene.begun(&payment(1)).await;
    let other = scene
        .stripe
        .begin(&payment_of(1, usd("121.00")))
        .await
        .unwrap_err();
    assert_eq!(other.kind(), AdapterErrorKind::KeyReused);
    assert_eq!(other.disposition(), Disposition::Unknown);
}

#[tokio::test]
async fn an_attempt_is_found_by_its_name_once_search_has_caught_up() {
    let scene = Scene::new();
    let ours = Lookup::Attempt {
        attempt: attempt(1),
        since: today(),
    };
    assert_eq!(scene.found(&ours).await, Found::Nothing);
    let paid = scene.paid().await;
    scene.fake.search_lags(true);
    assert_eq!(scene.found(&ours).await, Found::Nothing);
    scene.fake.search_lags(false);
    assert_eq!(scene.seen(&ours).await, paid);
}

#[tokio::test]
async fn closing_a_page_tells_how_it_stood() {
    let scene = Scene::new();
    let sessions = scene.stripe.sessions().unwrap();
    let begun = scene.begun(&payment(1)).await;
    let closed = sessions.close(&begun.session).await.unwrap();
    assert!(matches!(
        closed,
        Found::Session {
            state: PaymentState::Expired,
            ..
        }
    ));
    let begun = scene.begun(&payment(2)).await;
    scene.fake.pay(begun.session.as_str());
    let Found::Payment(seen) = sessions.close(&begun.session).await.unwrap() else {
        panic!("somebody paid meanwhile")
    };
    assert_eq!(seen.state, PaymentState::Succeeded);
}

#[tokio::test]
async fn the_browser_says_where_to_look_and_nothing_else() {
    let scene = Scene::new();
    let begun = scene.begun(&payment(1)).await;
    let heard = scene.fake.heard();
    let to = heard[0]
        .form
        .iter()
        .find(|(name, _)| name == "success_url")
        .unwrap();
    assert_eq!(
        to.1,
        "https://portal.example/orders/7/paid?lang=en&session_id={CHECKOUT_SESSION_ID}#top"
    );
    let back = |id: &str| {
        let query = vec![("session_id".to_owned(), id.to_owned())];
        scene.stripe.returned(&ReturnParams::query(query))
    };
    let expected = Lookup::Session(begun.session.clone());
    assert_eq!(back(begun.session.as_str()), Some(expected));
    for bad in ["", "pi_1", "cs_1/expire", "cs_1?expand", "cs_../x"] {
        assert_eq!(back(bad), None, "{bad}");
    }
}

#[tokio::test]
async fn webhooks_twice_and_in_any_order_lead_to_the_same_answer() {
    let scene = Scene::new();
    let begun = scene.begun(&payment(1)).await;
    scene.fake.pay(begun.session.as_str());
    let mut posted = scene.fake.webhooks();
    posted.extend(posted.clone());
    posted.reverse();
    let mut about = 0;
    for raw in &posted {
        for event in scene.stripe.receive(raw).await.unwrap().events {
            if let WebhookSubject::Payment(what) = event.about {
                assert_eq!(scene.seen(&what).await.state, PaymentState::Succeeded);
                about += 1;
            }
        }
    }
    assert_eq!(about, 4);
}

#[tokio::test]
async fn what_the_bank_called_back_is_seen_until_it_is_won() {
    let scene = Scene::new();
    let paid = scene.paid().await;
    scene
        .fake
        .dispute(paid.payment.as_str(), 120_00, "needs_response");
    let what = Lookup::Payment(paid.payment);
    assert_eq!(scene.seen(&what).await.disputed, usd("120.00"));
    let dispute = scene.fake.objects("dispute").pop().unwrap();
    let id = dispute["id"].as_str().unwrap();
    scene
        .fake
        .tamper(id, |dispute| dispute["status"] = "won".into());
    assert_eq!(scene.seen(&what).await.disputed, usd("0"));
}
