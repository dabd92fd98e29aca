//! A store that one rule was taken away from.
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    AuditEntry, CommandId, Commit, Decision, Receipt, Store, StoreError, TryKey,
    store::{Claim, ClaimedEffect, EffectOutcome, Listing, MessageLog, Page, QueuedEffect},
};
use uuid::Uuid;

use super::Rule;

/// The store below, less a rule.
#[derive(Debug)]
pub(super) struct Careless {
    pub(super) below: Arc<dyn Store>,
    pub(super) log: Arc<dyn MessageLog>,
    pub(super) without: Rule,
    pub(super) kept: Mutex<Kept>,
}

/// What it has to remember for that.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// What is put off, and holds up nobody meanwhile.
    aside: Vec<(DateTime<Utc>, Uuid)>,
    /// What was sent and not written down; the second time it is.
    unwritten: BTreeSet<Uuid>,
}

impl Careless {
    /// Puts back what was put aside until now.
    async fn put_back(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let due: Vec<_> = {
            let aside = &mut self.kept.lock().unwrap().aside;
            aside.extract_if(.., |(then, _)| *then <= now).collect()
        };
        for (then, id) in due {
            self.log.revive(id, then).await?;
        }
        Ok(())
    }

    async fn put_off(
        &self,
        id: Uuid,
        tries: u32,
        then: DateTime<Utc>,
        outcome: EffectOutcome,
    ) -> Result<bool, StoreError> {
        let later = then + TimeDelta::hours(1);
        let outcome = match (self.without, outcome) {
            (Rule::InLine, EffectOutcome::RetryAt(_, why) | EffectOutcome::Untried(_, why)) => {
                self.kept.lock().unwrap().aside.push((then, id));
                EffectOutcome::Dead(why)
            }
            (Rule::OnTime, EffectOutcome::RetryAt(_, why)) => EffectOutcome::RetryAt(later, why),
            (Rule::OnTime, EffectOutcome::Untried(_, why)) => EffectOutcome::Untried(later, why),
            (_, outcome) => outcome,
        };
        self.below.settle_effect(id, tries, outcome).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Store for Careless {
    async fn commit(&self, decision: Decision) -> Result<Commit, StoreError> {
        self.below.commit(decision).await
    }

    async fn receipt(&self, command: CommandId) -> Result<Option<Receipt>, StoreError> {
        self.below.receipt(command).await
    }

    async fn note_try(
        &self,
        of: &TryKey,
        at: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        self.below.note_try(of, at, since).await
    }

    async fn claim_effects(&self, claim: &Claim) -> Result<Vec<ClaimedEffect>, StoreError> {
        self.put_back(claim.now).await?;
        let ours = self.below.claim_effects(claim).await?;
        if self.without == Rule::AfterSending {
            for ClaimedEffect { effect, tries, .. } in &ours {
                let sent = EffectOutcome::Sent(claim.now);
                self.below.settle_effect(effect.id, *tries, sent).await?;
            }
        }
        Ok(ours)
    }

    async fn settle_effect(
        &self,
        id: Uuid,
        tries: u32,
        outcome: EffectOutcome,
    ) -> Result<bool, StoreError> {
        match outcome {
            EffectOutcome::RetryAt(then, _) | EffectOutcome::Untried(then, _) => {
                self.put_off(id, tries, then, outcome).await
            }
            EffectOutcome::Sent(_)
                if self.without == Rule::WrittenDown
                    && id.as_fields().0.is_multiple_of(16)
                    && self.kept.lock().unwrap().unwritten.insert(id) =>
            {
                Ok(true)
            }
            outcome => self.below.settle_effect(id, tries, outcome).await,
        }
    }

    async fn outbox(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        self.below.outbox(page).await
    }

    async fn audit(&self, page: &Page) -> Result<Listing<AuditEntry>, StoreError> {
        self.below.audit(page).await
    }
}
