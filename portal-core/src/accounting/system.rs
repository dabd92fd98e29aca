use std::{fmt, sync::Arc};

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    ChangeCursor, Changes, CustomerRef, DocumentRef, InvoiceDraft, LedgerCustomer, LedgerDocument,
    LedgerError, LedgerPapers, LedgerPayment, LedgerTraits, LedgerWebhooks, Notes, Organisation,
    OrganisationRef, PaymentPosting, Voiding,
};

/// Keeps the books of one organisation: invoices, and what was paid of them.
///
/// Every error says what to do about it; see [`LedgerError`]. A key that is repeated within [`LedgerTraits::repeats`] makes no second document, and the portal does not rely on it:
/// after any doubt it asks [`find`](Self::find) first.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AccountingSystem: fmt::Debug + Send + Sync + 'static {
    /// What rows and logs call it, such as `xero`. Never changes.
    fn name(&self) -> &str;

    /// What people call it, such as `Xero`.
    fn shown_name(&self) -> &str;

    /// Whose books these are.
    fn organisation(&self) -> &OrganisationRef;

    /// What it is like, as data.
    fn traits(&self) -> &LedgerTraits;

    /// Whether the connection works, and what the organisation is like today.
    async fn check(&self) -> Result<Organisation, LedgerError>;

    /// The customer of this key there: found by the key, else made. One who is archived or merged there is refused, never mended.
    async fn customer(
        &self,
        customer: &LedgerCustomer,
        key: Uuid,
    ) -> Result<CustomerRef, LedgerError>;

    /// A document with its lines and what was paid of it, deleted and voided ones too.
    async fn find(&self, what: &FindDocument) -> Result<Option<LedgerDocument>, LedgerError>;

    /// Makes an invoice under our own number. Where the number is taken it is refused with [`NumberTaken`](super::LedgerRefusal::NumberTaken), and nothing there is changed.
    async fn create(&self, draft: &InvoiceDraft, key: Uuid) -> Result<LedgerDocument, LedgerError>;

    /// Puts a payment against a document, with our reference. More than is due is refused.
    async fn record_payment(
        &self,
        payment: &PaymentPosting,
        key: Uuid,
    ) -> Result<LedgerPayment, LedgerError>;

    /// What changed since then: one page, and where the next one begins.
    async fn changes(&self, since: &ChangeCursor) -> Result<Changes, LedgerError>;

    /// Sees to it that the portal stays let in, where that takes anything: called by the worker as often as changes are read, also while the books are left alone. Adapters with a
    /// [`TokenKeeper`](super::tokens::TokenKeeper) have it keep up.
    async fn keep_up(&self) -> Result<(), LedgerError> {
        Ok(())
    }

    /// Copies and links for customers, where the system gives any.
    fn papers(&self) -> Option<Arc<dyn LedgerPapers>> {
        None
    }

    /// Remarks in a document's history, where the system keeps any.
    fn notes(&self) -> Option<Arc<dyn Notes>> {
        None
    }

    /// Taking documents and payments back, where the system can.
    fn voiding(&self) -> Option<Arc<dyn Voiding>> {
        None
    }

    /// Reading what it posts to us, where it posts anything.
    fn webhooks(&self) -> Option<Arc<dyn LedgerWebhooks>> {
        None
    }
}

/// What leads to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindDocument {
    /// The system's own name for it.
    Document(DocumentRef),
    /// The number we gave it. Of several the one that still stands, if one does.
    Number(Arc<str>),
}
