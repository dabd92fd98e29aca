use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portal_core::adapter::{AdapterError, AdapterErrorKind, Disposition};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::{XeroApp, app::Kind};
use crate::xero::{NAME, config::misconfigured, form::Form};

/// A question to somebody who may consent, on its way. A host keeps it with their session, and nowhere else.
#[derive(Clone)]
#[non_exhaustive]
pub struct Consent {
    /// Where to send them.
    pub url: String,
    /// What must come back with the code; see [`is_answered_by`](Self::is_answered_by).
    pub state: SecretString,
    /// What proves that the code is ours, for an app that keeps no secret.
    pub verifier: Option<SecretString>,
    /// Where they come back to.
    pub redirect: String,
}

impl Consent {
    /// One that was kept, put together again.
    #[must_use]
    pub fn kept(state: SecretString, verifier: Option<SecretString>, redirect: String) -> Self {
        Self {
            url: String::new(),
            state,
            verifier,
            redirect,
        }
    }

    /// Whether this state, which the browser brought back, is the one that was sent. A code that comes with another is somebody else's: do not exchange it.
    #[must_use]
    pub fn is_answered_by(&self, state: &str) -> bool {
        // Hashes compare in a time that says nothing about the state.
        Sha256::digest(state) == Sha256::digest(self.state.expose_secret())
    }

    pub(super) fn draw(app: &XeroApp, redirect: &str) -> Result<Self, AdapterError> {
        let state = drawn()?;
        let verifier = match app.kind {
            Kind::Pkce => Some(drawn()?),
            Kind::Confidential(_) => None,
            Kind::Custom(_) => {
                let why = "a custom connection needs nobody's consent here";
                return Err(misconfigured("consent", why));
            }
        };
        let challenge = verifier.as_deref().map(challenge);
        Ok(Self {
            url: address(app, redirect, &state, challenge.as_deref()),
            state: state.into(),
            verifier: verifier.map(Into::into),
            redirect: redirect.to_owned(),
        })
    }
}

fn address(app: &XeroApp, redirect: &str, state: &str, challenge: Option<&str>) -> String {
    let form = Form::default()
        .set("response_type", "code")
        .set("client_id", &app.client_id)
        .set("redirect_uri", redirect)
        .set("scope", &app.asked_for())
        .set("state", state);
    let form = match challenge {
        Some(challenge) => form
            .set("code_challenge", challenge)
            .set("code_challenge_method", "S256"),
        None => form,
    };
    format!(
        "{}/identity/connect/authorize?{}",
        app.login(),
        form.as_str()
    )
}

/// RFC 7636, S256.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// 256 bits, in 43 characters that need no escaping.
fn drawn() -> Result<String, AdapterError> {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).map_err(|error| {
        let (kind, never) = (AdapterErrorKind::Unavailable, Disposition::NeverSent);
        AdapterError::new(kind, never, NAME, "consent", "no randomness").with_source(error)
    })?;
    Ok(URL_SAFE_NO_PAD.encode(bits))
}

impl fmt::Debug for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consent")
            .field("redirect", &self.redirect)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let wanted = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(challenge(verifier), wanted);
    }

    #[test]
    fn the_address_asks_for_what_the_portal_does_and_can_be_tied_to_its_answer() {
        let app = XeroApp::pkce("ABC");
        let url = address(&app, "https://school.example/xero?a=b", "s", Some("c"));
        assert_eq!(
            url,
            "https://login.xero.com/identity/connect/authorize?response_type=code&client_id=ABC\
             &redirect_uri=https%3A%2F%2Fschool.example%2Fxero%3Fa%3Db\
             &scope=offline_access%20accounting.invoices%20accounting.payments%20accounting.contacts%20accounting.settings.read\
             &state=s&code_challenge=c&code_challenge_method=S256"
        );
        let consent = Consent::draw(&app, "https://school.example/xero").unwrap();
        let verifier = consent.verifier.as_ref().unwrap().expose_secret();
        assert!((43..=128).contains(&verifier.len()));
        assert!(consent.url.contains(&challenge(verifier)) && !consent.url.contains(verifier));
        let state = consent.state.expose_secret();
        assert!(consent.url.contains(state) && consent.is_answered_by(state));
        assert!(!consent.is_answered_by("") && !consent.is_answered_by(verifier));
        let shown = format!("{consent:?}");
        assert!(
            !shown.contains(state) && !shown.contains(verifier),
            "{shown}"
        );
    }

    #[test]
    fn two_questions_are_never_the_same_and_a_custom_connection_asks_none() {
        let app = XeroApp::confidential("ABC", "secret".into());
        let two = [(); 2].map(|()| Consent::draw(&app, "https://school.example/").unwrap());
        let [one, other] = two.map(|consent| {
            assert!(consent.verifier.is_none());
            consent.state.expose_secret().to_owned()
        });
        assert_ne!(one, other);
        let custom = XeroApp::custom_connection("ABC", "secret".into());
        assert!(Consent::draw(&custom, "https://school.example/").is_err());
    }
}
