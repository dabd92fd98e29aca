//! Bank transfer: told alike each time, checked while it is typed, recorded by staff.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use portal_core::{
    Id, Language,
    adapter::Disposition,
    payment::{
        Attempt, BeginPayment, Found, Lookup, Merchant, NextStep, PaymentLimits, PaymentProvider,
        PaymentState,
    },
};
use portal_payments::manual::{Manual, Receipt, Reference, ReferenceError};
use portal_testkit::facts::*;
use uuid::Uuid;

fn manual() -> Manual {
    let euro = PaymentLimits::only(vec!["EUR".parse().unwrap()]).up_to(eur(1_000_00).amount());
    Manual::new(Merchant::live("IBAN"), euro, "Transfer it to IBAN.")
        .in_language(Language::Es, "Transfiéralo a IBAN.")
}

fn nr(n: u128) -> Attempt {
    Attempt(Uuid::from_u128(n))
}

fn payment(n: u128, amount: portal_core::Money) -> BeginPayment {
    BeginPayment::new(
        nr(n),
        amount,
        Id::new("o1"),
        "SO-1",
        "https://a",
        "https://b",
    )
}

#[tokio::test]
async fn the_payer_is_told_the_same_each_time_in_their_language() {
    let manual = manual();
    for (language, said) in [
        (Language::En, "Transfer it to IBAN."),
        (Language::Es, "Transfiéralo a IBAN."),
    ] {
        for _ in 0..2 {
            let asked = payment(1, eur(120_00)).speaking(language);
            let begun = manual.begin(&asked).await.unwrap();
            let NextStep::Instructions { text, reference } = begun.next else {
                panic!("{:?}", begun.next)
            };
            assert_eq!(text, said);
            assert_eq!(reference, Reference::of(nr(1)).to_string());
            assert_eq!(begun.session.as_str(), Reference::of(nr(1)).compact());
        }
    }
}

/// 000-20: it is no card payment, and takes what its limits say.
#[tokio::test]
async fn a_transfer_is_not_an_online_payment() {
    let manual = manual();
    assert!(!manual.traits().limits.online);
    for amount in [eur(1_000_01), eur(0), money(1, "JPY")] {
        let no = manual.begin(&payment(1, amount)).await.unwrap_err();
        assert_eq!(no.disposition(), Disposition::NeverSent, "{amount}");
    }
}

#[tokio::test]
async fn nothing_can_be_looked_up_and_staff_record_what_came() {
    let manual = manual();
    let attempt = nr(1);
    let what = Lookup::Attempt {
        attempt,
        since: today(),
    };
    assert_eq!(manual.look_up(&what).await.unwrap(), Found::Nothing);
    let seen = manual.received(&Receipt::new(
        attempt,
        eur(119_99),
        " 2027-03-01/17 ",
        today(),
    ));
    assert_eq!(seen.state, PaymentState::Succeeded);
    assert_eq!((seen.attempt, seen.captured), (Some(attempt), eur(119_99)));
    assert_eq!(seen.payment.as_str(), "2027-03-01/17");
    assert_eq!(seen.paid_with.as_deref(), Some("Bank transfer"));
    assert!(seen.merchant.live);
}

#[test]
fn a_reference_is_read_as_people_type_it() {
    let reference = Reference::of(nr(1));
    let shown = reference.to_string();
    assert_eq!(shown.len(), 24);
    for typed in [
        shown.clone(),
        shown.to_lowercase(),
        shown.replace(' ', "-"),
        format!(" {shown} "),
    ] {
        assert_eq!(typed.parse(), Ok(reference.clone()), "{typed}");
    }
    for odd in [
        "",
        "RF",
        "RF18",
        "RF18 5390 0754 7034",
        "RFXX 5390 0754 7034 1234",
        "DE18539007547034",
        "RF18 5390 0754 7034 123é",
    ] {
        assert_eq!(odd.parse::<Reference>(), Err(ReferenceError::Form), "{odd}");
    }
}

#[test]
fn one_wrong_digit_and_two_that_changed_places_are_found() {
    for n in 0..200 {
        let sound = Reference::of(nr(n)).compact().to_owned();
        for at in 4..sound.len() {
            let mut wrong = sound.clone().into_bytes();
            wrong[at] = if wrong[at] == b'7' { b'8' } else { b'7' };
            let wrong = String::from_utf8(wrong).unwrap();
            assert_eq!(
                wrong.parse::<Reference>(),
                Err(ReferenceError::CheckDigits),
                "{wrong}"
            );
            let mut swapped = sound.clone().into_bytes();
            swapped.swap(at - 1, at);
            let swapped = String::from_utf8(swapped).unwrap();
            if swapped != sound {
                assert!(swapped.parse::<Reference>().is_err(), "{swapped}");
            }
        }
    }
}

#[test]
fn ten_thousand_attempts_have_ten_thousand_references() {
    let all: std::collections::HashSet<_> = (0..10_000).map(|n| Reference::of(nr(n))).collect();
    assert_eq!(all.len(), 10_000);
}
