use std::{fmt, sync::Arc};

use async_trait::async_trait;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Attempt, Begun, IdempotencyKey, MethodCharges, MethodRef, PayerRef};
use crate::{Contact, Currency, Id, Language, adapter::AdapterError, command::written};

/// Keeps cards and bank accounts for later.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PaymentVault: fmt::Debug + Send + Sync + 'static {
    /// What can be kept.
    fn keeps(&self) -> Vec<MethodKind>;

    /// What a customer can remove.
    fn removes(&self) -> Vec<MethodKind>;

    /// The customer at the provider. Called again for the same customer, within the time it repeats, it makes no second one.
    async fn payer(&self, profile: &PayerProfile) -> Result<PayerRef, AdapterError>;

    /// What is kept for this customer.
    async fn methods(&self, payer: &PayerRef) -> Result<Vec<StoredMethod>, AdapterError>;

    /// Removes one, if it is this customer's; [`AdapterErrorKind::NotFound`](crate::adapter::AdapterErrorKind::NotFound) for another's as for none.
    async fn remove(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError>;

    /// Makes one the default, if it is this customer's.
    async fn make_default(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError>;

    /// Charging one without a page, where the provider can.
    fn charges(&self) -> Option<Arc<dyn MethodCharges>> {
        None
    }

    /// Storing one on a page of the provider's, where it has such a page.
    fn setup(&self) -> Option<Arc<dyn MethodSetup>> {
        None
    }
}

/// Stores a card or bank account on a page of the provider's.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MethodSetup: fmt::Debug + Send + Sync + 'static {
    /// What can be stored this way.
    fn stores(&self) -> Vec<MethodKind>;

    /// Opens the page, or has the payer written to.
    async fn begin(&self, setup: &BeginSetup) -> Result<Begun, AdapterError>;
}

/// Who pays, as a provider wants to know it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PayerProfile {
    /// Who, by the host's key.
    pub contact: Id<Contact>,
    /// As it stands on a card.
    pub name: String,
    /// Where receipts go.
    pub email: Option<String>,
    /// Of which portal: two that share an account of a provider's may call two people by one key.
    pub portal: Option<String>,
}

/// A kind of thing that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MethodKind {
    /// A card.
    Card,
    /// A bank account in the United States (ACH).
    UsBank,
    /// A bank account in Canada (PAD).
    CaBank,
    /// A bank account in the euro area (SEPA).
    SepaDebit,
    /// Something else.
    Other,
}

/// A card or bank account that is kept: never its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredMethod {
    /// The provider's name for it.
    pub method: MethodRef,
    /// What it is.
    pub kind: MethodKind,
    /// The brand, or the bank.
    pub brand: String,
    /// Its last digits.
    pub last4: String,
    /// Whether it can be used.
    pub state: MethodState,
    /// It is used where nothing else is said.
    pub is_default: bool,
    /// The last day it is good.
    pub expires: Option<NaiveDate>,
}

/// Whether something kept can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MethodState {
    /// It can.
    Usable,
    /// Once its owner has shown that it is theirs.
    PendingVerification,
    /// No longer: it ran out.
    Expired,
    /// No longer: permission was withdrawn.
    Revoked,
}

/// What a provider needs to store something.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BeginSetup {
    /// What the portal recorded.
    pub attempt: Attempt,
    /// Whose it will be.
    pub payer: PayerRef,
    /// What.
    pub kind: MethodKind,
    /// What it will pay in.
    pub currency: Currency,
    /// Where they come back to.
    pub return_to: String,
    /// Where they come back to who changed their mind.
    pub cancel_to: String,
    /// What they read.
    pub language: Language,
    /// What they agree to, for bank accounts.
    pub mandate: Option<MandateTerms>,
}

/// What the owner of a bank account agrees to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MandateTerms {
    /// In words.
    pub description: String,
    /// How often money is collected.
    pub schedule: MandateSchedule,
    /// It is a firm's account.
    pub business: bool,
}

