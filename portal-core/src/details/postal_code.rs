use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::{Region, formats};

/// A ZIP or postal code in its one spelling: capitals and digits, nothing between them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostalCode(Arc<str>);

/// Not a postal code of that country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct BadPostalCode {
    /// The country, where one is known.
    pub country: Option<Region>,
}

/// Longer than any code with its dashes.
const LONGEST: usize = 64;

impl PostalCode {
    /// Reads a code as anybody writes it, in the format of the country where one is named and its format is known.
    ///
    /// A ZIP+4 is its ZIP: nobody's record agrees on the four digits.
    ///
    /// # Errors
    /// Anything that is no code there.
    pub fn parse(text: &str, country: Option<Region>) -> Result<Self, BadPostalCode> {
        let bad = BadPostalCode { country };
        if text.len() > LONGEST {
            return Err(bad);
        }
        let written = written(text).ok_or(bad)?;
        let formats = country.map_or(&[][..], formats::of);
        let code = match country {
            Some(country) if !formats.is_empty() => formats::read(&written, country).ok_or(bad)?,
            _ if (2..=10).contains(&written.len()) => written,
            _ => return Err(bad),
        };
        Ok(Self(code.into()))
    }

    /// In its one spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As that country writes it: `K1A0B1` is `K1A 0B1` in Canada.
    #[must_use]
    pub fn shown(&self, country: Region) -> String {
        formats::shown(self.as_str(), country)
    }
}

impl BadPostalCode {
    /// What a code looks like there, such as `12345`.
    #[must_use]
    pub fn example(&self) -> Option<String> {
        self.country.and_then(formats::example)
    }
}

/// Capitals and digits; spaces and dashes fall away.
fn written(text: &str) -> Option<String> {
    use GeneralCategory as G;
    let text = text.trim();
    let is_zip4 = text.len() == 10 && text.chars().nth(5) == Some('-');
    let mut code = String::new();
    for c in text.trim_start_matches('\u{3012}').nfkc() {
        match c.general_category() {
            _ if c.is_ascii_alphanumeric() => code.push(c.to_ascii_uppercase()),
            G::DashPunctuation | G::SpaceSeparator => {}
            _ => return None,
        }
    }
    // Nobody but the United States writes five and four.
    if is_zip4 && code.len() == 9 && code.bytes().all(|b| b.is_ascii_digit()) {
        code.truncate(5);
    }
    Some(code)
}

impl fmt::Display for BadPostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.country, self.example()) {
            (Some(country), Some(example)) => {
                write!(f, "not a postal code of {country}: write it like {example}")
            }
            _ => f.write_str("not a postal code: write two to ten letters and digits"),
        }
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
