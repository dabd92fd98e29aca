use secrecy::SecretString;

use crate::{
    accounts::AccountKey,
    details::{EmailAddress, Phone, Region},
};

/// What somebody types to say who they are: an e-mail address, or a phone number in any spelling.
#[derive(Clone)]
pub struct Login(SecretString);

/// A login, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReadLogin {
    Email(EmailAddress),
    Phone(Phone),
    /// Nobody's.
    Nonsense,
}

impl Login {
    /// Takes it as it was typed. People type passwords into the wrong field: it is treated as one.
    pub fn new(typed: impl Into<String>) -> Self {
        Self(typed.into().into())
    }

    pub(crate) fn typed(&self) -> &str {
        secrecy::ExposeSecret::expose_secret(&self.0)
    }

    pub(crate) fn read(&self, country: Option<Region>) -> ReadLogin {
        let typed = self.typed();
        if let Ok(email) = EmailAddress::parse(typed) {
            ReadLogin::Email(email)
        } else if let Ok(phone) = Phone::parse(typed, country) {
            ReadLogin::Phone(phone)
        } else {
            ReadLogin::Nonsense
        }
    }
}

impl ReadLogin {
    /// The account that signs in with it.
    pub(crate) fn key(&self) -> Option<AccountKey> {
        match self {
            Self::Email(email) => Some(AccountKey::Email(email.clone())),
            Self::Phone(phone) => Some(AccountKey::Phone(phone.clone())),
            Self::Nonsense => None,
        }
    }

    /// In its one spelling, whatever way it was typed; what makes no sense, as it was.
    pub(crate) fn name<'a>(&'a self, typed: &'a Login) -> &'a str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
            Self::Nonsense => typed.typed(),
        }
    }
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(..)")
    }
}
