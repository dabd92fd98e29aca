use portal_core::{
    adapter::{AdapterErrorKind, Disposition},
    order::{OrderRules, may_pay},
    payment::{
        DeclineReason, Found, Lookup, NextStep, PaymentProvider, PaymentState, ReturnParams,
        SessionRef,
    },
    settings::OrderSettings,
};
use portal_testkit::{facts::*, helcim::Fault};
use secrecy::ExposeSecret;

use super::support::*;

/// 000-18, 000-20: an order in the account's currency can be paid, one in another cannot.
#[test]
fn the_account_takes_its_own_currency() {
    let world = world();
    let limits = [world.helcim.traits().limits.clone()];
    let settings = OrderSettings::default();
    let rules = OrderRules::new(&settings, &limits);
    let ana = viewer(&contact("ana"));
    assert!(may_pay(&order("o1").costing(cad(120_00)), &ana, rules).is_ok());
    let no = may_pay(&order("o1"), &ana, rules).unwrap_err();
    assert_eq!(no.codes(), ["order.currency-not-accepted"]);
}

/// 000-47, 000-51: the frame opens for exactly this amount, and the attempt is its invoice.
#[tokio::test]
async fn a_payment_opens_in_the_frame_for_exactly_its_amount() {
    let world = world();
    let begun = world.helcim.begin(&payment(1, cad(120_10))).await.unwrap();
    let NextStep::Embedded { script, token } = &begun.next else {
        panic!("{:?}", begun.next)
    };
    assert!(script.starts_with("https://secure.helcim.app/"));
    assert_eq!(begun.until, Some(today() + hours(1)));
    let secret = begun.secret.as_ref().unwrap().expose_secret().to_owned();
    assert!(!format!("{begun:?}").contains(&secret));
    assert!(!token.contains(&secret));

    assert_eq!(world.look(1).await, Found::Nothing);
    world.fake.pay_in_frame(token, VISA).unwrap();
    let found = world.observed(&since(nr(1))).await;
    assert_eq!(found.state, PaymentState::Succeeded);
    assert_eq!(found.captured, cad(120_10));
    assert_eq!(found.attempt, Some(nr(1)));
    assert_eq!(found.paid_with.as_deref(), Some("Visa 4242"));
    assert_eq!(&found.merchant, world.helcim.merchant());
}

#[tokio::test]
async fn no_amount_passes_through_a_float() {
    let world = world();
    for (n, minor) in (1..).zip([1, 10, 29, 1_15, 4_35, 1_001_10, 90_071_992_547_409_93]) {
        let paid = world.paid(n, cad(minor)).await;
        let found = world.observed(&Lookup::Payment(paid)).await;
        assert_eq!(found.captured, cad(minor));
    }
}

/// 000-51
#[tokio::test]
async fn what_the_account_does_not_take_is_refused_before_anything_is_sent() {
    let world = world();
    for amount in [eur(120_00), money(120, "JPY"), cad(0), cad(-1)] {
        let no = world.helcim.begin(&payment(1, amount)).await.unwrap_err();
        assert_eq!(no.disposition(), Disposition::NeverSent, "{amount}");
    }
    assert!(world.fake.requests().is_empty());
}

#[tokio::test]
async fn the_same_payment_is_found_by_attempt_page_and_name() {
    let world = world();
    let paid = world.paid(1, cad(50_00)).await;
    let by_name = world.observed(&Lookup::Payment(paid.clone())).await;
    let session = SessionRef::new(nr(1).to_string());
    assert_eq!(world.observed(&Lookup::Session(session)).await, by_name);
    assert_eq!(world.observed(&since(nr(1))).await, by_name);
    assert_eq!(by_name.payment, paid);
}

#[tokio::test]
async fn what_is_not_there_is_nothing_and_a_name_that_is_none_is_not_asked_for() {
    let world = world();
    for name in ["1", "../customers", "", "99999999999999999999"] {
        let what = Lookup::Payment(portal_core::payment::PaymentRef::new(name));
        assert_eq!(world.helcim.look_up(&what).await.unwrap(), Found::Nothing);
    }
    assert_eq!(world.fake.requests().len(), 1);
}

