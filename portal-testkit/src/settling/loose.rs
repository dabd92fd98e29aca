//! Stores from which one rule was taken away, to see that the simulation notices.
use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use portal_core::{
    Change, CommandId, Commit, Contact, Decision, EffectKind, Expectation, Id, Listing, Loaded,
    Order, Page, RecordRef, Store, StoreError, Version,
    payment::{
        Attempt, AttemptKey, KnownPayer, Merchant, MoneyChange, PayerRef, PaymentAttempt,
        PaymentState, PaymentStore, PaymentWork, Received,
    },
};
use tokio::sync::Mutex;

use super::Rule;
use crate::Meddler;

/// A store that keeps all rules but one.
#[derive(Debug)]
pub(super) struct Loose {
    payments: Arc<dyn PaymentStore>,
    without: Option<Rule>,
    /// The attempts, where the store would insist on a rule about them.
    own: Mutex<Own>,
}

#[derive(Debug, Default)]
struct Own {
    attempts: BTreeMap<Attempt, (PaymentAttempt, i64)>,
    commits: u128,
}

impl Loose {
    pub(super) fn new(payments: Arc<dyn PaymentStore>, without: Option<Rule>) -> Self {
        Self {
            payments,
            without,
            own: Mutex::default(),
        }
    }

    /// A process ends: what was only in its memory is gone.
    pub(super) async fn crash(&self) {
        if self.without == Some(Rule::Journal) {
            self.own.lock().await.attempts.clear();
        }
    }

    /// An attempt as it is kept, whatever rule is gone.
    pub(super) async fn kept(&self, one: Attempt) -> Result<Option<PaymentAttempt>, StoreError> {
        let key = AttemptKey::Attempt(one);
        let found = if self.keeps_attempts_itself() {
            self.attempt(&key).await?
        } else {
            self.payments.attempt(&key).await?
        };
        Ok(found.map(|found| found.value))
    }

    fn keeps_attempts_itself(&self) -> bool {
        matches!(self.without, Some(Rule::OneLive | Rule::Journal))
    }

    /// Commits the decision but for what it says of attempts, which are kept here.
    async fn commit_beside(
        &self,
        below: &dyn Store,
        mut decision: Decision,
    ) -> Result<Commit, StoreError> {
        let mut own = self.own.lock().await;
        let lost = decision.expect.iter().find(|expected| match expected {
            Expectation::Unchanged(RecordRef::Payment(id), version) => *version != own.version(id),
            _ => false,
        });
        if let Some(lost) = lost {
            let known = below.receipt(decision.command).await?;
            let lost = || StoreError::conflict(lost.clone());
            return known.map(Commit::Replayed).ok_or_else(lost);
        }
        let ours = |e: &Expectation| matches!(e, Expectation::Unchanged(RecordRef::Payment(_), _));
        decision.expect.retain(|e| !ours(e));
        let mut moved = vec![];
        decision.changes.retain(|change| match change {
            Change::Money(MoneyChange::Attempt(attempt)) => {
                moved.push(PaymentAttempt::clone(attempt));
                false
            }
            _ => true,
        });
        let ended = below.commit(decision).await?;
        if ended == Commit::Applied {
            for attempt in moved {
                let version = own.attempts.get(&attempt.attempt).map_or(0, |(_, v)| *v);
                own.attempts.insert(attempt.attempt, (attempt, version + 1));
            }
        }
        Ok(ended)
    }
}

impl Own {
    fn version(&self, id: &Id<PaymentAttempt>) -> Version {
        let mut all = self.attempts.values();
        let found = all.find(|(attempt, _)| attempt.record().key() == id.as_str());
        Version::number(found.map_or(0, |(_, version)| *version))
    }
}

#[async_trait]
impl Meddler for Loose {
    async fn commit(
        &self,
        below: &dyn Store,
        mut decision: Decision,
    ) -> Result<Commit, StoreError> {
        match self.without {
            Some(Rule::OneLive | Rule::Journal) => {
                return self.commit_beside(below, decision).await;
            }
            Some(Rule::MoneyOnce) if decision.audit.action == "payment.settle" => {
                let mut own = self.own.lock().await;
                own.commits += 1;
                let one_of_many = own.commits.to_string();
                decision.command = CommandId(decision.command.derive(&one_of_many));
                decision.expect.clear();
            }
            Some(Rule::Watched) => decision.effects.retain(|effect| {
                !matches!(&effect.kind, EffectKind::Payment(PaymentWork::Watch { .. }))
            }),
            Some(Rule::RefundsWatched) => decision.effects.retain(|effect| {
                !matches!(
                    &effect.kind,
                    EffectKind::Payment(PaymentWork::WatchRefund { .. })
                )
            }),
            Some(
                Rule::MoneyOnce
                | Rule::Forward
                | Rule::Keys
                | Rule::Window
                | Rule::LookFirst
                | Rule::Numbers
                | Rule::Lock
                | Rule::LookForPayments,
            )
            | None => {}
        }
        below.commit(decision).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl PaymentStore for Loose {
    async fn attempt(&self, by: &AttemptKey) -> Result<Option<Loaded<PaymentAttempt>>, StoreError> {
        if !self.keeps_attempts_itself() {
            let mut found = self.payments.attempt(by).await?;
            if let (Some(Rule::Forward), AttemptKey::Attempt(_), Some(found)) =
                (self.without, by, &mut found)
            {
                found.value.state = PaymentState::Open;
            }
            return Ok(found);
        }
        let own = self.own.lock().await;
        let meant = |attempt: &PaymentAttempt| match by {
            AttemptKey::Attempt(one) => attempt.attempt == *one,
            AttemptKey::LiveOf(order) => {
                attempt.order == *order && attempt.is_live() && self.without != Some(Rule::OneLive)
            }
            AttemptKey::Session(merchant, session) => {
                let page = attempt.page.as_ref();
                attempt.merchant == *merchant && page.is_some_and(|page| page.session == *session)
            }
            AttemptKey::Payment(merchant, payment) => {
                attempt.merchant == *merchant && attempt.payment.as_ref() == Some(payment)
            }
            _ => false,
        };
        let found = own.attempts.values().find(|(attempt, _)| meant(attempt));
        Ok(found.map(|(attempt, version)| {
            let version = Version::number(*version);
            Loaded::one(attempt.clone(), attempt.record(), version)
        }))
    }

    async fn attempts(&self, of: &Id<Order>) -> Result<Vec<PaymentAttempt>, StoreError> {
        if !self.keeps_attempts_itself() {
            return self.payments.attempts(of).await;
        }
        let own = self.own.lock().await;
        let all = own.attempts.values().map(|(attempt, _)| attempt.clone());
        let mut all: Vec<_> = all.filter(|attempt| attempt.order == *of).collect();
        all.sort_by_key(|a| (Reverse(a.begun_at), a.attempt));
        Ok(all)
    }

    async fn received(&self, id: &Id<Received>) -> Result<Option<Loaded<Received>>, StoreError> {
        self.payments.received(id).await
    }

    async fn unapplied(&self, page: &Page) -> Result<Listing<Received>, StoreError> {
        self.payments.unapplied(page).await
    }

    async fn payer(
        &self,
        contact: &Id<Contact>,
        merchant: &Merchant,
    ) -> Result<Option<PayerRef>, StoreError> {
        self.payments.payer(contact, merchant).await
    }

    async fn payers(
        &self,
        merchant: &Merchant,
        page: &Page,
    ) -> Result<Listing<KnownPayer>, StoreError> {
        self.payments.payers(merchant, page).await
    }
}
