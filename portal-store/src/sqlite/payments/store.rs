use async_trait::async_trait;
use portal_core::{
    Contact, Id, Listing, Loaded, Order, Page, StoreError,
    payment::{AttemptKey, KnownPayer, Merchant, PayerRef, PaymentAttempt, PaymentStore, Received},
};

use super::{attempts, payers, received};
use crate::sqlite::SqliteStore;

#[async_trait]
impl PaymentStore for SqliteStore {
    async fn attempt(&self, by: &AttemptKey) -> Result<Option<Loaded<PaymentAttempt>>, StoreError> {
        let by = by.clone();
        self.read(move |db, tenant| attempts::attempt(db, tenant, &by))
            .await
    }

    async fn attempts(&self, of: &Id<Order>) -> Result<Vec<PaymentAttempt>, StoreError> {
        let of = of.clone();
        self.read(move |db, tenant| attempts::list(db, tenant, &of))
            .await
    }

    async fn received(&self, id: &Id<Received>) -> Result<Option<Loaded<Received>>, StoreError> {
        let id = id.clone();
        self.read(move |db, tenant| received::received(db, tenant, &id))
            .await
    }

    async fn unapplied(&self, page: &Page) -> Result<Listing<Received>, StoreError> {
        let page = page.clone();
        self.read(move |db, tenant| received::unapplied(db, tenant, &page))
            .await
    }

    async fn payer(
        &self,
        contact: &Id<Contact>,
        merchant: &Merchant,
    ) -> Result<Option<PayerRef>, StoreError> {
        let (contact, merchant) = (contact.clone(), merchant.clone());
        self.read(move |db, tenant| payers::payer(db, tenant, &contact, &merchant))
            .await
    }

    async fn payers(
        &self,
        merchant: &Merchant,
        page: &Page,
    ) -> Result<Listing<KnownPayer>, StoreError> {
        let (merchant, page) = (merchant.clone(), page.clone());
        self.read(move |db, tenant| payers::payers(db, tenant, &merchant, &page))
            .await
    }
}
