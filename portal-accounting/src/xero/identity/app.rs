use std::fmt;

use portal_core::adapter::AdapterError;
use secrecy::{ExposeSecret as _, SecretString};

use crate::xero::config::{misconfigured, speaks_safely};

/// The app that is registered with Xero, and what it asks consent for.
#[derive(Clone)]
pub struct XeroApp {
    pub(super) client_id: String,
    pub(super) kind: Kind,
    scopes: Vec<String>,
    login: String,
    identity: String,
    api: String,
}

#[derive(Clone)]
pub(super) enum Kind {
    /// It keeps a secret.
    Confidential(SecretString),
    /// It keeps none, and proves itself by a verifier.
    Pkce,
    /// It is for one organisation, which has consented once and for all.
    Custom(SecretString),
}

/// What the portal does, in the scopes that apps are given since March 2026.
const SCOPES: [&str; 4] = [
    "accounting.invoices",
    "accounting.payments",
    "accounting.contacts",
    "accounting.settings.read",
];
const OFFLINE: &str = "offline_access";

impl XeroApp {
    /// An app that keeps a secret: a server.
    pub fn confidential(client_id: impl Into<String>, secret: SecretString) -> Self {
        Self::new(client_id.into(), Kind::Confidential(secret))
    }

    /// An app that keeps none.
    pub fn pkce(client_id: impl Into<String>) -> Self {
        Self::new(client_id.into(), Kind::Pkce)
    }

    /// A custom connection: it needs nobody's consent, and opens one organisation.
    pub fn custom_connection(client_id: impl Into<String>, secret: SecretString) -> Self {
        Self::new(client_id.into(), Kind::Custom(secret))
    }

    fn new(client_id: String, kind: Kind) -> Self {
        let offline = (!matches!(kind, Kind::Custom(_))).then_some(OFFLINE);
        let scopes = offline.into_iter().chain(SCOPES);
        Self {
            client_id,
            kind,
            scopes: scopes.map(str::to_owned).collect(),
            login: "https://login.xero.com".to_owned(),
            identity: "https://identity.xero.com".to_owned(),
            api: "https://api.xero.com".to_owned(),
        }
    }

    /// Asks for these scopes instead, such as those of an older app. Without `offline_access` the connection ends after half an hour.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Speaks to one other address instead of Xero's three: a fake, a proxy.
    #[must_use]
    pub fn at(mut self, address: &str) -> Self {
        for part in [&mut self.login, &mut self.identity, &mut self.api] {
            address.clone_into(part);
        }
        self
    }

    pub(super) fn login(&self) -> &str {
        self.login.trim_end_matches('/')
    }

    pub(super) fn identity(&self) -> &str {
        self.identity.trim_end_matches('/')
    }

    pub(super) fn api(&self) -> &str {
        self.api.trim_end_matches('/')
    }

    /// The scopes, as they are sent.
    pub(super) fn asked_for(&self) -> String {
        self.scopes.join(" ")
    }

    pub(super) fn checked(self) -> Result<Self, AdapterError> {
        let mut problems = vec![];
        let shown = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        if !shown(&self.client_id) || self.client_id.contains(':') {
            problems.push("the client id is not one");
        }
        if let Kind::Confidential(secret) | Kind::Custom(secret) = &self.kind
            && !shown(secret.expose_secret())
        {
            problems.push("the client secret is not one");
        }
        if self.scopes.is_empty() || !self.scopes.iter().all(|scope| shown(scope)) {
            problems.push("the scopes are not scopes");
        }
        if ![&self.login, &self.identity, &self.api]
            .into_iter()
            .all(|at| speaks_safely(at))
        {
            problems.push("an address is not https");
        }
        if problems.is_empty() {
            return Ok(self);
        }
        Err(misconfigured("configure", problems.join("; ")))
    }
}

impl fmt::Debug for XeroApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XeroApp")
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}
