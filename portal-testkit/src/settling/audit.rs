//! What must be true once everybody has gone home.
//!
//! Where a rule was taken away, that it is gone is not held against anybody: only what comes of it.
use portal_core::{
    EffectKind, Id, Order, Page as Leaf, RecordRef,
    accounting::AccountingWork,
    effect::StaffTask,
    payment::{Applied, AskedState, PaymentState, PaymentStore as _, Received, RefundState},
    store::QueueState,
};

use super::{Rule, play::Play, till::Page};

impl Play {
    /// The books against what the provider knows to be true.
    pub(super) fn audit(&self) -> Result<(), String> {
        if let Some(broken) = self.till.broken() {
            return Err(broken);
        }
        for page in self.till.pages() {
            self.one_payment(&page)
                .map_err(|e| format!("{}: {e}", page.payment))?;
        }
        for order in &self.orders {
            self.one_order(order).map_err(|e| format!("{order}: {e}"))?;
        }
        self.nothing_is_owed()
    }

    /// At any moment.
    pub(super) fn one_live_attempt_at_most(&self) -> Result<(), String> {
        if self.without == Some(Rule::OneLive) {
            return Ok(());
        }
        for order in &self.orders {
            let all = self.wait(self.loose.attempts(order)).unwrap();
            let live = all.iter().filter(|attempt| attempt.is_live()).count();
            if live > 1 {
                return Err(format!("{order} has {live} live attempts"));
            }
        }
        Ok(())
    }

    fn one_payment(&self, page: &Page) -> Result<(), String> {
        let charged = page.captured.is_positive();
        let attempt = self.wait(self.loose.kept(page.attempt)).unwrap();
        match attempt {
            Some(attempt) if charged != (attempt.state == PaymentState::Succeeded) => {
                let state = attempt.state.as_str();
                return Err(format!("charged: {charged}, and the attempt is {state}"));
            }
            Some(attempt) if attempt.is_live() => {
                return Err("its attempt never ends".to_owned());
            }
            None if self.without != Some(Rule::Journal) => {
                return Err("nobody wrote its attempt down".to_owned());
            }
            Some(_) | None => {}
        }
        let key = Received::key(&self.merchant(), &page.payment);
        let received = self.wait(self.loose.received(&key)).unwrap();
        let received = match received {
            Some(received) if charged => received.value,
            None if !charged => return Ok(()),
            _ => return Err(format!("charged: {charged}, and the books say otherwise")),
        };
        let known = (received.captured, received.disputed, received.refunded());
        let back = portal_core::Money::from_minor(page.paid_back(), page.amount.currency());
        let truth = (page.captured, page.disputed, back);
        if known != truth {
            return Err(format!("the books say {known:?}, and it is {truth:?}"));
        }
        for asked in &received.asked {
            let ours = page.refunds.iter().filter(|r| r.ours == Some(asked.refund));
            let (failed, made): (Vec<_>, Vec<_>) =
                ours.partition(|r| r.state == RefundState::Failed);
            match (made.len(), &asked.state) {
                (0, AskedState::Waiting | AskedState::Refused { .. })
                | (1, AskedState::Waiting | AskedState::Taken) => {}
                (0, AskedState::Taken) if !failed.is_empty() => {}
                (times, state) => {
                    return Err(format!("a refund is {state:?}, and was made {times} times"));
                }
            }
        }
        match &received.applied {
            Applied::To(order) if *order == page.order => Ok(()),
            Applied::To(other) => Err(format!("it paid for {other}")),
            Applied::Not(_) => self.staff_heard_of(&received),
        }
    }

    fn staff_heard_of(&self, received: &Received) -> Result<(), String> {
        let about = RecordRef::Received(received.id());
        let heard = self.host.delivered().into_iter().any(|effect| {
            let unapplied = StaffTask::UnappliedMoney;
            matches!(effect.kind, EffectKind::StaffTask { kind, about: it } if kind == unapplied && it == about)
        });
        if heard {
            Ok(())
        } else {
            Err("it pays for nothing, and staff were not told".to_owned())
        }
    }

    fn one_order(&self, id: &Id<Order>) -> Result<(), String> {
        let directory = self.ground.world.directory();
        let order = self.wait(directory.order(id)).unwrap().unwrap().value.order;
        let mut paid = 0;
        for page in self.till.pages().iter().filter(|page| page.order == *id) {
            let key = Received::key(&self.merchant(), &page.payment);
            let received = self.wait(self.loose.received(&key)).unwrap();
            let applied = received.filter(|r| matches!(r.value.applied, Applied::To(_)));
            paid += applied.map_or(0, |r| r.value.kept().minor());
        }
        if order.balance.paid().minor() != paid {
            let says = order.balance.paid();
            return Err(format!("it says {says} were paid, and it was {paid} cents"));
        }
        match order.payment {
            None => Ok(()),
            Some(open) => Err(format!("it waits for a payment since {}", open.since)),
        }
    }

    fn nothing_is_owed(&self) -> Result<(), String> {
        if self.without == Some(Rule::Forward) {
            return Ok(());
        }
        let (store, mut page) = (self.ground.world.store(), Leaf::first(Leaf::LARGEST));
        loop {
            let listed = self.wait(store.outbox(&page)).unwrap();
            for queued in &listed.items {
                let ours = match &queued.effect.kind {
                    EffectKind::Payment(_) => true,
                    // Changes are read for ever.
                    EffectKind::Accounting(work) => *work != AccountingWork::Pull,
                    _ => false,
                };
                if ours && matches!(queued.state, QueueState::Due(_)) {
                    return Err(format!("it is still owed: {:?}", queued.effect.kind));
                }
            }
            match listed.next {
                Some(next) => page = Leaf::first(Leaf::LARGEST).following(next),
                None => return Ok(()),
            }
        }
    }
}
