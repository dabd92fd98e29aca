use std::{fmt, sync::Arc};

use chrono::DateTime;
use chrono_tz::Tz;

use crate::{Money, mail::Link, order::Balance};

/// A copy of the invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvoiceCopy {
    /// Of which order.
    pub order: OrderHead,
    /// What was ordered.
    pub lines: Vec<InvoiceLine>,
    /// Where what is due can be paid, if anything is.
    pub pay: Option<Link>,
    /// Where the paper itself is.
    pub paper: Enclosure,
}

/// Where the paper is that a message is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Enclosure {
    /// Nobody has one: the message says it all.
    Nothing,
    /// It goes with the message.
    Enclosed,
    /// It is downloaded here, by whoever signs in.
    Behind(Link),
}

/// The head of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderHead {
    /// What people call it.
    pub number: Arc<str>,
    /// When it was placed, on the portal's clocks.
    pub placed_at: DateTime<Tz>,
    /// What it costs.
    pub total: Money,
    /// What has been paid of it.
    pub paid: Money,
    /// What is left to pay.
    pub due: Money,
}

/// One thing ordered.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvoiceLine {
    /// As the host describes it.
    pub description: String,
    /// Who takes part, where that is the reader's business.
    pub registrant: Option<String>,
    /// What it costs.
    pub amount: Money,
}

impl InvoiceCopy {
    /// What was ordered, with nowhere to pay for it.
    #[must_use]
    pub fn new(order: OrderHead, lines: Vec<InvoiceLine>) -> Self {
        Self {
            order,
            lines,
            pay: None,
            paper: Enclosure::Nothing,
        }
    }
}

impl OrderHead {
    /// An order by its number, when it was placed, and what it comes to.
    pub fn new(number: impl Into<Arc<str>>, placed_at: DateTime<Tz>, balance: Balance) -> Self {
        Self {
            number: number.into(),
            placed_at,
            total: balance.total(),
            paid: balance.paid(),
            due: balance.due(),
        }
    }
}

impl InvoiceLine {
    /// One thing ordered, for nobody in particular.
    pub fn new(description: impl Into<String>, amount: Money) -> Self {
        Self {
            description: description.into(),
            registrant: None,
            amount,
        }
    }
}

/// Names stay out of logs.
impl fmt::Debug for InvoiceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvoiceLine({})", self.amount)
    }
}
