use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Memory, Queued, State, pages};
#[cfg(any(feature = "accounts", feature = "courses", feature = "payments"))]
use crate::Change;
#[cfg(all(
    any(feature = "accounts", feature = "courses"),
    not(feature = "payments")
))]
use crate::order::OrderChange;
use crate::{
    AuditEntry, CommandId, Commit, Decision, Expectation, Receipt, Store, StoreError, TryKey,
    store::{Claim, ClaimedEffect, EffectOutcome, Listing, Page, QueueState, QueuedEffect},
};

#[async_trait]
impl Store for Memory {
    async fn commit(&self, decision: Decision) -> Result<Commit, StoreError> {
        self.state().commit(decision)
    }

    async fn receipt(&self, command: CommandId) -> Result<Option<Receipt>, StoreError> {
        Ok(self.state().receipts.get(&command).cloned())
    }

    async fn note_try(
        &self,
        of: &TryKey,
        at: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let mut state = self.state();
        let tries = state.tries.entry(of.clone()).or_default();
        tries.retain(|then| *then > since);
        tries.push(at);
        Ok(u32::try_from(tries.len()).unwrap_or(u32::MAX))
    }

    async fn claim_effects(&self, claim: &Claim) -> Result<Vec<ClaimedEffect>, StoreError> {
        let mut state = self.state();
        let mut before = BTreeSet::new();
        let free = |queued: &&mut Queued| {
            let first = match queued.effect.recipient() {
                Some(to) if !matches!(queued.state, QueueState::Dead(_)) => {
                    before.insert(to.to_string())
                }
                _ => true,
            };
            let due = matches!(&queued.state, QueueState::Due(at) if *at <= claim.now);
            let leased = queued.leased_until.is_some_and(|until| until > claim.now);
            first && due && !leased && claim.topics.contains(&queued.effect.topic())
        };
        let mut due: Vec<_> = state.outbox.iter_mut().filter(free).collect();
        // What was put off stands behind what has been due for longer.
        due.sort_by_key(|queued| match &queued.state {
            QueueState::Due(at) => Some(*at),
            _ => None,
        });
        Ok(due
            .into_iter()
            .take(claim.limit.into())
            .map(|queued| {
                queued.tries += 1;
                queued.leased_until = claim.now.checked_add_signed(claim.lease);
                ClaimedEffect::new(queued.effect.clone(), queued.tries)
                    .owed_since(Some(queued.since))
            })
            .collect())
    }

    async fn settle_effect(
        &self,
        id: Uuid,
        tries: u32,
        outcome: EffectOutcome,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let outbox = &mut state.outbox;
        let ours = |queued: &Queued| {
            let dead = matches!(queued.state, QueueState::Dead(_));
            let claimed = queued.leased_until.is_some();
            queued.effect.id == id && queued.tries == tries && claimed && !dead
        };
        let Some(at) = outbox.iter().position(ours) else {
            return Ok(false);
        };
        let ended = match outcome {
            EffectOutcome::Done => {
                outbox.remove(at);
                return Ok(true);
            }
            EffectOutcome::Sent(then) => QueueState::Sent(then),
            EffectOutcome::Dropped(then, why) => QueueState::Dropped(then, why),
            EffectOutcome::RetryAt(..) | EffectOutcome::Dead(_) | EffectOutcome::Untried(..) => {
                if let Some(queued) = outbox.get_mut(at) {
                    queued.put_back(outcome);
                }
                return Ok(true);
            }
        };
        let queued = outbox.remove(at);
        let mut known = queued.shown();
        known.state = ended;
        state.post.push(known);
        Ok(true)
    }

    async fn outbox(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        let state = self.state();
        let rows = state.outbox.iter().map(|queued| {
            let id = queued.effect.id.to_string();
            (pages::earliest_first(queued.since, &id), queued)
        });
        let found = pages::page("outbox", rows.collect(), page)?;
        Ok(found.map(|queued| queued.shown()))
    }

    async fn audit(&self, page: &Page) -> Result<Listing<AuditEntry>, StoreError> {
        let state = self.state();
        let receipts = state.trail.iter().filter_map(|id| state.receipts.get(id));
        let rows = receipts
            .enumerate()
            .map(|(n, receipt)| (pages::nth_last(n), receipt));
        let found = pages::page("audit", rows.collect(), page)?;
        Ok(found.map(|receipt| receipt.audit))
    }
}

