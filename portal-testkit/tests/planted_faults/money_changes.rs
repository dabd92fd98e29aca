use std::time::Duration;

use async_trait::async_trait;
use portal_core::{
    Change, CommandId, Commit, Decision, Directory, Expectation, Money, RecordRef, Store,
    StoreError, Version,
    memory::Memory,
    order::OrderChange,
    payment::{AttemptKey, MoneyChange, PaymentState, PaymentStore},
};
use portal_testkit::Meddler;

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoneyFault {
    KeepsTwoLiveAttempts,
    BeginsTwiceAtOnce,
    KeepsTheOrderForEver,
    LooksBeforeTheWholeDecision,
    IgnoresVersionsOfPayments,
    TakesNoneForAnyVersion,
    IgnoresVersionsOfMoney,
    IgnoresVersionsOfMoneyInARace,
    WritesMoneyOnceAndForAll,
    LeavesThePaymentStanding,
    SetsWhatWasPaid,
    CountsNoRefund,
    IgnoresNobodysOrder,
    WritesMoneyFirst,
    CountsAgainWhenToldAgain,
    TakesNoNoticeOfAnotherName,
}

use MoneyFault as F;

/// A memory that records what happens to money, all but one thing.
#[derive(Debug)]
pub(crate) struct FaultyMoney {
    memory: Memory,
    fault: MoneyFault,
}

impl FaultyMoney {
    pub(crate) fn new(memory: Memory, fault: MoneyFault) -> Self {
        Self { memory, fault }
    }

    /// What the fault makes of a change: another in its place, or none.
    async fn bent(&self, change: Change) -> Option<Change> {
        match (self.fault, change) {
            (
                F::KeepsTwoLiveAttempts | F::BeginsTwiceAtOnce,
                Change::Money(MoneyChange::Attempt(mut attempt)),
            ) => {
                let by = AttemptKey::LiveOf(attempt.order.clone());
                let live = self.memory.attempt(&by).await.unwrap();
                // The first steps aside, so that the second is written.
                if live.is_some_and(|live| live.value.attempt != attempt.attempt) {
                    attempt.state = PaymentState::Failed;
                }
                Some(MoneyChange::Attempt(attempt).into())
            }
            (F::KeepsTheOrderForEver, Change::Money(MoneyChange::Attempt(mut attempt))) => {
                attempt.state = attempt.state.min(PaymentState::Processing);
                Some(MoneyChange::Attempt(attempt).into())
            }
            (F::WritesMoneyOnceAndForAll, Change::Money(MoneyChange::Received(received))) => {
                let known = self.memory.received(&received.id()).await.unwrap();
                known
                    .is_none()
                    .then(|| MoneyChange::Received(received).into())
            }
            (
                F::LeavesThePaymentStanding,
                Change::Order(OrderChange::PaymentStands { payment: None, .. }),
            ) => None,
            (
                F::SetsWhatWasPaid,
                Change::Order(OrderChange::PaymentCounted {
                    order,
                    received,
                    is,
                    paid_with,
                    ..
                }),
            ) => {
                let found = self.memory.order(&order).await.unwrap();
                let zero = Money::zero(is.currency());
                let was = found.map_or(zero, |found| found.value.order.balance.paid());
                Some(
                    OrderChange::PaymentCounted {
                        order,
                        received,
                        was,
                        is,
                        paid_with,
                    }
                    .into(),
                )
            }
            (F::CountsNoRefund, Change::Order(OrderChange::PaymentCounted { was, is, .. }))
                if is.amount() < was.amount() =>
            {
                None
            }
            (
                F::IgnoresNobodysOrder,
                Change::Order(
                    ref change @ (OrderChange::PaymentStands { ref order, .. }
                    | OrderChange::PaymentCounted { ref order, .. }),
                ),
            ) => {
                let found = self.memory.order(order).await.unwrap();
                found.map(|_| change.clone().into())
            }
            (
                F::TakesNoNoticeOfAnotherName,
                Change::Money(MoneyChange::Payer {
                    contact,
                    merchant,
                    payer,
                }),
            ) => {
                let known = self.memory.payer(&contact, &merchant).await.unwrap();
                known.is_none().then_some(
                    MoneyChange::Payer {
                        contact,
                        merchant,
                        payer,
                    }
                    .into(),
                )
            }
            (_, change) => Some(change),
        }
    }

    /// Whether the fault lets this pass unlooked at.
    fn overlooks(&self, expectation: &Expectation) -> bool {
        let Expectation::Unchanged(record, version) = expectation else {
            return false;
        };
        match (self.fault, record) {
            (F::IgnoresVersionsOfPayments, RecordRef::Payment(_))
            | (
                F::IgnoresVersionsOfMoney | F::IgnoresVersionsOfMoneyInARace,
                RecordRef::Received(_),
            ) => true,
            (F::TakesNoneForAnyVersion, RecordRef::Payment(_)) => *version == Version::number(0),
            _ => false,
        }
    }

    /// The order has a live attempt when the decision comes, whatever the decision does about it.
    async fn is_taken(&self, decision: &Decision) -> Option<Expectation> {
        for change in &decision.changes {
            let Change::Money(MoneyChange::Attempt(attempt)) = change else {
                continue;
            };
            let by = AttemptKey::LiveOf(attempt.order.clone());
            let live = self.memory.attempt(&by).await.unwrap()?.value;
            if attempt.is_live() && live.attempt != attempt.attempt {
                return Some(Expectation::Unchanged(live.record(), Version::number(0)));
            }
        }
        None
    }
}

#[async_trait]
impl Meddler for FaultyMoney {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        let mut decision = decision;
        if self.fault == F::BeginsTwiceAtOnce {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if let (F::LooksBeforeTheWholeDecision, Some(taken)) =
            (self.fault, self.is_taken(&decision).await)
        {
            return Err(StoreError::conflict(taken));
        }
        let mut changes = vec![];
        for change in std::mem::take(&mut decision.changes) {
            changes.extend(self.bent(change).await);
        }
        decision.changes = changes;
        decision.expect.retain(|lost| !self.overlooks(lost));
        let again = self.memory.receipt(decision.command).await?.is_some();
        if self.fault == F::CountsAgainWhenToldAgain && again {
            let mut twin = decision.clone();
            twin.command = CommandId(decision.command.derive("again"));
            below.commit(twin).await?;
        }
        let ended = below.commit(decision.clone()).await;
        if self.fault == F::WritesMoneyFirst && ended.is_err() {
            let mut first = decision;
            first.command = CommandId(first.command.derive("first"));
            first.effects.clear();
            let is_money =
                |change: &Change| matches!(change, Change::Money(MoneyChange::Received(_)));
            first.changes.retain(is_money);
            below.commit(first).await?;
        }
        ended
    }
}
