use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Money, OrderDetails, command::written, order::OrderRefusal};

/// What the pay page showed: the form carries it along as a hidden field, so that nobody pays another amount, or another order, than they saw.
///
/// It is no secret and gives no power: what is charged is always what is due, and only if that is what was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shown {
    due: Money,
    order: Uuid,
}

/// The hidden field is not one the pay page wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not what a pay page wrote: load the page again")]
#[non_exhaustive]
pub struct NotShown;

/// What the names of what was shown derive from.
const SHOWN: Uuid = Uuid::from_u128(0x70d8_2b6c_f4a1_4c37_a5d9_0be2_63f7_1c95);

impl Shown {
    /// What a page about this order shows now.
    #[must_use]
    pub fn of(details: &OrderDetails) -> Self {
        let order = &details.order;
        let mut parts = vec![order.id.to_string(), order.number.to_string()];
        for line in &details.lines {
            parts.extend([line.description.clone(), line.amount.to_string()]);
        }
        parts.extend([
            order.balance.total().to_string(),
            order.balance.paid().to_string(),
        ]);
        let parts: Vec<_> = parts.iter().map(String::as_str).collect();
        Self {
            due: order.balance.due(),
            order: Uuid::new_v5(&SHOWN, written(&parts).as_bytes()),
        }
    }

    /// Whether the order is still what was shown.
    pub(super) fn still_holds(&self, details: &OrderDetails) -> Result<(), OrderRefusal> {
        let now = Self::of(details);
        if self.due != now.due {
            return Err(OrderRefusal::AmountChanged {
                shown: self.due,
                due: now.due,
            });
        }
        if self.order != now.order {
            return Err(OrderRefusal::OrderChanged);
        }
        Ok(())
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let due = self.due;
        write!(
            f,
            "{}.{}.{}",
            due.currency().code(),
            due.minor(),
            self.order.simple()
        )
    }
}

impl FromStr for Shown {
    type Err = NotShown;

    fn from_str(text: &str) -> Result<Self, NotShown> {
        let mut parts = text.split('.');
        let (Some(currency), Some(minor), Some(order), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotShown);
        };
        let currency = currency.parse().map_err(|_| NotShown)?;
        let minor = minor.parse().map_err(|_| NotShown)?;
        let order = order.parse().map_err(|_| NotShown)?;
        Ok(Self {
            due: Money::from_minor(minor, currency),
            order,
        })
    }
}

impl TryFrom<String> for Shown {
    type Error = NotShown;

    fn try_from(text: String) -> Result<Self, NotShown> {
        text.parse()
    }
}

impl From<Shown> for String {
    fn from(shown: Shown) -> Self {
        shown.to_string()
    }
}
