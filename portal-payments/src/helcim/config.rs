use std::{fmt, net::IpAddr};

use portal_core::{
    Currency, MoneyError,
    adapter::{AdapterError, AdapterErrorKind},
    payment::{Merchant, MethodKind},
};
use secrecy::SecretString;

use super::{NAME, refusal::not_sent};
use crate::address::speaks_safely;
use crate::signing::WebhookSecret;

/// What Helcim has to be told, and where it is.
#[derive(Clone)]
pub struct HelcimConfig {
    pub(super) merchant: Merchant,
    pub(super) country: Country,
    pub(super) token: SecretString,
    pub(super) own_ip: IpAddr,
    pub(super) verifiers: Vec<WebhookSecret>,
    pub(super) address: String,
}

/// Where the merchant is: it decides the currency and what a bank account there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "Helcim serves these two countries, and a third would be a new adapter's work"
)]
pub enum Country {
    /// Canadian dollars, pre-authorized debits.
    Canada,
    /// US dollars, ACH.
    UnitedStates,
}

impl HelcimConfig {
    /// An account, its API token, and the address our own server is seen under: Helcim wants one with every payment, also where no payer is there.
    #[must_use]
    pub fn new(merchant: Merchant, country: Country, token: SecretString, own_ip: IpAddr) -> Self {
        Self {
            merchant,
            country,
            token,
            own_ip,
            verifiers: vec![],
            address: "https://api.helcim.com/v2".to_owned(),
        }
    }

    /// The verifier token of the webhook. Named twice while it is being changed, both are taken.
    ///
    /// # Errors
    /// Where it is not base64.
    pub fn verified_by(mut self, token: &SecretString) -> Result<Self, AdapterError> {
        self.verifiers.push(WebhookSecret::read(NAME, token)?);
        Ok(self)
    }

    /// At another address, without a slash at its end: a fake, a proxy. It has to be https, or this very machine.
    #[must_use]
    pub fn at(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// The token, before it is sent anywhere.
    pub(super) fn checked(self) -> Result<Self, AdapterError> {
        if speaks_safely(&self.address) {
            return Ok(self);
        }
        let why = "the address of the API is not https";
        Err(not_sent(AdapterErrorKind::Misconfigured, "configure", why))
    }
}

impl Country {
    pub(super) fn currency(self) -> Result<Currency, MoneyError> {
        match self {
            Self::Canada => "CAD",
            Self::UnitedStates => "USD",
        }
        .parse()
    }

    pub(super) fn bank(self) -> MethodKind {
        match self {
            Self::Canada => MethodKind::CaBank,
            Self::UnitedStates => MethodKind::UsBank,
        }
    }
}

/// The tokens stay out of logs.
impl fmt::Debug for HelcimConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HelcimConfig")
            .field("merchant", &self.merchant)
            .field("country", &self.country)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Result<HelcimConfig, AdapterError> {
        let here = IpAddr::from([203, 0, 113, 1]);
        let (merchant, country) = (Merchant::test("school"), Country::Canada);
        let config = HelcimConfig::new(merchant, country, "a token".into(), here);
        config.at(address).checked()
    }

    #[test]
    fn the_token_travels_in_the_clear_to_nobody_but_this_machine() {
        for safe in [
            "https://api.helcim.com/v2",
            "https://proxy.example/helcim",
            "http://127.0.0.1:8420/v2",
            "http://localhost/v2",
        ] {
            assert!(at(safe).is_ok(), "{safe}");
        }
        for open in [
            "http://api.helcim.com/v2",
            "http://127.0.0.1.example.com/v2",
            "api.helcim.com/v2",
            "",
        ] {
            let no = at(open).unwrap_err();
            assert_eq!(no.kind(), AdapterErrorKind::Misconfigured, "{open}");
            assert!(!format!("{no} {no:?}").contains("a token"));
        }
    }
}
