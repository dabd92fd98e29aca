use std::{fmt, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    AuditEntry, CommandId, Commit, Decision, Listing, Page, Receipt, Store, StoreError, TryKey,
    store::{Claim, ClaimedEffect, EffectOutcome, QueuedEffect},
};
use uuid::Uuid;

/// Has a hand in what is committed to a store, for tests that need it to go wrong: see [`Between`].
#[async_trait]
pub trait Meddler: fmt::Debug + Send + Sync + 'static {
    /// Commits it to the store below, or does something else.
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError>;

    /// Hears what else the store is asked for, before it is.
    ///
    /// # Errors
    /// Where the store below shall hear nothing of it: this is the answer then.
    fn asked(&self, _: Asked) -> Result<(), StoreError> {
        Ok(())
    }

    /// Whether other tasks have their turn before each call, as they have where a store is behind a network. In memory nobody ever waits, and what is done at once is done one
    /// after the other.
    fn gives_turns(&self) -> bool {
        false
    }
}

/// What a store is asked for besides a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asked {
    /// [`Store::receipt`].
    Receipt,
    /// [`Store::note_try`].
    NoteTry,
    /// [`Store::claim_effects`].
    ClaimEffects,
    /// [`Store::settle_effect`].
    SettleEffect,
    /// [`Store::outbox`].
    Outbox,
    /// [`Store::audit`].
    Audit,
}

/// A store, with somebody between it and us who has a hand in what is committed. Clones are the same store.
#[derive(Debug)]
pub struct Between<M> {
    below: Arc<dyn Store>,
    pub(crate) meddler: Arc<M>,
}

impl<M: Meddler> Between<M> {
    /// This store, with them before it.
    pub fn new(below: Arc<dyn Store>, meddler: M) -> Self {
        Self::shared(below, Arc::new(meddler))
    }

    async fn turn(&self) {
        if self.meddler.gives_turns() {
            tokio::task::yield_now().await;
        }
    }

    /// The same, with somebody who is needed elsewhere too.
    pub fn shared(below: Arc<dyn Store>, meddler: Arc<M>) -> Self {
        Self { below, meddler }
    }
}

impl<M> Clone for Between<M> {
    fn clone(&self) -> Self {
        Self {
            below: Arc::clone(&self.below),
            meddler: Arc::clone(&self.meddler),
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<M: Meddler> Store for Between<M> {
    async fn commit(&self, decision: Decision) -> Result<Commit, StoreError> {
        self.turn().await;
        self.meddler.commit(self.below.as_ref(), decision).await
    }

    async fn receipt(&self, command: CommandId) -> Result<Option<Receipt>, StoreError> {
        self.turn().await;
        self.meddler.asked(Asked::Receipt)?;
        self.below.receipt(command).await
    }

    async fn note_try(
        &self,
        of: &TryKey,
        at: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        self.turn().await;
        self.meddler.asked(Asked::NoteTry)?;
        self.below.note_try(of, at, since).await
    }

    async fn claim_effects(&self, claim: &Claim) -> Result<Vec<ClaimedEffect>, StoreError> {
        self.turn().await;
        self.meddler.asked(Asked::ClaimEffects)?;
        self.below.claim_effects(claim).await
    }

    async fn settle_effect(
        &self,
        id: Uuid,
        tries: u32,
        outcome: EffectOutcome,
    ) -> Result<bool, StoreError> {
        self.turn().await;
        self.meddler.asked(Asked::SettleEffect)?;
        self.below.settle_effect(id, tries, outcome).await
    }

    async fn outbox(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        self.turn().await;
        self.meddler.asked(Asked::Outbox)?;
        self.below.outbox(page).await
    }

    async fn audit(&self, page: &Page) -> Result<Listing<AuditEntry>, StoreError> {
        self.turn().await;
        self.meddler.asked(Asked::Audit)?;
        self.below.audit(page).await
    }
}
