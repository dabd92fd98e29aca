use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    AuditEntry, CommandId, Commit, Decision, Expectation, Listing, Page, Receipt, Store,
    StoreError, TryKey,
    store::{Claim, ClaimedEffect, EffectOutcome, QueuedEffect},
};
use uuid::Uuid;

/// What keeps a race from being lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Guard {
    /// [`Expectation::PlacesLeft`] is looked at when a decision is committed.
    Places,
    /// [`Expectation::Unchanged`] is looked at when a decision is committed.
    Versions,
    /// A command is committed at most once.
    Commands,
    /// [`AccountStore::draw`](portal_core::accounts::AccountStore::draw) looks and takes in one transaction.
    Draws,
    /// An [`Entry`](portal_core::accounts::Entry) is let in only to the account as it was read.
    Entries,
}

/// A store that lacks one guard, over one that has it: for negative controls.
///
/// Where the store below has a second wall, such as a check constraint, this one keeps quiet about it and says the commit went through.
#[derive(Debug)]
pub struct WithoutGuard {
    inner: Arc<dyn Store>,
    missing: Guard,
    fresh: AtomicU64,
}

impl WithoutGuard {
    /// That store, without this guard.
    pub fn new(inner: Arc<dyn Store>, missing: Guard) -> Self {
        Self {
            inner,
            missing,
            fresh: AtomicU64::default(),
        }
    }

    fn weakened(&self, mut decision: Decision) -> Decision {
        match self.missing {
            Guard::Places => decision
                .expect
                .retain(|e| !matches!(e, Expectation::PlacesLeft { .. })),
            Guard::Versions => decision
                .expect
                .retain(|e| !matches!(e, Expectation::Unchanged(..))),
            Guard::Commands => {
                let nth = self.fresh.fetch_add(1, Ordering::Relaxed);
                decision.command = CommandId(decision.command.derive(&format!("again {nth}")));
                for effect in &mut decision.effects {
                    effect.id = decision.command.derive(&effect.id.to_string());
                }
            }
            // What an account store guards: see `WithoutAccountGuard`.
            Guard::Draws | Guard::Entries => {}
        }
        decision
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Store for WithoutGuard {
    async fn commit(&self, decision: Decision) -> Result<Commit, StoreError> {
        let decision = self.weakened(decision);
        let mut unheard = decision.clone();
        match self.inner.commit(decision).await {
            Err(StoreError::Conflict(lost)) if unheard.expect.contains(&lost) => {
                Err(StoreError::Conflict(lost))
            }
            Err(_) => {
                unheard.changes.clear();
                unheard.expect.clear();
                self.inner.commit(unheard).await
            }
            ended => ended,
        }
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
