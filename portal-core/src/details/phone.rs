use std::{fmt, sync::Arc};

use phonenumber::country;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::Region;

/// A telephone number, whatever way it was written: `(813) 555-1234` and `+18135551234` are one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(Arc<str>);

/// Not a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a telephone number: write it in digits, with its area or with + and the country, and without an extension"
)]
#[non_exhaustive]
pub struct BadPhone;

/// Longer than any number with all its spaces and brackets.
const LONGEST: usize = 96;

impl Phone {
    /// Reads a number as anybody writes it; one without a prefix is of this country.
    ///
    /// Numbers are told apart by what is dialled: one with an extension is none, and neither is one spelt in letters.
    ///
    /// # Errors
    /// Anything that is no number there by the numbering plan.
    pub fn parse(text: &str, region: Option<Region>) -> Result<Self, BadPhone> {
        if text.len() > LONGEST {
            return Err(BadPhone);
        }
        let dialled = dialled(text)?;
        let region = region.and_then(|r| r.as_str().parse().ok());
        let e164 = read(&dialled, region)?;
        // What it is written as must lead back to it, or two spellings would be two numbers.
        if read(&e164, None)? != e164 {
            return Err(BadPhone);
        }
        Ok(Self(e164.into()))
    }

    /// As `+18135551234` (E.164).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn read(dialled: &str, region: Option<country::Id>) -> Result<String, BadPhone> {
    // With the country of the number in it, where it is dialled from must not matter: the crate would drop that country's trunk zero, which Italy keeps.
    let region = region.filter(|_| !dialled.starts_with('+'));
    let number = phonenumber::parse(region, dialled).map_err(|_| BadPhone)?;
    if number.code().source() == country::Source::Idd {
        return abroad(dialled, &number);
    }
    let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
    if !number.is_valid() || !is_e164(&e164) {
        return Err(BadPhone);
    }
    Ok(e164)
}

/// As dialled from one country to another: `00` or `011` stand for the plus.
fn abroad(dialled: &str, number: &phonenumber::PhoneNumber) -> Result<String, BadPhone> {
    let code = number.code().value().to_string();
    let national = number.national().value().to_string();
    let with_code = (1..=5).filter_map(|prefix| dialled.get(prefix..));
    with_code
        .filter(|rest| rest.starts_with(&code) && rest.ends_with(&national))
        .find_map(|rest| read(&format!("+{rest}"), None).ok())
        .ok_or(BadPhone)
}

/// The digits, and a plus before them where there is one. What only sets them apart falls away; anything else is a mistake.
fn dialled(text: &str) -> Result<String, BadPhone> {
    let text = text.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let mut digits = String::new();
    for c in text.nfkc() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push(c),
            '(' | ')' | '[' | ']' | '.' | '/' | '~' | '\u{2212}' | '\u{30fc}' => {}
            _ => match (c.general_category(), digit(c)) {
                (_, Some(digit)) => digits.push(digit),
                // Address books wrap numbers in marks of direction.
                (
                    GeneralCategory::DashPunctuation
                    | GeneralCategory::SpaceSeparator
                    | GeneralCategory::Format,
                    None,
                ) => {}
                _ => return Err(BadPhone),
            },
        }
    }
    Ok(digits)
}

/// The digits of the scripts that people's telephones write numbers in.
fn digit(c: char) -> Option<char> {
    let zeros = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}'].map(u32::from);
    let n = zeros
        .iter()
        .find_map(|zero| u32::from(c).checked_sub(*zero).filter(|n| *n < 10))?;
    char::from_digit(n, 10)
}

fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (4..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0')
}

impl TryFrom<String> for Phone {
    type Error = BadPhone;

    /// Numbering plans change: what was once read stays a number.
    fn try_from(text: String) -> Result<Self, BadPhone> {
        if is_e164(&text) {
            return Ok(Self(text.into()));
        }
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
