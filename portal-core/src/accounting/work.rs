use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::DocumentRef;
use crate::{
    Decision, EffectKind, Error, Id, Order,
    effect::StaffTask,
    order::{LedgerLink, OrderChange},
    payment::{Applied, MoneyChange, Received, Unapplied, Worked},
    portal::Wiring,
};

/// Work that is owed to the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountingWork {
    /// See an order into the books.
    Export {
        /// Which.
        order: Id<Order>,
    },
    /// Put a payment there that came here.
    PushPayment {
        /// For which order.
        order: Id<Order>,
        /// Which.
        received: Id<Received>,
    },
    /// Something may have changed in a document: look.
    LookAt {
        /// In which.
        document: DocumentRef,
    },
    /// Read what changed in the books that are wired in, for ever. Of several only one goes on.
    Pull,
}

impl Wiring {
    /// Does one piece of it, which the outbox knows by this id.
    pub(crate) async fn work_on_books(
        &self,
        work: &AccountingWork,
        id: Uuid,
    ) -> Result<Worked, Error> {
        match work {
            AccountingWork::Export { order } => self.see_in(order).await,
            AccountingWork::PushPayment { order, received } => self.push(order, received).await,
            AccountingWork::LookAt { document } => self.look_at(document).await,
            AccountingWork::Pull => self.pull(id).await,
        }
    }

    /// Has what a decision says of money go into the books too. `order`: what the money was paid for, where it pays for nothing.
    pub(crate) fn owed_to_books(&self, decision: Decision, order: Option<&Id<Order>>) -> Decision {
        if self.ledger.is_none() {
            return decision;
        }
        let mut decision = decision;
        let found = paid(&decision, order);
        if late(&decision) && !found.is_empty() {
            // Whoever puts it there raises it for staff where that cannot be done.
            decision.effects.retain(|effect| {
                let kind = StaffTask::UnappliedMoney;
                !matches!(&effect.kind, EffectKind::StaffTask { kind: k, .. } if *k == kind)
            });
        }
        for (order, received) in found {
            let what = format!("books:{received}");
            let work = AccountingWork::PushPayment { order, received };
            decision = decision.effect(&what, EffectKind::Accounting(work));
        }
        decision
    }

    /// Has an order exported because a copy of its invoice is sent, where the host wants that.
    pub(crate) fn exported_with_invoice(&self, decision: Decision, order: &Order) -> Decision {
        let wanted = self.ledger.is_some() && self.settings.accounting.export_with_invoice;
        if !wanted || order.ledger != LedgerLink::NotExported {
            return decision;
        }
        let order = order.id.clone();
        let work = AccountingWork::Export { order };
        decision.effect("export", EffectKind::Accounting(work))
    }
}

/// Which money of a decision is the books' business: what pays for an order, and what came too late for one that is there.
fn paid(decision: &Decision, order: Option<&Id<Order>>) -> Vec<(Id<Order>, Id<Received>)> {
    let mut found = vec![];
    for change in &decision.changes {
        match change {
            crate::Change::Order(OrderChange::PaymentCounted {
                order, received, ..
            }) => found.push((order.clone(), received.clone())),
            crate::Change::Money(MoneyChange::Received(received)) if is_late(received) => {
                found.extend(order.map(|order| (order.clone(), received.id())));
            }
            _ => {}
        }
    }
    found
}

fn late(decision: &Decision) -> bool {
    let is = |change: &crate::Change| matches!(change, crate::Change::Money(MoneyChange::Received(received)) if is_late(received));
    decision.changes.iter().any(is)
}

/// Money that came for an order which is in the books.
pub(super) fn is_late(received: &Received) -> bool {
    received.applied == Applied::Not(Unapplied::OrderLocked)
}
