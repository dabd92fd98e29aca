use std::{fmt, net::IpAddr};

use portal_core::{
    Currency, MoneyError,
    adapter::AdapterError,
    payment::{Merchant, MethodKind},
};
use secrecy::SecretString;

use super::NAME;
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

    /// At another address, without a slash at its end.
    #[must_use]
    pub fn at(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
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
