use std::fmt;

use async_trait::async_trait;
use uuid::Uuid;

use super::{DocumentRef, LedgerDocument, LedgerError, PostedRef};
use crate::DocumentBody;

/// Gives customers copies of documents, and links to where the system itself takes a payment.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait LedgerPapers: fmt::Debug + Send + Sync + 'static {
    /// The document as a file.
    async fn copy(&self, document: &DocumentRef) -> Result<DocumentBody, LedgerError>;

    /// Where the customer sees and pays it, over https; none for one that cannot be paid.
    async fn pay_link(&self, document: &DocumentRef) -> Result<Option<String>, LedgerError>;
}

/// Keeps remarks in a document's history.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Notes: fmt::Debug + Send + Sync + 'static {
    /// Adds one. Adapters cut what is too long.
    async fn add(&self, document: &DocumentRef, note: &str, key: Uuid) -> Result<(), LedgerError>;
}

/// Takes back documents and payments.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Voiding: fmt::Debug + Send + Sync + 'static {
    /// Takes a document back. One with payments against it is refused.
    async fn void(&self, document: &DocumentRef, key: Uuid) -> Result<LedgerDocument, LedgerError>;

    /// Takes a recorded payment back.
    async fn take_back(&self, payment: &PostedRef, key: Uuid) -> Result<(), LedgerError>;
}
