use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::LedgerLink;
use crate::{Contact, Id, Money, MoneyError};

/// Who ordered, who pays, how much, and where the books stand. The host's record, as facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Order {
    /// The host's key.
    pub id: Id<Order>,
    /// What people call it.
    pub number: Arc<str>,
    /// When it was placed. Lists show the newest first.
    pub placed_at: DateTime<Utc>,
    /// Who ordered.
    pub order_contact: Id<Contact>,
    /// Who pays, when it is not the order contact.
    pub billing_contact: Option<Id<Contact>>,
    /// Everyone who takes part on it.
    pub registrants: Vec<Id<Contact>>,
    /// What it costs and what has been paid.
    pub balance: Balance,
    /// Whether the customer has been sent an invoice.
    pub invoice: Invoice,
    /// Where the accounting system stands.
    pub ledger: LedgerLink,
    /// A payment under way.
    pub payment: Option<OpenPayment>,
}

/// A total and what was paid of it, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BalanceParts", into = "BalanceParts")]
pub struct Balance {
    total: Money,
    paid: Money,
    due: Money,
}

/// Whether an invoice was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Invoice {
    /// None yet.
    NotSent,
    /// Sent, and there for copies.
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
}

/// A payment that has begun and not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenPayment {
    /// When it began.
    pub since: DateTime<Utc>,
    /// The payer's page is open: whoever opened it can go on there.
    #[serde(default)]
    pub at_payer: bool,
}

/// An order with what was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrderDetails {
    /// The header.
    pub order: Order,
    /// What was ordered.
    pub lines: Vec<OrderLine>,
}

/// One thing ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrderLine {
    /// As the host describes it.
    pub description: String,
    /// What it costs.
    pub amount: Money,
    /// Who takes part.
    pub registrant: Option<Id<Contact>>,
    /// Their name; the desk removes it for those it is no business of.
    pub registrant_name: Option<String>,
}

impl Order {
    /// An unpaid order, not invoiced, not exported.
    #[must_use]
    pub fn new(
        id: Id<Self>,
        number: impl Into<Arc<str>>,
        placed_at: DateTime<Utc>,
        order_contact: Id<Contact>,
        total: Money,
    ) -> Self {
        Self {
            id,
            number: number.into(),
            placed_at,
            order_contact,
            billing_contact: None,
            registrants: vec![],
            balance: Balance::unpaid(total),
            invoice: Invoice::NotSent,
            ledger: LedgerLink::NotExported,
            payment: None,
        }
    }

    /// Someone else pays.
    #[must_use]
    pub fn billed_to(mut self, contact: Id<Contact>) -> Self {
        self.billing_contact = Some(contact);
        self
    }

    /// Who takes part.
    #[must_use]
    pub fn with_registrants(mut self, registrants: Vec<Id<Contact>>) -> Self {
        self.registrants = registrants;
        self
    }

    /// How much has been paid.
    #[must_use]
    pub fn with_balance(mut self, balance: Balance) -> Self {
        self.balance = balance;
        self
    }

    /// An invoice went out.
    #[must_use]
    pub fn invoiced(mut self, at: DateTime<Utc>) -> Self {
        self.invoice = Invoice::Sent { at };
        self
    }

    /// Where the accounting system stands.
    #[must_use]
    pub fn with_ledger(mut self, ledger: LedgerLink) -> Self {
        self.ledger = ledger;
        self
    }

    /// A payment is under way.
    #[must_use]
    pub fn paying_since(mut self, since: DateTime<Utc>) -> Self {
        self.payment = Some(OpenPayment::under_way(since));
        self
    }

    /// Who pays: the billing contact, or the order contact where there is none.
    #[must_use]
    pub fn payer(&self) -> &Id<Contact> {
        self.billing_contact.as_ref().unwrap_or(&self.order_contact)
    }
}

impl Balance {
    /// What an order costs and what was paid of it.
    ///
    /// # Errors
    /// When the two are in different currencies, or too far apart to subtract.
    pub fn new(total: Money, paid: Money) -> Result<Self, MoneyError> {
        let open = total.minus(paid)?;
        let due = if open.is_positive() {
            open
        } else {
            Money::zero(total.currency())
        };
        Ok(Self { total, paid, due })
    }

    /// Nothing paid yet.
    #[must_use]
    pub fn unpaid(total: Money) -> Self {
        let zero = Money::zero(total.currency());
        Self {
            total,
            paid: zero,
            due: if total.is_positive() { total } else { zero },
        }
    }

    /// What it is once a payment that had come to `was` comes to `is`: how a host answers
    /// [`OrderChange::PaymentCounted`](super::OrderChange).
    ///
    /// # Errors
    /// When they are in different currencies.
    pub fn counting(self, was: Money, is: Money) -> Result<Self, MoneyError> {
        Self::new(self.total, self.paid.minus(was)?.plus(is)?)
    }

    /// What the order costs.
    #[must_use]
    pub fn total(&self) -> Money {
        self.total
    }

    /// What has been paid of it.
    #[must_use]
    pub fn paid(&self) -> Money {
        self.paid
    }

    /// What is left to pay; nothing when all of it, or more, was paid.
    #[must_use]
    pub fn due(&self) -> Money {
        self.due
    }
}

impl OpenPayment {
    /// One that is under way at a bank, or wherever nobody can do anything about it.
    #[must_use]
    pub fn under_way(since: DateTime<Utc>) -> Self {
        Self {
            since,
            at_payer: false,
        }
    }

    /// One whose page is open.
    #[must_use]
    pub fn at_payer(since: DateTime<Utc>) -> Self {
        Self {
            since,
            at_payer: true,
        }
    }
}

impl OrderDetails {
    /// An order and its lines.
    #[must_use]
    pub fn new(order: Order, lines: Vec<OrderLine>) -> Self {
        Self { order, lines }
    }
}

impl OrderLine {
    /// One thing ordered, for nobody in particular.
    pub fn new(description: impl Into<String>, amount: Money) -> Self {
        Self {
            description: description.into(),
            amount,
            registrant: None,
            registrant_name: None,
        }
    }

    /// Who takes part.
    #[must_use]
    pub fn for_registrant(mut self, contact: Id<Contact>, name: impl Into<String>) -> Self {
        self.registrant = Some(contact);
        self.registrant_name = Some(name.into());
        self
    }
}

/// How a balance is written: what is due follows from it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BalanceParts {
    total: Money,
    paid: Money,
}

impl TryFrom<BalanceParts> for Balance {
    type Error = MoneyError;

    fn try_from(parts: BalanceParts) -> Result<Self, MoneyError> {
        Self::new(parts.total, parts.paid)
    }
}

impl From<Balance> for BalanceParts {
    fn from(balance: Balance) -> Self {
        Self {
            total: balance.total,
            paid: balance.paid,
        }
    }
}
