use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    AuditEntry, CommandId, Commit, Decision, Listing, Page, Receipt, Store, StoreError, TryKey,
    store::{Claim, ClaimedEffect, EffectOutcome, QueuedEffect},
};
use tokio::sync::Barrier;
use uuid::Uuid;

/// A contender may have been refused before it came here; the others go without it after this long.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// A starting line in front of a store: the first so many commits wait for each other, and then go at once. Later ones just go.
#[derive(Debug)]
pub(super) struct StartingLine {
    inner: Arc<dyn Store>,
    line: Barrier,
    places: usize,
    came: AtomicUsize,
}

impl StartingLine {
    pub(super) fn new(inner: Arc<dyn Store>, places: usize) -> Self {
        Self {
            inner,
            line: Barrier::new(places),
            places,
            came: AtomicUsize::new(0),
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Store for StartingLine {
    async fn commit(&self, decision: Decision) -> Result<Commit, StoreError> {
        if self.came.fetch_add(1, Ordering::Relaxed) < self.places {
            // Late or not, it goes.
            drop(tokio::time::timeout(LONGEST_WAIT, self.line.wait()).await);
        }
        self.inner.commit(decision).await
    }

    async fn receipt(&self, command: CommandId) -> Result<Option<Receipt>, StoreError> {
        self.inner.receipt(command).await
    }

    async fn note_try(
        &self,
        of: &TryKey,
        at: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        self.inner.note_try(of, at, since).await
    }

    async fn claim_effects(&self, claim: &Claim) -> Result<Vec<ClaimedEffect>, StoreError> {
        self.inner.claim_effects(claim).await
    }

    async fn settle_effect(
        &self,
        id: Uuid,
        tries: u32,
        outcome: EffectOutcome,
    ) -> Result<bool, StoreError> {
        self.inner.settle_effect(id, tries, outcome).await
    }

    async fn outbox(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        self.inner.outbox(page).await
    }

    async fn audit(&self, page: &Page) -> Result<Listing<AuditEntry>, StoreError> {
        self.inner.audit(page).await
    }
}
