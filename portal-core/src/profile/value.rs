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
