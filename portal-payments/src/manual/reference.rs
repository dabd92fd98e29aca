use std::{fmt, str::FromStr};

use portal_core::payment::Attempt;

/// Digits alone: then every single wrong one is found, and any two that changed places. A letter weighs two digits, and hides one mistake in a hundred.
const LENGTH: usize = 16;

/// What a payer names in a transfer: a creditor reference of ISO 11649, whose check digits many banks check while it is typed.
///
/// ```
/// use portal_core::payment::Attempt;
/// use portal_payments::manual::Reference;
///
/// let reference = Reference::of(Attempt(uuid::Uuid::from_u128(1)));
/// let shown = reference.to_string();
/// assert!(shown.starts_with("RF"));
/// assert_eq!(shown.to_lowercase().parse(), Ok(reference), "as staff type it");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference(String);

/// Why a text is no reference of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReferenceError {
    /// Not `RF` and eighteen digits.
    Form,
    /// A digit is wrong, or two changed places.
    CheckDigits,
}

impl Reference {
    /// The reference of an attempt, each time the same.
    #[must_use]
    pub fn of(attempt: Attempt) -> Self {
        let key = uuid::Uuid::new_v5(&attempt.0, b"reference").as_u128();
        let body = format!("{:0LENGTH$}", key % 10_u128.pow(16));
        let check = 98 - remainder(&format!("{body}RF00"));
        Self(format!("RF{check:02}{body}"))
    }

    /// Without the spaces it is shown with.
    #[must_use]
    pub fn compact(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(typed: &str) -> Result<Self, ReferenceError> {
        let bare: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let (head, body) = bare.split_at_checked(4).ok_or(ReferenceError::Form)?;
        let check = head.strip_prefix("RF").ok_or(ReferenceError::Form)?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if body.len() != LENGTH || !digits(check) || !digits(body) {
            return Err(ReferenceError::Form);
        }
        if remainder(&format!("{body}{head}")) != 1 {
            return Err(ReferenceError::CheckDigits);
        }
        Ok(Self(bare))
    }
}

/// In groups of four, as it is printed.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, letter) in self.0.chars().enumerate() {
            if n > 0 && n % 4 == 0 {
                f.write_str(" ")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "a reference is RF and eighteen digits",
            Self::CheckDigits => "the check digits do not fit: something was mistyped",
        })
    }
}

impl std::error::Error for ReferenceError {}

/// Modulo 97 of the text, each letter read as two digits (ISO 7064).
fn remainder(text: &str) -> u32 {
    text.chars()
        .filter_map(|c| c.to_digit(36))
        .fold(0, |sum, value| {
            let shift = if value > 9 { 100 } else { 10 };
            (sum * shift + value) % 97
        })
}
