use std::{fmt, num::NonZeroU32, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A currency of ISO 4217 that has minor units: `EUR` has two, `JPY` none, `KWD` three.
///
/// ```
/// use portal_core::Currency;
/// let yen: Currency = "JPY".parse()?;
/// assert_eq!(yen.exponent(), 0);
/// assert!("XAU".parse::<Currency>().is_err(), "gold is not paid in minor units");
/// # Ok::<(), portal_core::MoneyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency {
    code: [u8; 3],
    exponent: u8,
}

/// An exact amount in one currency, never more precise than the currency is.
///
/// ```
/// use portal_core::{Currency, Money, MoneyError};
/// let eur: Currency = "EUR".parse()?;
/// let price = Money::new("120.5".parse().unwrap(), eur)?;
/// assert_eq!(price.to_string(), "120.50 EUR");
/// assert!(Money::new("0.005".parse().unwrap(), eur).is_err(), "an error, never a rounding");
/// # Ok::<(), MoneyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

/// Why an amount is not money, or two amounts do not add up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// The code is not in ISO 4217, or names something without minor units.
    #[error("`{0}` is not a currency of ISO 4217 with minor units")]
    UnknownCurrency(String),
    /// The text is not a decimal number.
    #[error("`{0}` is not a decimal amount")]
    NotANumber(String),
    /// More decimals than the currency has.
    #[error("{amount} has more decimals than {currency} has: at most {}", currency.exponent())]
    ExcessPrecision {
        /// The amount as given.
        amount: Decimal,
        /// The currency it was to be in.
        currency: Currency,
    },
    /// Beyond what a 64-bit count of minor units can hold.
    #[error("the amount is out of range")]
    OutOfRange,
    /// Two currencies met in one sum.
    #[error("{0} and {1} do not add up")]
    CurrencyMismatch(Currency, Currency),
}

impl Currency {
    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// How many decimals an amount may have.
    #[must_use]
    pub fn exponent(&self) -> u8 {
        self.exponent
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        let unknown = || MoneyError::UnknownCurrency(code.to_owned());
        let known = iso_currency::Currency::from_code(code).ok_or_else(unknown)?;
        let exponent = known.exponent().and_then(|e| u8::try_from(e).ok());
        Ok(Self {
            code: code.as_bytes().try_into().map_err(|_| unknown())?,
            exponent: exponent.ok_or_else(unknown)?,
        })
    }
}

impl Money {
    /// An amount as people write it.
    ///
    /// # Errors
    /// When the currency has fewer decimals than the amount, or the amount is beyond 64 bits of minor units.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let exponent = u32::from(currency.exponent);
        let bare = amount.normalize();
        if bare.scale() > exponent {
            return Err(MoneyError::ExcessPrecision { amount, currency });
        }
        let minor = shifted(bare, exponent).ok_or(MoneyError::OutOfRange)?;
        Ok(Self::from_minor(minor, currency))
    }

    /// An amount as providers send it: cents, pence, whole yen.
    #[must_use]
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        let amount = Decimal::new(minor, u32::from(currency.exponent));
        Self { amount, currency }
    }

    /// Nothing, in this currency.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self::from_minor(0, currency)
    }

    /// The amount, with exactly the decimals of its currency.
    #[must_use]
    pub fn amount(&self) -> Decimal {
        self.amount
    }

    /// What it is in.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The amount in minor units, exactly.
    #[must_use]
    pub fn minor(&self) -> i64 {
        // Every constructor counts in an i64 of minor units, so the mantissa fits.
        i64::try_from(self.amount.mantissa()).unwrap_or_default()
    }

    /// More than nothing.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.minor() > 0
    }

    /// The sum.
    ///
    /// # Errors
    /// Across currencies, and beyond 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, i64::checked_add)
    }

    /// The difference; below zero is a credit.
    ///
    /// # Errors
    /// Across currencies, and beyond 64 bits.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, i64::checked_sub)
    }

    /// Parts that differ by at most one minor unit and sum up exactly; the first ones get the odd units.
    #[must_use]
    pub fn split(self, parts: NonZeroU32) -> Vec<Self> {
        let parts = i64::from(parts.get());
        let (each, odd) = (self.minor() / parts, self.minor() % parts);
        (0..parts)
            .map(|n| {
                let extra = if n < odd.abs() { odd.signum() } else { 0 };
                Self::from_minor(each + extra, self.currency)
            })
            .collect()
    }

    fn with(self, other: Self, op: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        op(self.minor(), other.minor())
            .map(|minor| Self::from_minor(minor, self.currency))
            .ok_or(MoneyError::OutOfRange)
    }
}

fn shifted(bare: Decimal, exponent: u32) -> Option<i64> {
    let factor = 10_i128.checked_pow(exponent.checked_sub(bare.scale())?)?;
    i64::try_from(bare.mantissa().checked_mul(factor)?).ok()
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(code: String) -> Result<Self, MoneyError> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// How money stands in JSON: `{"amount":"120.00","currency":"EUR"}`. A number there would pass through a float.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    amount: String,
    currency: Currency,
}

impl TryFrom<Written> for Money {
    type Error = MoneyError;

    fn try_from(written: Written) -> Result<Self, MoneyError> {
        let amount = Decimal::from_str_exact(&written.amount)
            .map_err(|_| MoneyError::NotANumber(written.amount))?;
        Self::new(amount, written.currency)
    }
}

impl From<Money> for Written {
    fn from(money: Money) -> Self {
        Self {
            amount: money.amount.to_string(),
            currency: money.currency,
        }
    }
}
