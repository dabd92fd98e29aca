use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use portal_core::{CommandId, Commit, Decision, Expectation, Store, StoreError};

use crate::{Between, Meddler};

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
    missing: Guard,
    fresh: AtomicU64,
}

impl WithoutGuard {
    /// That store, without this guard.
    pub fn over(store: Arc<dyn Store>, missing: Guard) -> Between<Self> {
        let without = Self {
            missing,
            fresh: AtomicU64::default(),
        };
        Between::new(store, without)
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

#[async_trait]
impl Meddler for WithoutGuard {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        let decision = self.weakened(decision);
        let mut unheard = decision.clone();
        match below.commit(decision).await {
            Err(StoreError::Conflict(lost)) if unheard.expect.contains(&lost) => {
                Err(StoreError::Conflict(lost))
            }
            Err(_) => {
                unheard.changes.clear();
                unheard.expect.clear();
                below.commit(unheard).await
            }
            ended => ended,
        }
    }
}
