//! What cannot be, soundly answered: who was asked for one thing and answers about another is believed in nothing. ([`Disposition::Unknown`])
//!
//! The proxy writes something else wherever an answer says what was asked for. Where no answer says it, there is nothing to check.
use portal_core::{
    Money,
    adapter::Disposition,
    payment::{BeginPayment, Found, Lookup, NextStep},
};
use uuid::Uuid;

use super::{Ended, Skip, Trial};

/// A page for another amount than was asked for is shown to nobody.
pub async fn a_page_for_another_amount_is_not_believed(trial: &Trial) -> Ended {
    let asked = trial.asked();
    no_page_comes_of(trial, &asked, amounts(asked.amount), "the amount").await
}

/// Nor is one in another currency.
pub async fn a_page_in_another_currency_is_not_believed(trial: &Trial) -> Ended {
    let asked = trial.asked();
    let currency = asked.amount.currency();
    let code = currency.code();
    let other = if code == "USD" { "CAD" } else { "USD" };
    let twist = vec![
        (code.to_owned(), other.to_owned()),
        (code.to_lowercase(), other.to_lowercase()),
    ];
    no_page_comes_of(trial, &asked, twist, "the currency").await
}

/// Nor is somebody else's.
pub async fn a_page_of_another_attempt_is_not_believed(trial: &Trial) -> Ended {
    let asked = trial.asked();
    let other = Uuid::from_u128(0x0dd_7e57);
    let (ours, simple) = (asked.attempt.to_string(), asked.attempt.0.simple());
    let twist = vec![
        (ours, other.to_string()),
        (simple.to_string(), other.simple().to_string()),
    ];
    no_page_comes_of(trial, &asked, twist, "the attempt").await
}

/// Nor is one at another account.
pub async fn a_page_of_another_account_is_not_believed(trial: &Trial) -> Ended {
    let asked = trial.asked();
    let account = trial.adapter().merchant().account.to_string();
    let twist = vec![(account, "somebody-elses".to_owned())];
    no_page_comes_of(trial, &asked, twist, "the account").await
}

/// Payers are sent to the provider's own pages, whatever the answer says.
pub async fn a_page_at_another_host_is_not_believed(trial: &Trial) -> Ended {
    let (_, begun) = trial.open().await;
    let (NextStep::Redirect { url } | NextStep::PostForm { action: url, .. }) = &begun.next else {
        return Err(Skip::NotOffered("pages of the provider's"));
    };
    let host = url.strip_prefix("https://");
    let host = host.and_then(|rest| rest.split(['/', '?', '#']).next());
    let host = host.unwrap_or_default().to_owned();
    let twist = vec![(host.clone(), format!("{host}.evil.example"))];
    no_page_comes_of(trial, &trial.asked(), twist, "the page's address").await
}

/// Whoever is asked for one payment and answers about another has said nothing of the first.
pub async fn another_payment_than_was_asked_for_is_not_believed(trial: &Trial) -> Ended {
    let paid = trial.paid().await?;
    let payment = paid.seen.payment.clone();
    let ours = payment.to_string();
    let what = Lookup::Payment(payment);
    let other = format!("{}9", ours.trim_end_matches('9'));
    let twist = vec![(
        ours.clone(),
        if other == ours {
            format!("{ours}8")
        } else {
            other
        },
    )];
    let found = twisted(trial, twist, "the payment", trial.adapter().look_up(&what)).await?;
    match found {
        Ok(Found::Payment(seen)) => panic!("asked for {ours}, it believes {}", seen.payment),
        Ok(found) => panic!("asked for {ours}, it says {found:?}"),
        Err(no) => assert_eq!(no.disposition(), Disposition::Unknown, "{no}"),
    }
    Ok(())
}

/// A refund of another amount than was asked for may be any refund.
pub async fn a_refund_of_another_amount_is_not_believed(trial: &Trial) -> Ended {
    let refunds = trial.refunds()?;
    let paid = trial.paid().await?;
    trial.candidate().play(super::Act::CloseTheDay).await;
    let back = trial.some_back(&paid, &*refunds);
    let twist = amounts(back.amount);
    let ended = twisted(trial, twist, "the amount", refunds.refund(&back)).await?;
    let no = ended.expect_err("a refund of another amount was believed");
    assert_eq!(no.disposition(), Disposition::Unknown, "{no}");
    Ok(())
}

/// An amount as providers write it, and another beside each.
fn amounts(amount: Money) -> Vec<(String, String)> {
    let least = Money::from_minor(1, amount.currency());
    let other = amount.plus(least).unwrap();
    let written = |amount: Money| [amount.minor().to_string(), amount.amount().to_string()];
    let mut pairs: Vec<_> = written(amount).into_iter().zip(written(other)).collect();
    pairs.dedup();
    pairs
}

async fn no_page_comes_of(
    trial: &Trial,
    asked: &BeginPayment,
    twist: Vec<(String, String)>,
    what: &'static str,
) -> Ended {
    let ended = twisted(trial, twist, what, trial.adapter().begin(asked)).await?;
    let no = ended.expect_err("an answer that contradicts the request was believed");
    assert_eq!(no.disposition(), Disposition::Unknown, "{no}");
    Ok(())
}

/// How a call ends whose answers are written otherwise.
async fn twisted<T>(
    trial: &Trial,
    twist: Vec<(String, String)>,
    what: &'static str,
    call: impl Future<Output = T>,
) -> Result<T, Skip> {
    if !trial.proxy().is_wired() {
        return Err(Skip::NotPlayed("answers that contradict the request"));
    }
    trial.proxy().twist(twist);
    let ended = call.await;
    if trial.proxy().untwist() == 0 {
        return Err(Skip::NotOffered(what));
    }
    Ok(ended)
}
