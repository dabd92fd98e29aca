//! What the portal keeps about the books. `portal-store` implements it beside [`Store`](crate::Store); the same value should be given to both.
use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{DocumentRef, Export, LedgerConnection, OrganisationRef};
use crate::{Id, Listing, Loaded, Order, Page, StoreError, payment::Received};

/// Keeps which orders are in the books, and how the portal stands with them.
///
/// What happens to either is a [`BooksChange`] in a decision, and [`Store::commit`](crate::Store::commit) records it together with everything else; the versions of
/// [`RecordRef::Export`](crate::RecordRef::Export) and [`RecordRef::Ledger`](crate::RecordRef::Ledger) are the store's own to check, and are never the host's.
/// A record that is not there has the version `0`, and every [`BooksChange`] makes it another version.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AccountingStore: fmt::Debug + Send + Sync + 'static {
    /// The export that this leads to.
    async fn export(&self, by: &ExportKey) -> Result<Option<Loaded<Export>>, StoreError>;

    /// The exports that [need attention](Export::needs_attention), the one that has stood longest as it stands first, those of one instant by order.
    async fn exports_needing_attention(&self, page: &Page) -> Result<Listing<Export>, StoreError>;

    /// How the portal stands with these books.
    async fn connection(
        &self,
        books: &OrganisationRef,
    ) -> Result<Option<Loaded<LedgerConnection>>, StoreError>;

    /// What was received and pays for this order ([`Applied::To`](crate::payment::Applied) it), what came first first, what came at one instant by its key; at most
    /// [`Page::LARGEST`] of them.
    async fn received_for(&self, order: &Id<Order>) -> Result<Vec<Received>, StoreError>;
}

/// What leads to an export.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportKey {
    /// The order.
    Order(Id<Order>),
    /// The document, in these books.
    Document(OrganisationRef, DocumentRef),
}

/// What happened to the books. The store itself records it; the host hears of what concerns an order by an [`OrderChange`](crate::order::OrderChange).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BooksChange {
    /// An export is like this from now on. Where another order has its document already the store answers [`StoreError::Conflict`].
    Export(Box<Export>),
    /// A connection is like this from now on.
    Connection(Box<LedgerConnection>),
}
