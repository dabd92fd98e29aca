//! Which orders are in the books, and how the portal stands with them. The rules for writing them run in the database, in `schema/5`.
mod change;
mod read;

use async_trait::async_trait;
use portal_core::{
    Id, Listing, Loaded, Order, Page, StoreError,
    accounting::{AccountingStore, Export, ExportKey, LedgerConnection, OrganisationRef},
    payment::Received,
};

#[cfg(feature = "mirror")]
pub(super) use change::in_full;
pub(super) use change::{asked, is_kept_here, record, taken};

use super::{PostgresStore, payments};

#[async_trait]
impl AccountingStore for PostgresStore {
    async fn export(&self, by: &ExportKey) -> Result<Option<Loaded<Export>>, StoreError> {
        read::export(self.pool(), self.tenant(), by).await
    }

    async fn exports_needing_attention(&self, page: &Page) -> Result<Listing<Export>, StoreError> {
        read::needing_attention(self.pool(), self.tenant(), page).await
    }

    async fn connection(
        &self,
        books: &OrganisationRef,
    ) -> Result<Option<Loaded<LedgerConnection>>, StoreError> {
        read::connection(self.pool(), self.tenant(), books).await
    }

    async fn received_for(&self, order: &Id<Order>) -> Result<Vec<Received>, StoreError> {
        payments::received_for(self.pool(), self.tenant(), order).await
    }
}
