//! Attempts to pay, what was received, and who pays. The rules for writing them run in the database, in `schema/4`.
mod change;
mod read;

use async_trait::async_trait;
use portal_core::{
    Contact, Id, Listing, Loaded, Order, Page, StoreError,
    payment::{AttemptKey, KnownPayer, Merchant, PayerRef, PaymentAttempt, PaymentStore, Received},
};

#[cfg(feature = "mirror")]
pub(super) use change::in_full;
pub(super) use change::{asked, is_kept_here, record, taken};
#[cfg(feature = "accounting")]
pub(super) use read::received_for;

use super::PostgresStore;

#[async_trait]
impl PaymentStore for PostgresStore {
    async fn attempt(&self, by: &AttemptKey) -> Result<Option<Loaded<PaymentAttempt>>, StoreError> {
        read::attempt(self.pool(), self.tenant(), by).await
    }

    async fn attempts(&self, of: &Id<Order>) -> Result<Vec<PaymentAttempt>, StoreError> {
        read::attempts(self.pool(), self.tenant(), of).await
    }

    async fn received(&self, id: &Id<Received>) -> Result<Option<Loaded<Received>>, StoreError> {
        read::received(self.pool(), self.tenant(), id).await
    }

    async fn unapplied(&self, page: &Page) -> Result<Listing<Received>, StoreError> {
        read::unapplied(self.pool(), self.tenant(), page).await
    }

    async fn payer(
        &self,
        contact: &Id<Contact>,
        merchant: &Merchant,
    ) -> Result<Option<PayerRef>, StoreError> {
        read::payer(self.pool(), self.tenant(), contact, merchant).await
    }

    async fn payers(
        &self,
        merchant: &Merchant,
        page: &Page,
    ) -> Result<Listing<KnownPayer>, StoreError> {
        read::payers(self.pool(), self.tenant(), merchant, page).await
    }
}
