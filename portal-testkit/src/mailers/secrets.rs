//! What is never printed. ([`AdapterError`])
use std::error::Error as _;

use portal_core::adapter::AdapterError;

use super::{
    Ended, Fate, Skip, Trial, Trouble,
    run::{ANA, SUBJECT, TEXT},
};

/// Neither a transport nor anything it is made of shows what it was given to sign in with.
pub async fn nothing_it_is_made_of_shows_a_secret(trial: &Trial) -> Ended {
    let secrets = secrets(trial)?;
    let mut shown = vec![format!("{:?}", trial.mailer())];
    for trouble in Trouble::ALL {
        shown.extend(trial.candidate().broken(trouble).map(|m| format!("{m:?}")));
    }
    none_of(&secrets, &shown);
    Ok(())
}

/// Nor does an error, nor what caused it.
pub async fn no_error_shows_a_secret(trial: &Trial) -> Ended {
    let secrets = secrets(trial)?;
    let errors = errors(trial).await?;
    let mut shown = vec![];
    for (_, error) in &errors {
        shown.push(format!("{error} {error:?}"));
        let mut source = error.source();
        while let Some(below) = source {
            shown.push(format!("{below} {below:?}"));
            source = below.source();
        }
    }
    none_of(&secrets, &shown);
    Ok(())
}

/// Staff see an error's text, and logs keep it: it names no reader, and repeats nothing of the message. It may stand in the source.
pub async fn no_error_says_whom_it_was_for_or_what_it_said(trial: &Trial) -> Ended {
    for (to, error) in errors(trial).await? {
        let (shown, local) = (error.to_string(), to.split('@').next().unwrap_or_default());
        for private in [&to, "acme.example", "Ana Cruz", SUBJECT, TEXT, "SO-4711"] {
            assert!(!shown.contains(private), "{private:?} stands in {shown:?}");
        }
        assert!(!shown.contains(&format!("<{local}")), "{shown:?}");
    }
    Ok(())
}

fn secrets(trial: &Trial) -> Result<Vec<String>, Skip> {
    let secrets = trial.candidate().secrets();
    if secrets.is_empty() {
        return Err(Skip::NotOffered("secrets"));
    }
    Ok(secrets)
}

/// Everything that can go wrong, and whom the message was for.
async fn errors(trial: &Trial) -> Result<Vec<(String, AdapterError)>, Skip> {
    let mut errors = vec![];
    for fate in Fate::ALL {
        if let (Some(to), Ok(error)) = (trial.candidate().reader(fate), trial.refused(fate).await) {
            errors.push((to, error));
        }
    }
    for trouble in Trouble::ALL {
        if let Ok(error) = trial.stopped(trouble).await {
            errors.push((ANA.to_owned(), error));
        }
    }
    if errors.is_empty() {
        return Err(Skip::NotPlayed("anything that fails"));
    }
    Ok(errors)
}

fn none_of(secrets: &[String], shown: &[String]) {
    for secret in secrets {
        let found = shown.iter().any(|text| text.contains(secret));
        assert!(!found, "a secret is shown");
    }
}
