use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Attention, CustomerRef, DocumentRef, Fingerprint, LedgerDocument, OrganisationRef,
    PushedPayment,
};
use crate::{Contact, Id, Money, Order, RecordRef, command::written, order::CutOff};

/// One order in the books, as the portal keeps it. There is one for each order, however often it is exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Export {
    /// Which order.
    pub order: Id<Order>,
    /// Into whose books.
    pub books: OrganisationRef,
    /// How often it has been forgotten since: each time it gets another number there.
    pub round: u32,
    /// How often it was begun in this round. What is sent in one attempt has the same keys, so that a repeat is known as one.
    pub attempt: u32,
    /// The document's number, the same throughout a round: what was lost is found again by it.
    pub number: Arc<str>,
    /// The document's date, the same throughout an attempt.
    pub date: NaiveDate,
    /// When this attempt began.
    pub begun_at: DateTime<Utc>,
    /// How far it is.
    pub state: ExportState,
    /// Since when.
    pub stands_since: DateTime<Utc>,
    /// What was sent last, and when: written down before it is.
    pub sent: Option<Sent>,
    /// Whom the books have for its payer.
    pub customer: Option<CustomerRef>,
    /// Which payer that stands for: with another one the books are asked anew.
    #[serde(default)]
    pub payer: Option<Id<Contact>>,
    /// The document, from the moment it is known.
    pub document: Option<DocumentRef>,
    /// What the document is like for us. Anything else there is a change.
    pub baseline: Option<Fingerprint>,
    /// What the books say of its money, as of the last look.
    pub mirror: Option<Mirror>,
    /// What was received here and goes there, each payment once.
    pub payments: Vec<PushedPayment>,
}

/// How far an order is on its way into the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the lock must face every state")]
pub enum ExportState {
    /// It is to be exported once the payment under way has ended. It can still be paid.
    Wanted,
    /// On its way.
    Exporting,
    /// Something was sent, and what became of it is not known: it is looked for before anything is sent again.
    Recovering,
    /// It goes no further until staff have done something.
    NeedsAttention(Attention),
    /// The document is there, and is ours.
    Connected,
    /// The document was there, and is no longer ours to follow.
    Disconnected(CutOff),
    /// Staff have said that it is as if it had never been exported.
    Forgotten,
}

/// What was sent to the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sent {
    /// When.
    pub at: DateTime<Utc>,
    /// What it must look like there.
    pub fingerprint: Fingerprint,
}

/// What the books say of a document's money. After an order is connected they are right about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Mirror {
    /// What it comes to.
    pub total: Money,
    /// What is still to be paid.
    pub due: Money,
    /// What was paid.
    pub paid: Money,
    /// What was credited.
    pub credited: Money,
    /// As of when.
    pub seen_at: DateTime<Utc>,
}

/// What the keys of requests derive from.
const EXPORTS: Uuid = Uuid::from_u128(0x6e0f_12c7_94ab_4d63_b1d8_57a2_c0fe_3b19);

impl Export {
    /// An order that is to go into these books for the first time.
    #[must_use]
    pub fn new(
        order: Id<Order>,
        books: OrganisationRef,
        number: Arc<str>,
        date: NaiveDate,
        begun_at: DateTime<Utc>,
    ) -> Self {
        Self {
            order,
            books,
            round: 0,
            attempt: 1,
            number,
            date,
            begun_at,
            state: ExportState::Wanted,
            stands_since: begun_at,
            sent: None,
            customer: None,
            payer: None,
            document: None,
            baseline: None,
            mirror: None,
            payments: vec![],
        }
    }

    /// The record of an order's export.
    #[must_use]
    pub fn record_of(order: &Id<Order>) -> RecordRef {
        RecordRef::Export(Id::new(order.as_str()))
    }

    /// The record of it.
    #[must_use]
    pub fn record(&self) -> RecordRef {
        Self::record_of(&self.order)
    }

    /// Standing like this from now on.
    #[must_use]
    pub fn standing(mut self, state: ExportState, now: DateTime<Utc>) -> Self {
        if self.state != state {
            self.stands_since = now;
        }
        self.state = state;
        self
    }

    /// Staff have something to do about it.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        let stands = match &self.state {
            ExportState::NeedsAttention(_) => true,
            // Who disconnected it knows.
            ExportState::Disconnected(reason) => *reason != CutOff::Manual,
            ExportState::Wanted
            | ExportState::Exporting
            | ExportState::Recovering
            | ExportState::Connected => false,
            ExportState::Forgotten => return false,
        };
        stands || self.payments.iter().any(PushedPayment::needs_attention)
    }

    /// There may be a document of ours there, whatever is known of it: the order stays locked.
    #[must_use]
    pub fn may_be_there(&self) -> bool {
        self.sent.is_some() || self.document.is_some()
    }

    /// The key of one request of this attempt.
    #[must_use]
    pub fn key(&self, what: &str) -> Uuid {
        let (round, attempt) = (self.round.to_string(), self.attempt.to_string());
        let books = self.books.to_string();
        let name = written(&[&books, self.order.as_str(), &round, &attempt, what]);
        Uuid::new_v5(&EXPORTS, name.as_bytes())
    }
}

impl Sent {
    /// This was sent then.
    #[must_use]
    pub fn new(at: DateTime<Utc>, fingerprint: Fingerprint) -> Self {
        Self { at, fingerprint }
    }
}

impl Mirror {
    /// What this document says.
    #[must_use]
    pub fn of(document: &LedgerDocument, seen_at: DateTime<Utc>) -> Self {
        Self {
            total: document.total,
            due: document.due,
            paid: document.paid,
            credited: document.credited,
            seen_at,
        }
    }

    /// Whether both say the same, whenever they were seen.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |m: &Self| (m.total, m.due, m.paid, m.credited);
        said(self) == said(other)
    }
}