/// How often money is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MandateSchedule {
    /// At intervals.
    Interval,
    /// Now and then.
    Sporadic,
    /// Both.
    Combined,
}

/// What keys of customers at providers derive from.
const PAYERS: Uuid = Uuid::from_u128(0x6f5b_1c0d_84e7_4b52_a6d1_90c3_2ef8_7d44);

impl PayerProfile {
    /// Somebody who pays.
    pub fn new(contact: Id<Contact>, name: impl Into<String>) -> Self {
        Self {
            contact,
            name: name.into(),
            email: None,
            portal: None,
        }
    }

    /// A customer of this portal's, by its address.
    #[must_use]
    pub fn of_portal(mut self, portal: Option<String>) -> Self {
        self.portal = portal;
        self
    }

    /// Where receipts go.
    #[must_use]
    pub fn with_email(mut self, email: Option<String>) -> Self {
        self.email = email;
        self
    }

    /// What makes a repeat of making this customer harmless.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        let portal = self.portal.as_deref().unwrap_or_default();
        IdempotencyKey::derive(PAYERS, &written(&[portal, self.contact.as_str()]))
    }
}

impl MethodKind {
    /// It is an account at a bank.
    #[must_use]
    pub fn is_bank_account(self) -> bool {
        match self {
            Self::UsBank | Self::CaBank | Self::SepaDebit => true,
            Self::Card | Self::Other => false,
        }
    }

    /// As forms and logs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::UsBank => "us_bank",
            Self::CaBank => "ca_bank",
            Self::SepaDebit => "sepa_debit",
            Self::Other => "other",
        }
    }
}

impl StoredMethod {
    /// Something that can be used.
    pub fn new(
        method: MethodRef,
        kind: MethodKind,
        brand: impl Into<String>,
        last4: impl Into<String>,
    ) -> Self {
        Self {
            method,
            kind,
            brand: brand.into(),
            last4: last4.into(),
            state: MethodState::Usable,
            is_default: false,
            expires: None,
        }
    }

    /// It is in this state.
    #[must_use]
    pub fn in_state(mut self, state: MethodState) -> Self {
        self.state = state;
        self
    }

    /// It is the default, or not.
    #[must_use]
    pub fn defaulting(mut self, is_default: bool) -> Self {
        self.is_default = is_default;
        self
    }

    /// It is good until the end of that day.
    #[must_use]
    pub fn expiring(mut self, expires: Option<NaiveDate>) -> Self {
        self.expires = expires;
        self
    }
}

impl BeginSetup {
    /// Store something for later.
    pub fn new(
        attempt: Attempt,
        payer: PayerRef,
        kind: MethodKind,
        currency: Currency,
        return_to: impl Into<String>,
        cancel_to: impl Into<String>,
    ) -> Self {
        Self {
            attempt,
            payer,
            kind,
            currency,
            return_to: return_to.into(),
            cancel_to: cancel_to.into(),
            language: Language::En,
            mandate: None,
        }
    }

    /// In this language.
    #[must_use]
    pub fn speaking(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// On these terms.
    #[must_use]
    pub fn agreeing(mut self, mandate: MandateTerms) -> Self {
        self.mandate = Some(mandate);
        self
    }

    /// What makes a repeat of this call harmless.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        IdempotencyKey::derive(self.attempt.0, "setup")
    }
}

impl MandateTerms {
    /// What a person agrees to.
    pub fn new(description: impl Into<String>, schedule: MandateSchedule) -> Self {
        Self {
            description: description.into(),
            schedule,
            business: false,
        }
    }

    /// It is a firm's account.
    #[must_use]
    pub fn for_business(mut self) -> Self {
        self.business = true;
        self
    }
}

/// Who pays stays out of logs.
impl fmt::Debug for PayerProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PayerProfile({})", self.contact)
    }
}
