use async_trait::async_trait;
use portal_core::{
    Id, Listing, Loaded, Order, Page, StoreError,
    accounting::{AccountingStore, Export, ExportKey, LedgerConnection, OrganisationRef},
    payment::Received,
};

use super::{exports, ledgers};
use crate::sqlite::{SqliteStore, payments};

#[async_trait]
impl AccountingStore for SqliteStore {
    async fn export(&self, by: &ExportKey) -> Result<Option<Loaded<Export>>, StoreError> {
        let by = by.clone();
        self.read(move |db, tenant| exports::export(db, tenant, &by))
            .await
    }

    async fn exports_needing_attention(&self, page: &Page) -> Result<Listing<Export>, StoreError> {
        let page = page.clone();
        self.read(move |db, tenant| exports::needing_attention(db, tenant, &page))
            .await
    }

    async fn connection(
        &self,
        books: &OrganisationRef,
    ) -> Result<Option<Loaded<LedgerConnection>>, StoreError> {
        let books = books.clone();
        self.read(move |db, tenant| ledgers::connection(db, tenant, &books))
            .await
    }

    async fn received_for(&self, order: &Id<Order>) -> Result<Vec<Received>, StoreError> {
        let order = order.clone();
        self.read(move |db, tenant| payments::received_for(db, tenant, &order))
            .await
    }
}
