//! Opening a payment: [`begin`](portal_core::payment::PaymentProvider::begin).
use portal_core::{
    Clock as _, Currency, Money,
    adapter::{AdapterErrorKind, Disposition},
    payment::{BeginPayment, NextStep, PayStyle, Repeats},
    rust_decimal::Decimal,
};

use super::{Ended, Skip, Trial};
use crate::facts::minutes;

/// What the payer does next is what the traits say of paying, and leads nowhere odd. ([`PayStyle`])
pub async fn the_next_step_fits_the_style(trial: &Trial) -> Ended {
    let (_, begun) = trial.open().await;
    let style = trial.traits().pay;
    match (style, &begun.next) {
        (PayStyle::Redirect, NextStep::Redirect { url }) => https(url),
        (PayStyle::PostForm, NextStep::PostForm { action, .. }) => https(action),
        (PayStyle::Embedded, NextStep::Embedded { script, token }) => {
            https(script);
            assert!(!token.is_empty(), "the frame opens with something");
        }
        (PayStyle::Instructions, NextStep::Instructions { text, reference }) => {
            assert!(!text.is_empty() && !reference.is_empty(), "told nothing");
        }
        (_, next) => panic!("{style:?} does not begin with {next:?}"),
    }
    assert!(
        !begun.session.as_str().is_empty(),
        "what was opened is named"
    );
    let now = trial.clock().now();
    assert!(
        begun.until.is_none_or(|until| until > now),
        "closed already"
    );
    Ok(())
}

/// Exactly the amount that was asked for is taken, once. ("Opens a payment for exactly this amount.")
pub async fn exactly_what_was_asked_for_is_taken(trial: &Trial) -> Ended {
    let paid = trial.paid().await?;
    assert_eq!(paid.seen.captured, paid.asked.amount);
    let requested = paid.seen.requested;
    assert!(
        requested.is_none_or(|r| r == paid.asked.amount),
        "{requested:?}"
    );
    trial.has_taken_once(&paid.asked).await;
    Ok(())
}

/// The same attempt opens no second payment. ("Called again with the same attempt, within the time it repeats, it opens no second one.")
pub async fn one_attempt_is_paid_once_however_often_it_is_begun(trial: &Trial) -> Ended {
    repeats(trial)?;
    let asked = trial.asked();
    let first = trial.begin(&asked).await;
    trial.clock().advance(minutes(1));
    let second = trial.begin(&asked).await;
    assert_eq!(first.session, second.session, "one attempt, one session");
    if !trial.hears() {
        return Ok(());
    }
    trial.pay(&first).await?;
    trial.candidate().play(super::Act::Pay(&second)).await;
    trial.has_taken_once(&asked).await;
    Ok(())
}

/// An adapter keeps no state: after a restart a repeat is a repeat all the same.
pub async fn one_attempt_is_paid_once_across_a_restart(trial: &Trial) -> Ended {
    repeats(trial)?;
    let asked = trial.asked();
    let first = trial.begin(&asked).await;
    let again = trial.restarted().begin(&asked).await.unwrap();
    assert_eq!(first.session, again.session, "one attempt, one session");
    if !trial.hears() {
        return Ok(());
    }
    trial.pay(&again).await?;
    trial.candidate().play(super::Act::Pay(&first)).await;
    trial.has_taken_once(&asked).await;
    Ok(())
}

/// Two attempts are two payments, though everything else is alike.
pub async fn another_attempt_is_another_payment(trial: &Trial) -> Ended {
    let (one, begun) = trial.open().await;
    let mut other = trial.asked();
    other.order = one.order.clone();
    other.order_number.clone_from(&one.order_number);
    let second = trial.begin(&other).await;
    assert_ne!(begun.session, second.session);
    if !trial.hears() {
        return Ok(());
    }
    trial.pay(&begun).await?;
    trial.has_taken_once(&one).await;
    trial.has_taken_nothing(other.attempt).await;
    Ok(())
}

