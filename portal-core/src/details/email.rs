use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use validator::ValidateEmail;

/// An address that mail can be sent to.
///
/// Equal when the same mailbox is meant: case does not count.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(Arc<str>);

/// Not an address that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address: write name@domain")]
#[non_exhaustive]
pub struct BadEmail;

impl EmailAddress {
    /// Reads an address as anybody types it.
    ///
    /// # Errors
    /// Anything that is not one address.
    pub fn parse(text: &str) -> Result<Self, BadEmail> {
        let text = text.trim();
        if text.len() > 254 || !text.validate_email() {
            return Err(BadEmail);
        }
        Ok(Self(text.to_lowercase().into()))
    }

    /// In its one spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = BadEmail;

    fn try_from(text: String) -> Result<Self, BadEmail> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(email: EmailAddress) -> Self {
        email.as_str().to_owned()
    }
}

/// Addresses stay out of logs.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}
