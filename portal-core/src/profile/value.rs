use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::details::{EmailAddress, Phone, PostalAddress, PostalCode};

/// What is in a field of the profile form, checked and in its one spelling.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Value {
    /// Nothing.
    Empty,
    /// One line, or several.
    Text(String),
    /// One of the choices, by its key.
    Choice(String),
    /// Ticked or not.
    Flag(bool),
    /// A day.
    Date(NaiveDate),
    /// A telephone number.
    Phone(Phone),
    /// An e-mail address other than the one they sign in with.
    Email(EmailAddress),
    /// A ZIP or postal code.
    PostalCode(PostalCode),
    /// An address to ship to, or to make invoices out to.
    Address(PostalAddress),
}

impl Value {
    /// Whether a field with this in it is empty. A box that is not ticked is.
    #[must_use]
    pub fn says_nothing(&self) -> bool {
        match self {
            Self::Empty | Self::Flag(false) => true,
            Self::Text(text) | Self::Choice(text) => text.trim().is_empty(),
            Self::Flag(true)
            | Self::Date(_)
            | Self::Phone(_)
            | Self::Email(_)
            | Self::PostalCode(_)
            | Self::Address(_) => false,
        }
    }

    /// As one input of a page shows it; an address has more than one, see [`Field::inputs`](super::Field::inputs).
    pub(super) fn written(&self) -> String {
        match self {
            Self::Empty | Self::Flag(false) | Self::Address(_) => String::new(),
            Self::Text(text) | Self::Choice(text) => text.clone(),
            Self::Flag(true) => "on".to_owned(),
            Self::Date(day) => day.to_string(),
            Self::Phone(phone) => phone.as_str().to_owned(),
            Self::Email(email) => email.as_str().to_owned(),
            Self::PostalCode(code) => code.as_str().to_owned(),
        }
    }
}

/// A field of the profile form, and what is in it now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldValue {
    /// The field's key in the form.
    pub field: String,
    /// What is in it.
    pub value: Value,
}

impl FieldValue {
    /// A field, and what is in it now.
    pub fn new(field: impl Into<String>, value: Value) -> Self {
        Self {
            field: field.into(),
            value,
        }
    }
}

/// What people say about themselves stays out of logs.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value(..)")
    }
}

/// What people say about themselves stays out of logs.
impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldValue({})", self.field)
    }
}
