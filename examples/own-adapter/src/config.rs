use std::fmt;

use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::Merchant,
    secrecy::{ExposeSecret as _, SecretString},
};

use super::NAME;

/// What Pennyroyal has to be told, and where it is.
#[derive(Clone)]
pub struct PennyroyalConfig {
    pub(crate) key: SecretString,
    pub(crate) merchant: Merchant,
    pub(crate) webhook_secrets: Vec<SecretString>,
    pub(crate) address: String,
    pub(crate) pages: String,
}

impl PennyroyalConfig {
    /// An account and its key.
    #[must_use]
    pub fn new(key: SecretString, merchant: Merchant) -> Self {
        Self {
            key,
            merchant,
            webhook_secrets: vec![],
            address: "https://api.pennyroyal.example/v2".to_owned(),
            pages: "https://pay.pennyroyal.example/".to_owned(),
        }
    }

    /// What posts are signed with. Named twice while it is being changed, both are taken.
    #[must_use]
    pub fn checking_webhooks_with(mut self, secret: SecretString) -> Self {
        self.webhook_secrets.push(secret);
        self
    }

    /// At another address, without a slash at its end: a sandbox, a double.
    #[must_use]
    pub fn at(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    pub(crate) fn checked(self) -> Result<Self, AdapterError> {
        let live = self.key.expose_secret().starts_with("pr_live_");
        if live == self.merchant.live {
            return Ok(self);
        }
        let (kind, never) = (AdapterErrorKind::Misconfigured, Disposition::NeverSent);
        let why = "the key is of the other mode than the account";
        Err(AdapterError::new(kind, never, NAME, "configure", why))
    }
}

/// The key and the secrets stay out of logs.
impl fmt::Debug for PennyroyalConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PennyroyalConfig")
            .field("merchant", &self.merchant)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
