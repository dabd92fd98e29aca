use chrono::{DateTime, Utc};
use portal_core::{
    Id,
    accounting::{DocumentRef, Export, ExportState, OrganisationRef, PushedPayment},
    payment::Received,
};

use super::today;

/// The books that every test keeps: of one organisation of `ledger`.
#[must_use]
pub fn test_books() -> OrganisationRef {
    OrganisationRef::new("ledger", "org_1")
}

/// An order that is to go into the books, since today.
#[must_use]
pub fn export(order: &str) -> Export {
    let number = format!("INV-{order}").into();
    let date = today().date_naive();
    Export::new(Id::new(order), test_books(), number, date, today())
}

/// Reads well on an [`Export`].
pub trait ExportFacts: Sized {
    /// It is this far.
    #[must_use]
    fn now(self, state: ExportState) -> Self;

    /// It is a document there.
    #[must_use]
    fn known_as(self, document: &str) -> Self;

    /// It has stood as it stands since then.
    #[must_use]
    fn standing_since(self, at: DateTime<Utc>) -> Self;

    /// All of this payment goes there.
    #[must_use]
    fn with_payment(self, of: &Received) -> Self;
}

impl ExportFacts for Export {
    fn now(mut self, state: ExportState) -> Self {
        self.state = state;
        self
    }

    fn known_as(mut self, document: &str) -> Self {
        self.document = Some(DocumentRef::new(document));
        self
    }

    fn standing_since(mut self, at: DateTime<Utc>) -> Self {
        self.stands_since = at;
        self
    }

    fn with_payment(mut self, of: &Received) -> Self {
        let payment = PushedPayment::new(of.id(), of.captured);
        self.payments.push(payment);
        self
    }
}
