//! What a system says of itself.
use std::time::Duration;

use portal_core::{
    accounting::{FindDocument, LedgerError},
    payment::Repeats,
};

use super::{Ended, Fault, Trial};

/// The name is what rows and logs call it: short, lower case, and the same after a restart. ([`AccountingSystem::name`](portal_core::accounting::AccountingSystem::name))
pub async fn its_name_is_short_and_stays(trial: &Trial) -> Ended {
    let name = trial.system().name();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    assert!((1..=32).contains(&name.len()), "{name:?}: 1 to 32 letters");
    assert!(name.chars().all(plain), "{name:?}: a to z, 0 to 9, - and _");
    assert!(
        !trial.system().shown_name().is_empty(),
        "people call it something"
    );
    assert_eq!(trial.restarted().name(), name);
    Ok(())
}

/// Whose books they are is part of every key: it stays. ([`OrganisationRef`](portal_core::accounting::OrganisationRef))
pub async fn its_organisation_stays(trial: &Trial) -> Ended {
    let organisation = trial.system().organisation();
    assert_eq!(
        &*organisation.system,
        trial.system().name(),
        "of this system"
    );
    assert!(!organisation.id.is_empty(), "the organisation has a name");
    assert_eq!(trial.restarted().organisation(), organisation);
    Ok(())
}

/// Traits are data that rules read: they make sense, and stay. ([`LedgerTraits`](portal_core::accounting::LedgerTraits))
pub async fn its_traits_are_sound_and_stay(trial: &Trial) -> Ended {
    let traits = trial.traits();
    assert_eq!(trial.restarted().traits(), traits, "they stay");
    assert!(traits.number_len >= 8, "an order's number fits");
    assert!(
        traits.reference_len >= 12,
        "a payment's reference tells it from others"
    );
    assert!(
        traits.poll_every >= Duration::from_secs(1),
        "asking all the time is not reasonable"
    );
    if let Repeats::For(window) = traits.repeats {
        assert!(!window.is_zero(), "for no time is never");
    }
    Ok(())
}

/// Checking answers what the organisation is like today. ([`AccountingSystem::check`](portal_core::accounting::AccountingSystem::check))
pub async fn checking_tells_whose_books_they_are(trial: &Trial) -> Ended {
    let organisation = trial.system().check().await.unwrap();
    assert!(!organisation.name.is_empty(), "people call it something");
    let kept = trial.codes().currency;
    let listed = organisation.currencies.is_empty() || organisation.currencies.contains(&kept);
    assert!(organisation.base == kept || listed, "it keeps {kept}");
    assert_eq!(organisation.locked_until, None, "nothing is closed yet");
    Ok(())
}

/// Secrets stay out of every Debug.
pub async fn nothing_it_is_made_of_shows_a_secret(trial: &Trial) -> Ended {
    let system = trial.system();
    let parts = (
        system.papers(),
        system.notes(),
        system.voiding(),
        system.webhooks(),
    );
    let shown = format!("{system:?} {system:#?} {parts:?}");
    // After a call it may have a token it had not before.
    let (_, document) = trial.invoice().await;
    let later = format!("{system:?} {document:?}");
    shows_no_secret(trial, &[shown, later]);
    Ok(())
}

/// Secrets stay out of every error, whatever went wrong; names and addresses stay out of its text. ([`AdapterError`](portal_core::adapter::AdapterError))
pub async fn no_error_shows_a_secret(trial: &Trial) -> Ended {
    let mut shown = vec![];
    let mut hear = |no: LedgerError| {
        let text = no.to_string();
        assert!(!text.contains("uillfeather"), "{text}: names somebody");
        shown.push(told(&no));
    };
    for fault in Fault::ALL {
        let person = trial.person();
        if trial.fail_next(fault).await {
            if let Err(no) = trial.system().customer(&person, trial.key()).await {
                hear(no);
            }
            trial.proxy().heal();
        }
        let draft = trial.draft(&trial.customer().await);
        if trial.fail_next(fault).await {
            if let Err(no) = trial.system().create(&draft, trial.key()).await {
                hear(no);
            }
            trial.proxy().heal();
        }
        if trial.fail_next(fault).await {
            let what = FindDocument::Number(draft.number);
            if let Err(no) = trial.system().find(&what).await {
                hear(no);
            }
            trial.proxy().heal();
        }
    }
    let (draft, _) = trial.invoice().await;
    if let Err(no) = trial.system().create(&draft, trial.key()).await {
        hear(no);
    }
    shows_no_secret(trial, &shown);
    Ok(())
}

/// An error with everything it carries.
fn told(no: &LedgerError) -> String {
    let mut text = format!("{no} {no:?}");
    let mut source = std::error::Error::source(no);
    while let Some(cause) = source {
        text = format!("{text} {cause} {cause:?}");
        source = cause.source();
    }
    text
}

fn shows_no_secret(trial: &Trial, shown: &[String]) {
    for secret in trial.candidate().secrets() {
        let it = shown.iter().find(|text| text.contains(&secret));
        assert_eq!(it, None, "a secret is shown");
    }
}
