use std::fmt::{self, Write as _};

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use portal_core::rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;

/// An answer as Xero writes it: numbers exact and with their zeros, dates with escaped slashes.
#[derive(Debug, Clone)]
pub(super) enum Json {
    /// As it is: numbers, `true`, dates.
    Raw(String),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(&'static str, Json)>),
}

/// How dates are spelled. All three mean the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dates {
    /// `\/Date(1552262400000+0000)\/`
    #[default]
    Usual,
    /// `\/Date(1552262400000)\/`
    WithoutZone,
    /// `\/Date(1552262400000-0500)\/`, whose zone informs and shifts nothing.
    OtherZone,
}

/// A number of a request, exactly. A number in quotes is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number(pub(super) Decimal);

impl Json {
    /// So many decimals at least, and never fewer than there are.
    pub(super) fn number(value: Decimal, decimals: u32) -> Self {
        let mut value = value.normalize();
        if value.scale() < decimals {
            value.rescale(decimals);
        }
        Self::Raw(value.to_string())
    }

    pub(super) fn yes(value: bool) -> Self {
        Self::Raw(value.to_string())
    }

    pub(super) fn text(value: impl fmt::Display) -> Self {
        Self::Text(value.to_string())
    }

    pub(super) fn day(day: NaiveDate, dates: Dates) -> Self {
        Self::instant(day.and_time(NaiveTime::MIN).and_utc(), dates)
    }

    pub(super) fn instant(at: DateTime<Utc>, dates: Dates) -> Self {
        let zone = match dates {
            Dates::Usual => "+0000",
            Dates::WithoutZone => "",
            Dates::OtherZone => "-0500",
        };
        Self::Raw(format!(r#""\/Date({}{zone})\/""#, at.timestamp_millis()))
    }

    /// The sibling of a date that is easier to read, in one of its spellings.
    pub(super) fn day_string(day: NaiveDate, dates: Dates) -> Self {
        match dates {
            Dates::OtherZone => Self::text(format_args!("{day} 00:00:00")),
            Dates::Usual | Dates::WithoutZone => Self::text(format_args!("{day}T00:00:00")),
        }
    }

    pub(super) fn instant_string(at: DateTime<Utc>, dates: Dates) -> Self {
        match dates {
            Dates::OtherZone => Self::text(at.format("%Y-%m-%d %H:%M:%S+00:00")),
            Dates::Usual | Dates::WithoutZone => {
                Self::Text(at.to_rfc3339_opts(SecondsFormat::Secs, true))
            }
        }
    }

    /// Without the fields of these names, wherever they are.
    pub(super) fn without(self, names: &[&str]) -> Self {
        match self {
            Self::List(all) => Self::List(all.into_iter().map(|one| one.without(names)).collect()),
            Self::Map(fields) => {
                let kept = fields
                    .into_iter()
                    .filter(|(name, _)| !names.contains(name))
                    .map(|(name, value)| (name, value.without(names)));
                Self::Map(kept.collect())
            }
            other => other,
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raw(raw) => f.write_str(raw),
            Self::Text(text) => f.write_str(&serde_json::to_string(text).unwrap()),
            Self::List(all) => {
                f.write_char('[')?;
                for (n, one) in all.iter().enumerate() {
                    write!(f, "{}{one}", if n == 0 { "" } else { "," })?;
                }
                f.write_char(']')
            }
            Self::Map(fields) => {
                f.write_char('{')?;
                for (n, (name, value)) in fields.iter().enumerate() {
                    let comma = if n == 0 { "\r\n  " } else { ",\r\n  " };
                    write!(f, r#"{comma}"{name}": {value}"#)?;
                }
                f.write_str("\r\n}")
            }
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(from)?;
        let text = raw.get();
        let exact = if text.contains(['e', 'E']) {
            Decimal::from_scientific(text)
        } else {
            Decimal::from_str_exact(text)
        };
        exact
            .map(Self)
            .map_err(|_| D::Error::custom(format_args!("{text} is not a number")))
    }
}