impl Queued {
    pub(super) fn shown(&self) -> QueuedEffect {
        let (effect, state) = (self.effect.clone(), self.state.clone());
        QueuedEffect::new(effect, self.since, self.tries, state).because(self.why.clone())
    }

    fn put_back(&mut self, outcome: EffectOutcome) {
        self.leased_until = None;
        match outcome {
            EffectOutcome::RetryAt(then, why) => {
                self.state = QueueState::Due(then);
                self.why = Some(why);
            }
            EffectOutcome::Untried(then, why) => {
                self.state = QueueState::Due(then);
                self.why = Some(why);
                self.tries = self.tries.saturating_sub(1);
            }
            EffectOutcome::Dead(why) => {
                self.state = QueueState::Dead(why.clone());
                self.why = Some(why);
            }
            EffectOutcome::Done | EffectOutcome::Sent(_) | EffectOutcome::Dropped(..) => {}
        }
    }
}

impl State {
    pub(super) fn commit(&mut self, decision: Decision) -> Result<Commit, StoreError> {
        if let Some(receipt) = self.receipts.get(&decision.command) {
            return Ok(Commit::Replayed(receipt.clone()));
        }
        if let Some(lost) = decision.expect.iter().find(|e| !self.holds(e)) {
            return Err(StoreError::conflict(lost.clone()));
        }
        #[cfg(any(feature = "accounts", feature = "courses", feature = "payments"))]
        self.apply_all(&decision.changes)?;
        let at = decision.audit.at;
        let receipt = decision.receipt();
        self.trail.push(decision.command);
        self.receipts.insert(decision.command, receipt);
        self.outbox
            .extend(decision.effects.into_iter().map(|effect| Queued {
                effect,
                since: at,
                tries: 0,
                state: QueueState::Due(at),
                why: None,
                leased_until: None,
            }));
        Ok(Commit::Applied)
    }

    pub(super) fn holds(&self, expectation: &Expectation) -> bool {
        match expectation {
            Expectation::Unchanged(record, version) => self.version(record) == *version,
            Expectation::TriesLeft {
                of,
                fewer_than,
                since,
            } => {
                let counted =
                    |tries: &Vec<DateTime<Utc>>| tries.iter().filter(|then| *then > since).count();
                let tries = self.tries.get(of).map_or(0, counted);
                u32::try_from(tries).is_ok_and(|tries| tries < *fewer_than)
            }
            #[cfg(feature = "courses")]
            Expectation::PlacesLeft { session, at_least } => {
                let left = self.sessions.get(session).map(|s| s.places_left);
                left.is_some_and(|left| left >= *at_least)
            }
        }
    }

    /// All of them, or none.
    #[cfg(any(feature = "accounts", feature = "courses", feature = "payments"))]
    fn apply_all(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        #[cfg(feature = "courses")]
        let courses = self.course_records();
        #[cfg(feature = "payments")]
        let money = self.before_money(changes);
        #[cfg(feature = "accounts")]
        let accounts = self.before_accounts(changes);
        let applied = changes.iter().try_for_each(|change| self.make(change));
        if applied.is_err() {
            #[cfg(feature = "payments")]
            if let Some(money) = money {
                self.restore_money(money);
            }
            #[cfg(feature = "courses")]
            self.restore(courses);
            #[cfg(feature = "accounts")]
            if let Some(accounts) = accounts {
                self.restore_accounts(accounts);
            }
        }
        applied
    }

    #[cfg(any(feature = "accounts", feature = "courses", feature = "payments"))]
    fn make(&mut self, change: &Change) -> Result<(), StoreError> {
        match change {
            #[cfg(feature = "payments")]
            Change::Order(change) => self.apply_to_order(change),
            // Nobody counts copies here, nobody pays, and nothing is exported.
            #[cfg(not(feature = "payments"))]
            Change::Order(
                OrderChange::InvoiceCopyRequested { .. }
                | OrderChange::PaymentStands { .. }
                | OrderChange::LedgerStands { .. },
            ) => Ok(()),
            #[cfg(feature = "payments")]
            Change::Money(change) => self.apply_money(change),
            #[cfg(feature = "accounting")]
            Change::Books(change) => self.apply_books(change),
            #[cfg(feature = "accounts")]
            Change::Account(change) => self.apply_account(change),
            #[cfg(feature = "accounts")]
            Change::Contact(change) => self.apply_contact(change),
            #[cfg(feature = "courses")]
            Change::Course(change) => self.apply(change),
        }
    }
}