/// What the traits do not take is refused, and nothing was opened. ([`PaymentLimits`](portal_core::payment::PaymentLimits))
pub async fn what_is_outside_the_limits_is_refused_unsent(trial: &Trial) -> Ended {
    let limits = trial.traits().limits.clone();
    let currency = trial.currency();
    let least = Money::from_minor(1, currency);
    let mut outside = vec![Money::zero(currency), Money::from_minor(-20_00, currency)];
    if let Some(most) = limits.at_most {
        outside.push(Money::new(most, currency).unwrap().plus(least).unwrap());
    }
    if let Some(floor) = limits.at_least {
        outside.push(Money::new(floor, currency).unwrap().minus(least).unwrap());
    }
    let others = ["JPY", "EUR", "USD", "CAD", "KWD"].map(|code| code.parse().unwrap());
    for other in others.into_iter().filter(|other| !limits.takes(*other)) {
        outside.push(Money::new(Decimal::from(50), other).unwrap());
    }
    for amount in outside {
        let before = trial.proxy().heard().len();
        let asked = trial.asked_for(amount);
        let no = trial.adapter().begin(&asked).await;
        let no = no.expect_err("an amount outside the limits was begun");
        assert_eq!(no.kind(), AdapterErrorKind::Rejected, "{amount}: {no}");
        assert_ne!(no.disposition(), Disposition::Unknown, "{amount}: {no}");
        assert_eq!(trial.proxy().heard().len(), before, "{amount} was sent");
    }
    Ok(())
}

/// Yen have no decimals: 500 is five hundred.
pub async fn amounts_without_decimals_are_exact(trial: &Trial) -> Ended {
    is_exact(trial, "500", &["JPY", "KRW", "CLP"]).await
}

/// Cents are counted, not rounded.
pub async fn amounts_with_two_decimals_are_exact(trial: &Trial) -> Ended {
    is_exact(trial, "1234.57", &["EUR", "USD", "CAD", "GBP"]).await
}

/// A dinar has a thousand fils.
pub async fn amounts_with_three_decimals_are_exact(trial: &Trial) -> Ended {
    is_exact(trial, "25.120", &["KWD", "BHD", "JOD"]).await
}

/// Where a provider counts otherwise than ISO 4217, an amount is exact or refused, never rounded.
pub async fn an_amount_the_provider_cannot_count_is_refused_never_rounded(trial: &Trial) -> Ended {
    let mut tried = false;
    for (amount, code) in [
        ("25.123", "KWD"),
        ("25.001", "BHD"),
        ("1500", "ISK"),
        ("12.20", "MGA"),
        ("12000", "MGA"),
        ("5000", "UGX"),
        ("5000", "VND"),
        ("300", "TWD"),
        ("990.35", "HUF"),
        ("1.0003", "CLF"),
    ] {
        let amount = money(amount, code);
        if !trial.traits().limits.accept(amount) {
            continue;
        }
        tried = true;
        let asked = trial.asked_for(amount);
        match trial.adapter().begin(&asked).await {
            Ok(begun) => pays_exactly(trial, &asked, &begun).await?,
            Err(no) => {
                assert_eq!(no.kind(), AdapterErrorKind::Rejected, "{amount}: {no}");
                assert_ne!(no.disposition(), Disposition::Unknown, "{amount}: {no}");
            }
        }
    }
    tried
        .then_some(())
        .ok_or(Skip::NotOffered("odd currencies"))
}

async fn is_exact(trial: &Trial, amount: &str, currencies: &[&str]) -> Ended {
    let limits = &trial.traits().limits;
    let amounts = currencies.iter().map(|code| money(amount, code));
    let taken: Vec<Money> = amounts.filter(|amount| limits.accept(*amount)).collect();
    if taken.is_empty() {
        return Err(Skip::NotOffered("such a currency"));
    }
    for amount in taken {
        let asked = trial.asked_for(amount);
        let begun = trial.begin(&asked).await;
        pays_exactly(trial, &asked, &begun).await?;
    }
    Ok(())
}

async fn pays_exactly(
    trial: &Trial,
    asked: &BeginPayment,
    begun: &portal_core::payment::Begun,
) -> Ended {
    trial.pay(begun).await?;
    trial.has_taken_once(asked).await;
    let seen = trial.seen(asked, begun).await?;
    assert_eq!(seen.captured, asked.amount, "seen as it was taken");
    Ok(())
}

fn money(amount: &str, code: &str) -> Money {
    let currency: Currency = code.parse().unwrap();
    Money::new(amount.parse().unwrap(), currency).unwrap()
}

fn repeats(trial: &Trial) -> Ended {
    match trial.traits().repeats {
        Repeats::Never => Err(Skip::NotOffered("repeats")),
        _ => Ok(()),
    }
}

/// Nothing but https, and no name in front of the host.
fn https(url: &str) {
    let rest = url.strip_prefix("https://");
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    let host = host.unwrap_or_else(|| panic!("{url}: payers are sent over https"));
    let sound = !host.is_empty() && !host.contains(['@', '\\', ' ']);
    assert!(sound, "{url}: is that a host?");
}
