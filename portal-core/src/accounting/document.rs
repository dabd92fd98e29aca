use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{CustomerRef, PostedRef};
use crate::Money;

/// The system's own name for a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentRef(Arc<str>);

/// A document as the books have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LedgerDocument {
    /// The system's own name for it.
    pub document: DocumentRef,
    /// Its number.
    pub number: Arc<str>,
    /// How it stands.
    pub state: DocumentState,
    /// Who pays.
    pub customer: CustomerRef,
    /// Its date.
    pub date: NaiveDate,
    /// Its lines; empty where a list was asked for that has none.
    pub lines: Vec<LedgerLine>,
    /// What it comes to, tax and all.
    pub total: Money,
    /// What is still to be paid.
    pub due: Money,
    /// What was paid.
    pub paid: Money,
    /// What was credited.
    pub credited: Money,
    /// Each payment against it; some systems tell those of one document only.
    pub payments: Vec<LedgerPayment>,
    /// What the system wants to hear before it changes it, such as a row version.
    pub version: Option<Arc<str>>,
    /// When it last changed there.
    pub updated_at: Option<DateTime<Utc>>,
}

/// How a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the lock must face every state")]
pub enum DocumentState {
    /// Being drawn up, or waiting for approval: takes no payments.
    Draft,
    /// Approved: takes payments.
    Open,
    /// Paid, credited, or both, in full.
    Settled,
    /// Taken back.
    Voided,
    /// Thrown away.
    Deleted,
    /// In a state the adapter does not know.
    Strange,
}

/// One line of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LedgerLine {
    /// The system's own name for it, where it has one.
    pub id: Option<Arc<str>>,
    /// What it comes to.
    pub amount: Money,
}

/// A payment against a document, as the books have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LedgerPayment {
    /// The system's own name for it.
    pub payment: PostedRef,
    /// The reference it was recorded with. Ours finds again what we recorded.
    pub reference: Option<Arc<str>>,
    /// How much.
    pub amount: Money,
    /// It was taken back.
    pub deleted: bool,
}

impl DocumentRef {
    /// As the system says it.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// As the system said it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DocumentState {
    /// It is still an invoice that somebody owes, or has paid.
    #[must_use]
    pub fn stands(self) -> bool {
        match self {
            Self::Draft | Self::Open | Self::Settled | Self::Strange => true,
            Self::Voided | Self::Deleted => false,
        }
    }
}

impl LedgerDocument {
    /// An open document with nothing paid and no lines known.
    #[must_use]
    pub fn new(
        document: DocumentRef,
        number: Arc<str>,
        customer: CustomerRef,
        date: NaiveDate,
        total: Money,
    ) -> Self {
        let nothing = Money::zero(total.currency());
        Self {
            document,
            number,
            state: DocumentState::Open,
            customer,
            date,
            lines: vec![],
            total,
            due: total,
            paid: nothing,
            credited: nothing,
            payments: vec![],
            version: None,
            updated_at: None,
        }
    }

    /// Standing like this.
    #[must_use]
    pub fn standing(mut self, state: DocumentState) -> Self {
        self.state = state;
        self
    }

    /// With these lines.
    #[must_use]
    pub fn with_lines(mut self, lines: Vec<LedgerLine>) -> Self {
        self.lines = lines;
        self
    }

    /// With so much due, paid and credited.
    #[must_use]
    pub fn settled(mut self, due: Money, paid: Money, credited: Money) -> Self {
        (self.due, self.paid, self.credited) = (due, paid, credited);
        self
    }

    /// With these payments against it.
    #[must_use]
    pub fn with_payments(mut self, payments: Vec<LedgerPayment>) -> Self {
        self.payments = payments;
        self
    }

    /// As of this version, changed then.
    #[must_use]
    pub fn as_of(mut self, version: Option<Arc<str>>, at: Option<DateTime<Utc>>) -> Self {
        (self.version, self.updated_at) = (version, at);
        self
    }

    /// The payment of this reference, if it stands.
    #[must_use]
    pub fn payment(&self, reference: &str) -> Option<&LedgerPayment> {
        let ours = |payment: &&LedgerPayment| {
            payment.reference.as_deref() == Some(reference) && !payment.deleted
        };
        self.payments.iter().find(ours)
    }
}

impl LedgerLine {
    /// A line of this amount.
    #[must_use]
    pub fn new(id: Option<Arc<str>>, amount: Money) -> Self {
        Self { id, amount }
    }
}

impl LedgerPayment {
    /// A payment that stands.
    #[must_use]
    pub fn new(payment: PostedRef, reference: Option<Arc<str>>, amount: Money) -> Self {
        Self {
            payment,
            reference,
            amount,
            deleted: false,
        }
    }

    /// It was taken back.
    #[must_use]
    pub fn taken_back(mut self) -> Self {
        self.deleted = true;
        self
    }
}
