use std::sync::Arc;

use chrono::NaiveDate;

use super::{CustomerRef, LineCodes};
use crate::{Currency, Id, Money, Order};

/// An invoice as it is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvoiceDraft {
    /// Our number, the same whenever this order is exported for the same reason: what was lost is found again by it.
    pub number: Arc<str>,
    /// Which order, for the reference that people read.
    pub order: Id<Order>,
    /// What people call the order.
    pub reference: Arc<str>,
    /// Who pays.
    pub customer: CustomerRef,
    /// Its date.
    pub date: NaiveDate,
    /// When it is due.
    pub due: NaiveDate,
    /// The currency of every amount.
    pub currency: Currency,
    /// Where the tax is.
    pub tax: TaxIn,
    /// What is charged, at least one line.
    pub lines: Vec<DraftLine>,
    /// What it must come to, tax and all.
    pub total: Money,
    /// Where the order is in the host's own pages.
    pub link: Option<String>,
}

/// One line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DraftLine {
    /// As the host describes it.
    pub description: String,
    /// What it costs.
    pub amount: Money,
    /// Where it goes in the books.
    pub codes: LineCodes,
}

/// Where the tax of an invoice is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TaxIn {
    /// In the amounts.
    #[default]
    Amounts,
    /// On top of them.
    OnTop,
    /// There is none.
    None,
}

impl InvoiceDraft {
    /// An invoice of these lines, due on its date.
    #[must_use]
    pub fn new(
        number: Arc<str>,
        order: Id<Order>,
        customer: CustomerRef,
        date: NaiveDate,
        lines: Vec<DraftLine>,
        total: Money,
    ) -> Self {
        Self {
            reference: Arc::clone(&number),
            number,
            order,
            customer,
            date,
            due: date,
            currency: total.currency(),
            tax: TaxIn::Amounts,
            lines,
            total,
            link: None,
        }
    }

    /// What people call the order.
    #[must_use]
    pub fn referring_to(mut self, reference: Arc<str>) -> Self {
        self.reference = reference;
        self
    }

    /// Due on this day.
    #[must_use]
    pub fn due_on(mut self, day: NaiveDate) -> Self {
        self.due = day;
        self
    }

    /// With its tax there.
    #[must_use]
    pub fn taxed(mut self, tax: TaxIn) -> Self {
        self.tax = tax;
        self
    }

    /// With a way back to the order.
    #[must_use]
    pub fn linked(mut self, link: Option<String>) -> Self {
        self.link = link;
        self
    }
}

impl DraftLine {
    /// A line of this amount.
    pub fn new(description: impl Into<String>, amount: Money, codes: LineCodes) -> Self {
        Self {
            description: description.into(),
            amount,
            codes,
        }
    }
}
