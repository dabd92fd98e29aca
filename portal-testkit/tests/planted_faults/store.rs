use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use portal_core::{
    Actor, AuditEntry, Change, CommandId, Commit, Decision, Expectation, Id, Listing, Page,
    Receipt, Store, StoreError, Topic, TryKey,
    courses::CourseChange,
    memory::Memory,
    store::{Claim, ClaimedEffect, Cursor, EffectOutcome, QueuedEffect},
};
use uuid::Uuid;

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreFault {
    AppliesTwice,
    AnswersTodaysReceipt,
    ExpectsBeforeReplaying,
    LooksThenCommits,
    ReportsTheLastExpectation,
    OwesDespiteConflict,
    ClaimsDespiteConflict,
    ChangesOneByOne,
    MakesTheFirstChangeOnly,
    ForgetsTheForm,
    CallsEveryoneUpkeep,
    IgnoresVersions,
    CountsPlacesOneTooMany,
    TakesAPlaceForHeldOnes,
    TakesNoPlaceForOpenOnes,
    FreesAPlaceForEveryLeaver,
    KeepsThePlaceOfExpiredOffers,
    ClaimsNewestFirst,
    ClaimsAnyTopic,
    LeasesForNoTime,
    LeasesForEver,
    CountsNoTries,
    SettlesAnyTry,
    RetriesAtOnce,
    BuriesTheDead,
    NeverForgetsTheDone,
    PagesByOffset,
    ListsOldestFirst,
    TakesAnyMarker,
    CountsTriesOfAllTogether,
    CountsTriesForEver,
    AllowsOneTryMore,
}

use StoreFault as F;

/// A memory that keeps every promise but one.
#[derive(Debug)]
pub(crate) struct FaultyStore {
    memory: Memory,
    fault: StoreFault,
}

impl FaultyStore {
    pub(crate) fn new(memory: Memory, fault: StoreFault) -> Self {
        Self { memory, fault }
    }

    fn is(&self, fault: StoreFault) -> bool {
        self.fault == fault
    }

    async fn again(&self, decision: &Decision) -> Option<Receipt> {
        self.memory.receipt(decision.command).await.unwrap()
    }

    /// What the fault makes of a decision before it is committed.
    fn bent(&self, mut decision: Decision) -> Decision {
        match self.fault {
            F::ReportsTheLastExpectation => decision.expect.reverse(),
            F::MakesTheFirstChangeOnly => decision.changes.truncate(1),
            F::ForgetsTheForm => decision.form = Uuid::nil(),
            F::CallsEveryoneUpkeep => decision.audit.by = Actor::Upkeep,
            F::IgnoresVersions => decision
                .expect
                .retain(|e| !matches!(e, Expectation::Unchanged(..))),
            _ => {}
        }
        for expectation in &mut decision.expect {
            match expectation {
                Expectation::PlacesLeft { at_least, .. } if self.is(F::CountsPlacesOneTooMany) => {
                    *at_least = at_least.saturating_sub(1);
                }
                Expectation::TriesLeft { fewer_than, .. } if self.is(F::AllowsOneTryMore) => {
                    *fewer_than += 1;
                }
                _ => {}
            }
        }
        for change in &mut decision.changes {
            let Change::Course(change) = change else {
                continue;
            };
            match change {
                CourseChange::PlaceAccepted { held, .. } => {
                    *held = (*held && !self.is(F::TakesAPlaceForHeldOnes))
                        || self.is(F::TakesNoPlaceForOpenOnes);
                }
                CourseChange::LeftWaitingList { held, .. } => {
                    *held |= self.is(F::FreesAPlaceForEveryLeaver);
                }
                CourseChange::OfferExpired { held, .. } => {
                    *held &= !self.is(F::KeepsThePlaceOfExpiredOffers);
                }
                _ => {}
            }
        }
        decision
    }

    async fn one_by_one(&self, decision: &Decision) -> Result<(), StoreError> {
        for (n, change) in decision.changes.iter().enumerate() {
            let mut part = decision.clone();
            part.command = CommandId(decision.command.derive(&n.to_string()));
            part.changes = vec![change.clone()];
            self.memory.commit(part).await?;
        }
        Ok(())
    }
}

/// The same decision under another id: the store does not know it again.
fn under_another_id(mut decision: Decision, what: &str) -> Decision {
    decision.command = CommandId(decision.command.derive(what));
    for effect in &mut decision.effects {
        effect.id = decision.command.derive(&effect.id.to_string());
    }
    decision
}

