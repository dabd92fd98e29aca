//! The browser that comes back, which is never believed: [`returned`](portal_core::payment::PaymentProvider::returned).
use portal_core::payment::{Begun, Fetching, Found, PayStyle, PaymentState, ReturnParams};

use super::{Ended, Skip, Trial, look_up::leads_nowhere};

/// What the provider's page sends back says what to look up, and that finds the payment.
pub async fn what_comes_back_finds_the_payment(trial: &Trial) -> Ended {
    let paid = trial.paid().await?;
    let params = back(trial, &paid.begun)?;
    let what = trial.adapter().returned(&params);
    let what = what.expect("the provider's own parameters say nothing");
    match trial.look_up(&what).await {
        Found::Payment(seen) => assert_eq!(seen.payment, paid.seen.payment),
        other => panic!("{what:?} is {other:?}"),
    }
    Ok(())
}

/// Whoever comes back without having paid has not paid, whatever else stands in the address.
pub async fn coming_back_is_not_paying(trial: &Trial) -> Ended {
    let (asked, begun) = trial.open().await;
    let mut params = back(trial, &begun)?;
    for (name, value) in BOASTS {
        params.query.push((name.to_owned(), value.to_owned()));
    }
    if let Some(what) = trial.adapter().returned(&params) {
        match trial.look_up(&what).await {
            Found::Payment(seen) => {
                assert_ne!(seen.state, PaymentState::Succeeded, "it was believed");
                assert_eq!(seen.captured.minor(), 0, "it was believed");
            }
            Found::Session { state, .. } | Found::Setup { state, .. } => {
                assert_ne!(state, PaymentState::Succeeded, "it was believed");
            }
            Found::Nothing => {}
        }
    }
    trial.has_taken_nothing(asked.attempt).await;
    Ok(())
}

/// A parameter that came twice is nobody's: it never finds another's payment.
pub async fn a_parameter_that_came_twice_finds_nobody_elses(trial: &Trial) -> Ended {
    let (ours, theirs) = (trial.paid().await?, trial.paid().await?);
    let (ours, theirs) = (back(trial, &ours.begun)?, back(trial, &theirs.begun)?);
    for (first, second) in [(&ours, &theirs), (&theirs, &ours)] {
        let query = [first.query.clone(), second.query.clone()].concat();
        let mut params = ReturnParams::query(query);
        params.form = [first.form.clone(), second.form.clone()].concat();
        let found = find(trial, &params).await;
        assert_eq!(found, Found::Nothing, "which of two to believe?");
        // One in the address, one in the form.
        let mut params = ReturnParams::query(first.query.clone());
        params.form.clone_from(&second.query);
        let found = find(trial, &params).await;
        assert_eq!(found, Found::Nothing, "which of two to believe?");
    }
    Ok(())
}

/// What somebody invents finds nothing, and leads to no other address of the provider's.
pub async fn invented_parameters_find_nothing(trial: &Trial) -> Ended {
    let (_, begun) = trial.open().await;
    let real = back(trial, &begun)?;
    let names = real.query.iter().chain(&real.form).map(|(name, _)| name);
    let long = "9".repeat(100_000);
    for name in names {
        for value in INVENTED.into_iter().chain([long.as_str()]) {
            let pair = (name.clone(), value.to_owned());
            let found = find(trial, &ReturnParams::query(vec![pair])).await;
            assert_eq!(found, Found::Nothing, "{name}={value:.40}");
        }
    }
    assert_eq!(find(trial, &ReturnParams::default()).await, Found::Nothing);
    let boasts = BOASTS.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let found = find(trial, &ReturnParams::query(boasts.to_vec())).await;
    assert_eq!(found, Found::Nothing, "boasting is not paying");
    leads_nowhere(trial);
    Ok(())
}

/// What people write into an address who want to have paid.
const BOASTS: [(&str, &str); 6] = [
    ("status", "succeeded"),
    ("payment_status", "paid"),
    ("redirect_status", "succeeded"),
    ("paid", "true"),
    ("amount", "0.01"),
    ("resultCode", "Authorised"),
];

const INVENTED: [&str; 9] = [
    "",
    "0",
    "909090909",
    "../../v1/refunds",
    "cs_test_909",
    "00000000-0000-4000-8000-000000000909",
    "x' or '1'='1",
    "a\r\nb",
    "\u{202e}\u{0}",
];

/// What the parameters find: nothing, where they say nothing or cannot be asked.
async fn find(trial: &Trial, params: &ReturnParams) -> Found {
    match trial.adapter().returned(params) {
        Some(what) => {
            let found = trial.adapter().look_up(&what).await;
            found.unwrap_or(Found::Nothing)
        }
        None => Found::Nothing,
    }
}

fn back(trial: &Trial, begun: &Begun) -> Result<ReturnParams, Skip> {
    let traits = trial.traits();
    if traits.pay == PayStyle::Instructions || traits.fetching == Fetching::Nothing {
        return Err(Skip::NotOffered("coming back"));
    }
    let params = trial.candidate().brought_back(begun);
    let params = params.ok_or(Skip::NotPlayed("coming back"))?;
    assert!(
        !(params.query.is_empty() && params.form.is_empty()),
        "it brings something back"
    );
    Ok(params)
}
