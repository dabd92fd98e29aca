//! Asking for an account: by signing up, or for the owner of the portal to approve.
use std::{collections::BTreeSet, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::PasswordHash;
use crate::{
    Id, Language,
    details::{EmailAddress, Phone, PostalAddress},
};

/// Somebody asks for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountRequest {
    /// The portal's key.
    pub id: Id<AccountRequest>,
    /// By which way.
    pub kind: RequestKind,
    /// Where it stands.
    pub state: RequestState,
    /// When they asked.
    pub asked_at: DateTime<Utc>,
    /// What they say about themselves. Nobody has checked it.
    pub applicant: Applicant,
    /// The password they chose, when they sign up.
    pub password: Option<PasswordHash>,
}

/// By which way an account is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestKind {
    /// They create it themselves, once they have shown that the address is theirs.
    SignUp,
    /// The owner of the portal approves it.
    ForApproval,
}

/// Where a request for an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestState {
    /// Nobody has answered it.
    Pending,
    /// There is an account now.
    Approved,
    /// There will be none.
    Declined,
}

/// What somebody says about themselves who asks for an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Applicant {
    /// Where the answer goes.
    pub email: EmailAddress,
    /// Given name.
    pub given_name: String,
    /// Surname.
    pub surname: String,
    /// The firm, where they speak for one.
    pub organisation: Option<String>,
    /// Their number.
    pub phone: Option<Phone>,
    /// Where invoices go.
    pub billing: Option<PostalAddress>,
    /// Where goods go.
    pub shipping: Option<PostalAddress>,
    /// A card they stored with the payment provider, by the provider's own token.
    pub card: Option<String>,
    /// A bank account they stored with the payment provider, by the provider's own token.
    pub bank_account: Option<String>,
    /// What they want to be addressed in.
    pub language: Option<Language>,
    /// What else they wrote.
    pub message: Option<String>,
}

/// What a portal may ask of those who create an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequiredInfo {
    /// A credit card.
    CreditCard,
    /// A bank account (ACH).
    BankAccount,
    /// Where invoices go.
    BillingDetails,
    /// Where goods go.
    ShippingDetails,
}

impl AccountRequest {
    /// A request that nobody has answered.
    #[must_use]
    pub fn new(
        id: Id<Self>,
        kind: RequestKind,
        asked_at: DateTime<Utc>,
        applicant: Applicant,
    ) -> Self {
        Self {
            id,
            kind,
            state: RequestState::Pending,
            asked_at,
            applicant,
            password: None,
        }
    }

    /// With the password they chose.
    #[must_use]
    pub fn with_password(mut self, password: PasswordHash) -> Self {
        self.password = Some(password);
        self
    }
}

impl Applicant {
    /// Somebody with an address and a name.
    pub fn new(
        email: EmailAddress,
        given_name: impl Into<String>,
        surname: impl Into<String>,
    ) -> Self {
        Self {
            email,
            given_name: given_name.into(),
            surname: surname.into(),
            organisation: None,
            phone: None,
            billing: None,
            shipping: None,
            card: None,
            bank_account: None,
            language: None,
            message: None,
        }
    }

    /// Everything of `required` that they left out, in its order. Nothing else is ever missing.
    #[must_use]
    pub fn lacks(&self, required: &BTreeSet<RequiredInfo>) -> Vec<RequiredInfo> {
        let has = |info: &RequiredInfo| match info {
            RequiredInfo::CreditCard => self.card.is_some(),
            RequiredInfo::BankAccount => self.bank_account.is_some(),
            RequiredInfo::BillingDetails => self.billing.is_some(),
            RequiredInfo::ShippingDetails => self.shipping.is_some(),
        };
        required.iter().copied().filter(|info| !has(info)).collect()
    }
}

impl RequestState {
    /// As stores write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}

/// Who they are stays out of logs.
impl fmt::Debug for Applicant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Applicant(..)")
    }
}