#[async_trait]
impl Store for FaultyStore {
    async fn commit(&self, decision: Decision) -> Result<Commit, StoreError> {
        let decision = self.bent(decision);
        match self.fault {
            F::AppliesTwice if self.again(&decision).await.is_some() => {
                let mut twin = under_another_id(decision, "twice");
                twin.expect.clear();
                return self.memory.commit(twin).await;
            }
            F::AnswersTodaysReceipt if self.again(&decision).await.is_some() => {
                return Ok(Commit::Replayed(decision.receipt()));
            }
            F::ExpectsBeforeReplaying if self.again(&decision).await.is_some() => {
                let mut trial = under_another_id(decision.clone(), "trial");
                trial.changes.clear();
                trial.effects.clear();
                self.memory.commit(trial).await?;
            }
            F::LooksThenCommits => {
                if let Some(receipt) = self.again(&decision).await {
                    return Ok(Commit::Replayed(receipt));
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                let nobody_else = format!("{:?}", tokio::task::id());
                let mut mine = under_another_id(decision, &nobody_else);
                mine.expect.clear();
                return self.memory.commit(mine).await;
            }
            F::ChangesOneByOne => {
                self.one_by_one(&decision).await?;
            }
            _ => {}
        }
        let ended = self.memory.commit(decision.clone()).await;
        if let Err(StoreError::Conflict(_)) = &ended {
            let mut rest = decision;
            rest.expect.clear();
            rest.changes.clear();
            match self.fault {
                F::OwesDespiteConflict => {
                    self.memory.commit(under_another_id(rest, "owed")).await?;
                }
                F::ClaimsDespiteConflict => {
                    rest.effects.clear();
                    self.memory.commit(rest).await?;
                }
                _ => {}
            }
        }
        ended
    }

    async fn receipt(&self, command: CommandId) -> Result<Option<Receipt>, StoreError> {
        self.memory.receipt(command).await
    }

    async fn note_try(
        &self,
        of: &TryKey,
        at: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let everyone = TryKey::new("all", &Id::new("all"));
        let of = if self.is(F::CountsTriesOfAllTogether) {
            &everyone
        } else {
            of
        };
        let since = if self.is(F::CountsTriesForEver) {
            DateTime::<Utc>::MIN_UTC
        } else {
            since
        };
        self.memory.note_try(of, at, since).await
    }

    async fn claim_effects(&self, claim: &Claim) -> Result<Vec<ClaimedEffect>, StoreError> {
        let mut claim = claim.clone();
        match self.fault {
            F::ClaimsAnyTopic => claim.topics = vec![Topic::Mail, Topic::Host],
            F::LeasesForNoTime => claim.lease = Duration::zero(),
            F::LeasesForEver => claim.lease = Duration::days(36_500),
            F::ClaimsNewestFirst => {
                let all = Claim::new(claim.now, claim.lease, u16::MAX, claim.topics.clone());
                let mut found = self.memory.claim_effects(&all).await?;
                found.reverse();
                found.truncate(claim.limit.into());
                return Ok(found);
            }
            _ => {}
        }
        let mut found = self.memory.claim_effects(&claim).await?;
        if self.is(F::CountsNoTries) {
            for claimed in &mut found {
                claimed.tries = 1;
            }
        }
        Ok(found)
    }

    async fn settle_effect(
        &self,
        id: Uuid,
        tries: u32,
        outcome: EffectOutcome,
    ) -> Result<bool, StoreError> {
        let tries = if self.is(F::SettlesAnyTry) {
            let all = self.memory.outbox(&Page::first(100)).await?.items;
            let ours = all.iter().find(|queued| queued.effect.id == id);
            ours.map_or(tries, |queued| queued.tries)
        } else {
            tries
        };
        let outcome = match (self.fault, outcome) {
            (F::RetriesAtOnce, EffectOutcome::RetryAt(_, why)) => {
                EffectOutcome::RetryAt(DateTime::<Utc>::MIN_UTC, why)
            }
            (F::BuriesTheDead, EffectOutcome::Dead(_)) => EffectOutcome::Done,
            (F::NeverForgetsTheDone, EffectOutcome::Done) => EffectOutcome::Dead("done".to_owned()),
            (_, outcome) => outcome,
        };
        self.memory.settle_effect(id, tries, outcome).await
    }

    async fn outbox(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        if self.is(F::PagesByOffset) {
            let all = self.memory.outbox(&Page::first(100)).await?.items;
            return by_offset(all, page);
        }
        self.memory.outbox(page).await
    }

    async fn audit(&self, page: &Page) -> Result<Listing<AuditEntry>, StoreError> {
        if self.is(F::ListsOldestFirst) {
            let mut all = self.memory.audit(&Page::first(100)).await?.items;
            all.reverse();
            return by_offset(all, page);
        }
        match self.memory.audit(page).await {
            Err(StoreError::BadCursor) if self.is(F::TakesAnyMarker) => {
                let first = Page::first(page.size.get());
                self.memory.audit(&first).await
            }
            found => found,
        }
    }
}

/// A page as some write it: so many from the start.
pub(crate) fn by_offset<T>(all: Vec<T>, page: &Page) -> Result<Listing<T>, StoreError> {
    let skip: usize = match &page.after {
        None => 0,
        Some(cursor) => cursor.as_str().parse().map_err(|_| StoreError::BadCursor)?,
    };
    let found = all.into_iter().skip(skip).take(page.len() + 1).collect();
    let ended = Cursor::new((skip + page.len()).to_string());
    Ok(Listing::cut(found, page, |_| ended))
}
