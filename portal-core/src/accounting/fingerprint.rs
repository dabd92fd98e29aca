use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{CustomerRef, DocumentState, InvoiceDraft, LedgerDocument, TaxIn};
use crate::Money;

/// What makes a document the one we know: what it comes to, for whom, when, and in which lines. Payments and credits are not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fingerprint {
    /// How it stands, as far as that is a change.
    pub class: DocumentClass,
    /// What it comes to, tax and all.
    pub total: Money,
    /// Who pays.
    pub customer: CustomerRef,
    /// Its date.
    pub date: NaiveDate,
    /// What each line comes to, the least first; none where they are not known.
    pub lines: Vec<Decimal>,
}

/// How a document stands, as far as that is a change: being paid is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DocumentClass {
    /// Being drawn up.
    Draft,
    /// An invoice that somebody owes, or has paid.
    Issued,
    /// Taken back, or thrown away.
    Gone,
    /// In a state that nobody here knows.
    Strange,
}

impl Fingerprint {
    /// What a document looks like there.
    #[must_use]
    pub fn of(document: &LedgerDocument) -> Self {
        let lines = document.lines.iter().map(|line| line.amount);
        Self {
            class: DocumentClass::of(document.state),
            total: document.total,
            customer: document.customer.clone(),
            date: document.date,
            lines: sorted(lines),
        }
    }

    /// What a document must look like that is made of this.
    #[must_use]
    pub fn expected(draft: &InvoiceDraft) -> Self {
        // Where tax comes on top, some systems tell lines with it and some without.
        let known = draft.lines.iter().filter(|_| draft.tax != TaxIn::OnTop);
        Self {
            class: DocumentClass::Issued,
            total: draft.total,
            customer: draft.customer.clone(),
            date: draft.date,
            lines: sorted(known.map(|line| line.amount)),
        }
    }

    /// Whether this document is the one that looks like this. Lines count where both sides know them.
    #[must_use]
    pub fn is_of(&self, document: &LedgerDocument) -> bool {
        let mut theirs = Self::of(document);
        if theirs.lines.is_empty() || self.lines.is_empty() {
            theirs.lines.clone_from(&self.lines);
        }
        theirs == *self
    }

    /// Whether this document was made of what looks like this. What it comes to does not count: systems work tax out in their own ways.
    #[must_use]
    pub fn made(&self, document: &LedgerDocument) -> bool {
        let of_this_total = Self {
            total: document.total,
            ..self.clone()
        };
        self.total.currency() == document.total.currency() && of_this_total.is_of(document)
    }
}

impl DocumentClass {
    /// What a state comes to.
    #[must_use]
    pub fn of(state: DocumentState) -> Self {
        match state {
            DocumentState::Draft => Self::Draft,
            DocumentState::Open | DocumentState::Settled => Self::Issued,
            DocumentState::Voided | DocumentState::Deleted => Self::Gone,
            DocumentState::Strange => Self::Strange,
        }
    }
}

fn sorted(amounts: impl Iterator<Item = Money>) -> Vec<Decimal> {
    let mut all: Vec<_> = amounts.map(|amount| amount.amount()).collect();
    all.sort_unstable();
    all
}
