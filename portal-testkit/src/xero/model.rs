use chrono::{DateTime, NaiveDate, Utc};
use portal_core::rust_decimal::{Decimal, RoundingStrategy};
use uuid::Uuid;

/// An invoice in Xero's books. Tests read it, and change it as people in Xero do: see [`FakeXero::edit`](super::FakeXero::edit).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invoice {
    /// Xero's name for it.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// The reference people read.
    pub reference: String,
    /// Who pays.
    pub contact: Uuid,
    /// `DRAFT`, `SUBMITTED`, `AUTHORISED`, `PAID`, `VOIDED`, `DELETED`, or whatever a test makes of it.
    pub status: String,
    /// Its date.
    pub date: NaiveDate,
    /// When it is due.
    pub due: Option<NaiveDate>,
    /// `Exclusive`, `Inclusive` or `NoTax`.
    pub amounts: String,
    /// Its currency.
    pub currency: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What was credited.
    pub credited: Decimal,
    /// What payments that stand come to.
    pub paid: Decimal,
    /// The way back to the app.
    pub url: Option<String>,
    /// The contact was told.
    pub sent: bool,
    /// The app made it, not somebody in Xero.
    pub by_app: bool,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    pub(super) change: u64,
}

/// One line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// Xero's name for it.
    pub id: Uuid,
    /// What it is for.
    pub description: String,
    /// How many.
    pub quantity: Decimal,
    /// What one is.
    pub unit: Decimal,
    /// What they come to, rounded to two decimals.
    pub amount: Decimal,
    /// The tax of it: in it, or on top.
    pub tax: Decimal,
    /// The tax rate's code.
    pub tax_type: Option<String>,
    /// The account's code.
    pub account: Option<String>,
    /// The item's code.
    pub item: Option<String>,
}

/// A payment in Xero's books.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Payment {
    /// Xero's name for it.
    pub id: Uuid,
    /// Of which invoice.
    pub invoice: Uuid,
    /// The account's code.
    pub account: String,
    /// The day it came.
    pub date: NaiveDate,
    /// How much.
    pub amount: Decimal,
    /// What it was recorded with.
    pub reference: String,
    /// It was taken back.
    pub deleted: bool,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    pub(super) change: u64,
}

/// A contact in Xero's books.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contact {
    /// Xero's name for it.
    pub id: Uuid,
    /// The app's own key for it.
    pub number: Option<String>,
    /// What they are called: no other active contact is.
    pub name: String,
    /// Where they read mail.
    pub email: Option<String>,
    /// Others who get mail, by address.
    pub persons: Vec<String>,
    /// `ACTIVE` or `ARCHIVED`.
    pub status: String,
    /// Into whom it was merged.
    pub merged_into: Option<Uuid>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    pub(super) change: u64,
}

/// An account of the chart.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: Uuid,
    pub(super) code: String,
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) tax_type: &'static str,
    pub(super) payable: bool,
    pub(super) archived: bool,
}

impl Invoice {
    /// What the lines come to without tax.
    #[must_use]
    pub fn subtotal(&self) -> Decimal {
        let sum: Decimal = self.lines.iter().map(|line| line.amount).sum();
        if self.amounts == "Inclusive" {
            sum - self.tax()
        } else {
            sum
        }
    }

    /// The tax: of each line, rounded, and then summed.
    #[must_use]
    pub fn tax(&self) -> Decimal {
        self.lines.iter().map(|line| line.tax).sum()
    }

    /// What it comes to, tax and all.
    #[must_use]
    pub fn total(&self) -> Decimal {
        self.subtotal() + self.tax()
    }

    /// What is still to be paid.
    #[must_use]
    pub fn amount_due(&self) -> Decimal {
        if matches!(self.status.as_str(), "VOIDED" | "DELETED") {
            return Decimal::ZERO;
        }
        self.total() - self.paid - self.credited
    }

    /// What of it can be paid today is paid: then it is `PAID`, else `AUTHORISED` again.
    pub(super) fn settle(&mut self) {
        match self.status.as_str() {
            "AUTHORISED" if self.amount_due().is_zero() => {
                "PAID".clone_into(&mut self.status);
            }
            "PAID" if !self.amount_due().is_zero() => "AUTHORISED".clone_into(&mut self.status),
            _ => {}
        }
    }
}

impl Line {
    /// A line of one, without tax: what a test adds by hand.
    #[must_use]
    pub fn of(description: &str, amount: Decimal) -> Self {
        Self {
            id: Uuid::nil(),
            description: description.to_owned(),
            quantity: Decimal::ONE,
            unit: amount,
            amount,
            tax: Decimal::ZERO,
            tax_type: None,
            account: Some("200".to_owned()),
            item: None,
        }
    }
}

/// To two decimals, as Xero does whatever the currency is.
pub(super) fn rounded(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}
