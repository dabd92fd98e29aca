use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Id, Surname};

/// Who owes the money: a firm or a person, kept by the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Customer {
    /// The host's key.
    pub id: Id<Customer>,
    /// As it stands on invoices.
    pub name: String,
    /// Buys on account rather than for cash.
    pub on_account: bool,
}

/// A person the host knows, whether or not they can sign in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contact {
    /// The host's key.
    pub id: Id<Contact>,
    /// Whom they act for.
    pub customer: Id<Customer>,
    /// As the host shows it; empty when the person has one name only.
    pub given_name: String,
    /// What they type to confirm a transfer or a cancellation.
    pub surname: Surname,
    /// As the host has it.
    pub email: Option<String>,
    /// What the portal speaks to them.
    pub language: Language,
}

/// A contact's way in. The portal owns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// The portal's key.
    pub id: Id<Account>,
    /// The person it signs in.
    pub contact: Id<Contact>,
}

/// The languages the portal speaks.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

impl Customer {
    /// A customer who pays cash; set `on_account` for one who does not.
    pub fn new(id: Id<Self>, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            on_account: false,
        }
    }
}

impl Contact {
    /// A person with a name, addressed in English until told otherwise.
    pub fn new(
        id: Id<Self>,
        customer: Id<Customer>,
        given_name: impl Into<String>,
        surname: impl Into<Surname>,
    ) -> Self {
        Self {
            id,
            customer,
            given_name: given_name.into(),
            surname: surname.into(),
            email: None,
            language: Language::En,
        }
    }

    /// Where mail reaches them.
    #[must_use]
    pub fn with_email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// What the portal speaks to them.
    #[must_use]
    pub fn speaking(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// The name as the portal shows it.
    #[must_use]
    pub fn full_name(&self) -> String {
        let surname = self.surname.as_str().trim();
        let given = self.given_name.trim();
        match (given.is_empty(), surname.is_empty()) {
            (false, false) => format!("{given} {surname}"),
            (true, _) => surname.to_owned(),
            (_, true) => given.to_owned(),
        }
    }
}

/// Names and addresses stay out of logs.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({})", self.id)
    }
}

impl Account {
    /// The account that signs this contact in.
    #[must_use]
    pub fn new(id: Id<Self>, contact: Id<Contact>) -> Self {
        Self { id, contact }
    }
}

impl Language {
    /// Every language there is a catalogue for.
    pub const ALL: &'static [Self] = &[Self::En, Self::Es];

    /// The language tag, `en` or `es`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// The language of a tag such as `es` or `es-MX`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        Self::ALL
            .iter()
            .copied()
            .find(|l| l.tag().eq_ignore_ascii_case(primary))
    }
}