#[tokio::test]
async fn a_decline_in_the_frame_stays_open_until_the_frame_is_closed() {
    let world = world();
    let token = world.open(1, cad(50_00)).await;
    world.fake.decline_next("REQUEST EXCEEDS BALANCE");
    world.fake.pay_in_frame(&token, VISA).unwrap();
    let found = world.observed(&since(nr(1))).await;
    assert_eq!(found.state, PaymentState::Open, "they may try again");
    assert_eq!(found.captured, cad(0));
    let decline = found.decline.unwrap();
    assert_eq!(decline.reason, DeclineReason::InsufficientFunds);

    world.clock.advance(minutes(61));
    let found = world.observed(&since(nr(1))).await;
    assert_eq!(found.state, PaymentState::Failed);
}

#[tokio::test]
async fn who_is_declined_and_tries_again_has_paid() {
    let world = world();
    let token = world.open(1, cad(50_00)).await;
    world.fake.decline_next("EXPIRED CARD");
    let declined = world.fake.pay_in_frame(&token, VISA).unwrap();
    let paid = world.fake.pay_in_frame(&token, "5454545454").unwrap();
    for id in [declined, paid] {
        let what = Lookup::Payment(portal_core::payment::PaymentRef::new(id.to_string()));
        let found = world.observed(&what).await;
        assert_eq!(found.state, PaymentState::Succeeded);
        assert_eq!(found.payment.as_str(), paid.to_string());
        assert_eq!(found.paid_with.as_deref(), Some("Mastercard 5454"));
    }
}

#[tokio::test]
async fn a_second_payment_of_one_invoice_is_seen_as_its_own() {
    let world = world();
    let first = world.paid(1, cad(50_00)).await;
    let second = world.fake.charge_again(first.as_str().parse().unwrap());
    let what = Lookup::Payment(portal_core::payment::PaymentRef::new(second.to_string()));
    let found = world.observed(&what).await;
    assert_eq!(found.payment.as_str(), second.to_string());
    assert_eq!(
        found.attempt,
        Some(nr(1)),
        "the settlement can see it is one too many"
    );
    assert_eq!(world.observed(&since(nr(1))).await.payment, first);
}

#[tokio::test]
async fn a_list_that_lags_does_not_hide_what_is_asked_for_by_name() {
    let world = world();
    world.fake.lag(2);
    let paid = world.paid(1, cad(50_00)).await;
    assert_eq!(world.look(1).await, Found::Nothing);
    let found = world.observed(&Lookup::Payment(paid)).await;
    assert_eq!(found.state, PaymentState::Succeeded);
    assert!(matches!(world.look(1).await, Found::Payment(_)));
}

#[test]
fn the_browser_that_comes_back_only_says_what_to_look_up() {
    let world = world();
    let ask = |query: &[(&str, &str)]| {
        let query = query
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        world.helcim.returned(&ReturnParams::query(query.collect()))
    };
    let attempt = nr(1).to_string();
    let by_name = ask(&[("transactionId", "25133280"), ("invoiceNumber", &attempt)]);
    assert!(matches!(by_name, Some(Lookup::Payment(p)) if p.as_str() == "25133280"));
    let by_page = ask(&[("transactionId", "../x"), ("invoiceNumber", &attempt)]);
    assert!(matches!(by_page, Some(Lookup::Session(s)) if s.as_str() == attempt));
    assert_eq!(ask(&[("invoiceNumber", "INV-1")]), None);
    assert_eq!(ask(&[("transactionId", "1"), ("transactionId", "2")]), None);
    assert_eq!(ask(&[]), None);
}

#[tokio::test]
async fn neither_tokens_nor_what_helcim_says_get_into_logs() {
    let world = world();
    let stranger = wired(config("another-token"), &world.fake, &world.clock);
    let no = stranger.begin(&payment(1, cad(1_00))).await.unwrap_err();
    assert_eq!(no.kind(), AdapterErrorKind::Unauthorized);
    assert_eq!(no.disposition(), Disposition::Rejected);
    world
        .fake
        .fail_next(Fault::Answer(400, r#"{"errors":"ana@example.com is odd"}"#));
    let odd = world
        .helcim
        .begin(&payment(1, cad(1_00)))
        .await
        .unwrap_err();
    assert_eq!(odd.to_string(), "helcim begin: answered 400");
    for text in [format!("{stranger:?}"), no.to_string(), format!("{no:?}")] {
        assert!(!text.contains("another-token"), "{text}");
    }
    assert!(!format!("{:?}", world.helcim).contains("dmVyaWZp"));
}
