use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

use super::OrderHead;
use crate::Money;

/// A payment came in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoneyCame {
    /// How much.
    pub amount: Money,
    /// When the portal first heard of it, on its own clocks.
    pub at: DateTime<Tz>,
    /// With what, such as `Visa 4242`.
    pub paid_with: Option<String>,
    /// For what.
    pub order: OrderHead,
}

/// Some of a payment, or all, was paid back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoneyBack {
    /// How much of it was paid back until now.
    pub amount: Money,
    /// What it had been.
    pub of: Money,
    /// With what it was paid.
    pub paid_with: Option<String>,
    /// For what it was paid.
    pub order: Option<OrderHead>,
}

/// A card that is kept is going to run out, or has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardRunsOut {
    /// Which, such as `Visa 4242`.
    pub card: String,
    /// The last day it is good.
    pub last_day: NaiveDate,
}

impl CardRunsOut {
    /// Which card, and the last day it is good.
    pub fn new(card: impl Into<String>, last_day: NaiveDate) -> Self {
        Self {
            card: card.into(),
            last_day,
        }
    }
}

impl MoneyCame {
    /// How much came, when, and for what.
    #[must_use]
    pub fn new(amount: Money, at: DateTime<Tz>, order: OrderHead) -> Self {
        Self {
            amount,
            at,
            order,
            paid_with: None,
        }
    }
}

impl MoneyBack {
    /// How much was paid back, and of how much.
    #[must_use]
    pub fn new(amount: Money, of: Money) -> Self {
        Self {
            amount,
            of,
            paid_with: None,
            order: None,
        }
    }
}
