//! A store in which everybody is slow: between any two steps somebody else may go on, or a process may end.
use std::{future::poll_fn, sync::Arc, task::Poll};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    AuditEntry, CommandId, Commit, Contact, Decision, Directory, Id, Listing, Loaded, Order,
    OrderDetails, Page, Receipt, Store, StoreError, TryKey,
    accounting::{AccountingStore, Export, ExportKey, LedgerConnection, OrganisationRef},
    order::LedgerLink,
    payment::{AttemptKey, KnownPayer, Merchant, PayerRef, PaymentAttempt, PaymentStore, Received},
    store::{Claim, ClaimedEffect, EffectOutcome, QueuedEffect},
};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::Rule;

/// Lets somebody else go on.
pub(super) async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What the portal sees: each call pauses before it is done, and again before its answer is heard.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) store: Arc<dyn Store>,
    pub(super) payments: Arc<dyn PaymentStore>,
    pub(super) books: Arc<dyn AccountingStore>,
    pub(super) directory: Arc<dyn Directory>,
    pub(super) without: Option<Rule>,
    pub(super) runtime: Arc<Runtime>,
}

impl Stage {
    /// One step of the store is one step here, so that a seed always plays the same.
    async fn step<T>(&self, call: impl Future<Output = T> + Send) -> T {
        pause().await;
        let ended = self.runtime.block_on(call);
        pause().await;
        ended
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Store for Stage {
    async fn commit(&self, decision: Decision) -> Result<Commit, StoreError> {
        self.step(self.store.commit(decision)).await
    }

    async fn receipt(&self, command: CommandId) -> Result<Option<Receipt>, StoreError> {
        self.step(self.store.receipt(command)).await
    }

    async fn note_try(
        &self,
        of: &TryKey,
        at: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        self.step(self.store.note_try(of, at, since)).await
    }

    async fn claim_effects(&self, claim: &Claim) -> Result<Vec<ClaimedEffect>, StoreError> {
        self.step(self.store.claim_effects(claim)).await
    }

    async fn settle_effect(
        &self,
        id: Uuid,
        tries: u32,
        outcome: EffectOutcome,
    ) -> Result<bool, StoreError> {
        self.step(self.store.settle_effect(id, tries, outcome))
            .await
    }

    async fn outbox(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        self.step(self.store.outbox(page)).await
    }

    async fn audit(&self, page: &Page) -> Result<Listing<AuditEntry>, StoreError> {
        self.step(self.store.audit(page)).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl PaymentStore for Stage {
    async fn attempt(&self, by: &AttemptKey) -> Result<Option<Loaded<PaymentAttempt>>, StoreError> {
        self.step(self.payments.attempt(by)).await
    }

    async fn attempts(&self, of: &Id<Order>) -> Result<Vec<PaymentAttempt>, StoreError> {
        self.step(self.payments.attempts(of)).await
    }

    async fn received(&self, id: &Id<Received>) -> Result<Option<Loaded<Received>>, StoreError> {
        self.step(self.payments.received(id)).await
    }

    async fn unapplied(&self, page: &Page) -> Result<Listing<Received>, StoreError> {
        self.step(self.payments.unapplied(page)).await
    }

    async fn payer(
        &self,
        contact: &Id<Contact>,
        merchant: &Merchant,
    ) -> Result<Option<PayerRef>, StoreError> {
        self.step(self.payments.payer(contact, merchant)).await
    }

    async fn payers(
        &self,
        merchant: &Merchant,
        page: &Page,
    ) -> Result<Listing<KnownPayer>, StoreError> {
        self.step(self.payments.payers(merchant, page)).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Directory for Stage {
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        self.step(self.directory.contact(id)).await
    }

    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        let mut found = self.step(self.directory.order(id)).await?;
        if let (Some(Rule::Lock), Some(found)) = (self.without, &mut found) {
            found.value.order.ledger = LedgerLink::NotExported;
        }
        Ok(found)
    }

    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError> {
        self.step(self.directory.orders(of, page)).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AccountingStore for Stage {
    async fn export(&self, by: &ExportKey) -> Result<Option<Loaded<Export>>, StoreError> {
        self.step(self.books.export(by)).await
    }

    async fn exports_needing_attention(&self, page: &Page) -> Result<Listing<Export>, StoreError> {
        self.step(self.books.exports_needing_attention(page)).await
    }

    async fn connection(
        &self,
        books: &OrganisationRef,
    ) -> Result<Option<Loaded<LedgerConnection>>, StoreError> {
        self.step(self.books.connection(books)).await
    }

    async fn received_for(&self, order: &Id<Order>) -> Result<Vec<Received>, StoreError> {
        self.step(self.books.received_for(order)).await
    }
}
