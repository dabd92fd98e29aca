use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Region;

/// A telephone number, whatever way it was written: `(813) 555-1234` and `+18135551234` are one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(Arc<str>);

/// Not a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number: write it with its area, or with + and the country")]
#[non_exhaustive]
pub struct BadPhone;

impl Phone {
    /// Reads a number as anybody writes it; one without a prefix is of this country.
    ///
    /// # Errors
    /// Anything that cannot be a number there.
    pub fn parse(text: &str, region: Option<Region>) -> Result<Self, BadPhone> {
        if text.len() > 64 {
            return Err(BadPhone);
        }
        let region = region.and_then(|r| r.as_str().parse().ok());
        let number = phonenumber::parse(region, text).map_err(|_| BadPhone)?;
        let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
        Ok(Self(e164.into()))
    }

    /// As `+18135551234` (E.164).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Phone {
    type Error = BadPhone;

    fn try_from(text: String) -> Result<Self, BadPhone> {
        Self::parse(&text, None)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.as_str().to_owned()
    }
}

/// Numbers stay out of logs.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(..)")
    }
}
