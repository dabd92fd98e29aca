use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Digest, PasswordHash};
use crate::{
    Account, Contact, Customer, Id, Language,
    details::{EmailAddress, Phone},
};

/// An account with everything that lets its owner in. The portal owns it; there is at most one for each contact.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Access {
    /// The portal's key.
    pub account: Id<Account>,
    /// The person it signs in.
    pub contact: Id<Contact>,
    /// Whom they act for, for the sign-in log.
    pub customer: Id<Customer>,
    /// Whether it may be used.
    pub state: AccountState,
    /// The address they sign in with. No two accounts have the same.
    pub email: Option<EmailAddress>,
    /// The number they sign in with. No two accounts have the same.
    pub phone: Option<Phone>,
    /// What they chose to be addressed in; the site's language without.
    pub language: Option<Language>,
    /// None before the first was chosen.
    pub password: Option<PasswordHash>,
    /// Sent by mail where the host wants that: good for choosing a password, once, until then.
    pub temporary: Option<TemporaryPassword>,
    /// The second factor, where one is set up.
    pub second_factor: Option<SecondFactor>,
    /// Browsers it was signed in from, the newest first; at most [`Access::MOST_DEVICES`].
    pub devices: Vec<Digest>,
}

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountState {
    /// Nobody has chosen a password yet.
    Invited,
    /// In use.
    Active,
    /// Closed by staff.
    Disabled,
}

/// A password that staff had sent: it must be changed at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TemporaryPassword {
    /// As it is kept.
    pub hash: PasswordHash,
    /// Until when it is good.
    pub until: DateTime<Utc>,
}

/// Codes from an authenticator app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SecondFactor {
    /// The app's secret, encrypted under the portal's key.
    pub sealed: SealedSecret,
    /// The step of the last code taken: none is taken twice.
    pub last_step: u64,
    /// It was shown to work; before that it is not asked for.
    pub confirmed: bool,
}

/// A secret that must be read again, encrypted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedSecret(String);

impl Access {
    /// How many browsers are remembered.
    pub const MOST_DEVICES: usize = 10;

    /// An account that nobody has used yet.
    #[must_use]
    pub fn new(account: Id<Account>, contact: Id<Contact>, customer: Id<Customer>) -> Self {
        Self {
            account,
            contact,
            customer,
            state: AccountState::Invited,
            email: None,
            phone: None,
            language: None,
            password: None,
            temporary: None,
            second_factor: None,
            devices: vec![],
        }
    }

    /// Signs in with this address.
    #[must_use]
    pub fn with_email(mut self, email: Option<EmailAddress>) -> Self {
        self.email = email;
        self
    }

    /// Signs in with this number.
    #[must_use]
    pub fn with_phone(mut self, phone: Option<Phone>) -> Self {
        self.phone = phone;
        self
    }

    /// Signs in with this password, from now on.
    #[must_use]
    pub fn with_password(mut self, password: PasswordHash) -> Self {
        self.password = Some(password);
        self.state = AccountState::Active;
        self
    }
}

impl TemporaryPassword {
    /// Good until then.
    #[must_use]
    pub fn new(hash: PasswordHash, until: DateTime<Utc>) -> Self {
        Self { hash, until }
    }
}

impl SecondFactor {
    /// A second factor as a store kept it.
    #[must_use]
    pub fn new(sealed: SealedSecret, last_step: u64, confirmed: bool) -> Self {
        Self {
            sealed,
            last_step,
            confirmed,
        }
    }
}

impl SealedSecret {
    /// As a store kept it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As a store keeps it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AccountState {
    /// As stores and logs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// What lets somebody in stays out of logs.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, state, .. } = self;
        write!(f, "Access({account}, {})", state.as_str())
    }
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedSecret(..)")
    }
}
