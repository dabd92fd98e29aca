use std::fmt;

use keshvar::Alpha2;
use serde::{Deserialize, Serialize};

/// A country, by its two letters: what a number without a prefix and a postal code are read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region([u8; 2]);

/// Not the two letters of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a country: write its two letters, such as `US`")]
#[non_exhaustive]
pub struct BadRegion;

impl Region {
    /// Reads the two letters of ISO 3166-1, in either case. Kosovo's `XK`, which everybody uses and the standard leaves free, is one too.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, BadRegion> {
        let letters: [u8; 2] = text.trim().as_bytes().try_into().map_err(|_| BadRegion)?;
        let region = Self(letters.map(|l| l.to_ascii_uppercase()));
        if region.as_str() == "XK" || Alpha2::try_from(region.as_str()).is_ok() {
            Ok(region)
        } else {
            Err(BadRegion)
        }
    }

    /// Two capital letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl TryFrom<String> for Region {
    type Error = BadRegion;

    fn try_from(text: String) -> Result<Self, BadRegion> {
        Self::parse(&text)
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.as_str().to_owned()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
