//! What is written down of a settlement: the records, what the order hears of it, whom a message is owed.
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    Applied, Books, MoneyChange, PaymentAttempt, PaymentRef, PaymentState, PaymentWork, Received,
    RefundRef, RefundState, Settlement, Unapplied,
};
use crate::{
    Ask, CommandId, Decision, EffectKind, Id, Money, Order, RecordRef, Upkeep,
    command::written,
    effect::{MailKind, Recipient, StaffTask},
    order::{OpenPayment, OrderChange},
};

/// What the ids of settlements derive from. The same settlement of the same books has the same id, so that it is written once whoever found it.
const SETTLED: Uuid = Uuid::from_u128(0x3c7e_90b1_52d6_4f0a_8b7f_4d19_e5a2_c863);

/// Whether the host's order hears of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    Hears,
    /// Its own routine would not have it. The money is written down all the same, and staff are told.
    Refuses,
}

/// The decision that writes a settlement down; none where nothing was new.
pub(super) fn recorded(
    settled: &Settlement,
    books: Books<'_>,
    host: Host,
    now: DateTime<Utc>,
) -> Option<Decision> {
    let about = match (&settled.received, &settled.attempt) {
        (Some(received), _) => RecordRef::Received(received.id()),
        (None, Some(attempt)) => attempt.record(),
        (None, None) => return None,
    };
    let command = CommandId(Uuid::new_v5(&SETTLED, name(settled).as_bytes()));
    let hears = books.order.is_some() && host == Host::Hears;
    let ask = Ask::new(&Upkeep, now, command);
    let mut decision = Decision::new(&ask, "payment.settle", about);
    if let Some(attempt) = &settled.attempt {
        let before = books.attempt.map(|before| before.state);
        decision = moved(decision, attempt, before, hears);
    }
    if let Some(received) = &settled.received {
        let by = books.attempt.and_then(|attempt| attempt.by.clone());
        let by = by.map(Recipient::Contact);
        let paid_with = settled.attempt.as_ref().or(books.attempt);
        let paid_with = paid_with.and_then(|attempt| attempt.paid_with.clone());
        if hears {
            decision = counted(decision, received, books.received, paid_with);
        }
        decision = told(decision, received, books.received, by.as_ref());
        decision = watched(decision, received, books.received, now);
        decision = decision.changed(MoneyChange::Received(Box::new(received.clone())));
    }
    // Money that pays for nothing has its own task.
    if host == Host::Refuses && !settled.arrived {
        let (kind, about) = (StaffTask::HostRefused, decision.audit.about.clone());
        decision = decision.effect("staff:host", EffectKind::StaffTask { kind, about });
    }
    if let Some(order) = paid_besides(settled, books) {
        let close = EffectKind::Payment(PaymentWork::CloseLive { order });
        decision = decision.effect("close", close);
    }
    Some(decision)
}

/// The order for which more is here than its last page was opened for: another may be open by now, and should not be paid too. That is money for an attempt that had ended, and money that
/// had been paid back or called back, and is here again.
fn paid_besides(settled: &Settlement, books: Books<'_>) -> Option<Id<Order>> {
    let received = settled.received.as_ref()?;
    let Applied::To(order) = &received.applied else {
        return None;
    };
    let late = settled.arrived && books.attempt.is_some_and(|attempt| !attempt.is_live());
    let before = books.received.map(Received::kept);
    let again = before.is_some_and(|before| before.amount() < received.kept().amount());
    (late || again).then(|| order.clone())
}

/// A refund that takes its time is asked about until it has ended: its webhook may be lost.
fn watched(
    decision: Decision,
    now: &Received,
    before: Option<&Received>,
    since: DateTime<Utc>,
) -> Decision {
    let known = |refund: &RefundRef| {
        let mut before = before.iter().flat_map(|before| &before.refunds);
        before.any(|known| known.refund == *refund)
    };
    let under_way = now
        .refunds
        .iter()
        .filter(|r| r.state == RefundState::Pending);
    let new = under_way.map(|r| r.refund.clone()).filter(|r| !known(r));
    new.fold(decision, |decision, refund| {
        let (what, received) = (format!("watch:{refund}"), now.id());
        let work = PaymentWork::WatchRefund {
            received,
            refund,
            since,
        };
        decision.effect(&what, EffectKind::Payment(work))
    })
}

/// What a settlement says, in one line: whoever comes to the same settlement writes the same. States go forward and sums grow, and what can fall again says when, so none comes twice.
fn name(settled: &Settlement) -> String {
    let mut parts = vec![];
    if let Some(attempt) = &settled.attempt {
        let payment = attempt.payment.as_ref().map(PaymentRef::as_str);
        parts.extend([
            attempt.attempt.to_string(),
            attempt.state.as_str().to_owned(),
        ]);
        parts.extend(payment.map(str::to_owned));
    }
    if let Some(received) = &settled.received {
        let (captured, disputed) = (received.captured, received.disputed);
        parts.push(received.id().to_string());
        parts.push(format!(
            "{captured} {disputed} {} {:?}",
            received.disputed_as_of, received.applied
        ));
        let refunds = received.refunds.iter();
        parts.extend(refunds.map(|r| format!("{} {:?} {:?}", r.refund, r.state, r.ours)));
    }
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    written(&parts)
}

/// An attempt goes further, and its order hears of it where that makes a difference to it. An order that is gone hears nothing.
pub(super) fn moved(
    decision: Decision,
    attempt: &PaymentAttempt,
    before: Option<PaymentState>,
    order_is_there: bool,
) -> Decision {
    let order = attempt.order.clone();
    let stands = |payment| OrderChange::PaymentStands { order, payment };
    let was_live = before.is_some_and(|state| !state.is_final());
    let decision = if !order_is_there {
        decision
    } else if was_live && !attempt.is_live() {
        decision.changed(stands(None))
    } else if attempt.state == PaymentState::Processing && before != Some(attempt.state) {
        decision.changed(stands(Some(OpenPayment::under_way(attempt.begun_at))))
    } else {
        decision
    };
    decision.changed(MoneyChange::Attempt(Box::new(attempt.clone())))
}

fn counted(
    decision: Decision,
    now: &Received,
    before: Option<&Received>,
    paid_with: Option<String>,
) -> Decision {
    let Applied::To(order) = &now.applied else {
        return decision;
    };
    let was = before.map_or(Money::zero(now.captured.currency()), Received::kept);
    let is = now.kept();
    if was == is {
        return decision;
    }
    decision.changed(OrderChange::PaymentCounted {
        order: order.clone(),
        received: now.id(),
        was,
        is,
        paid_with,
    })
}

fn told(
    decision: Decision,
    now: &Received,
    before: Option<&Received>,
    payer: Option<&Recipient>,
) -> Decision {
    let about = RecordRef::Received(now.id());
    let task = |decision: Decision, kind: StaffTask, of: &str| {
        let what = format!("staff:{}:{of}", kind.as_str());
        decision.effect(
            &what,
            EffectKind::StaffTask {
                kind,
                about: about.clone(),
            },
        )
    };
    let mut decision = decision;
    match (&now.applied, before) {
        (Applied::Not(_), None) => decision = task(decision, StaffTask::UnappliedMoney, ""),
        (_, Some(before)) if now.captured != before.captured => {
            decision = task(decision, StaffTask::UnappliedMoney, "");
        }
        (Applied::To(_), None) => {
            decision = mailed(decision, MailKind::PaymentReceipt, payer);
        }
        (_, Some(_)) => {}
    }
    if now.disputed != before.map_or(Money::zero(now.disputed.currency()), |b| b.disputed)
        && now.disputed.is_positive()
    {
        decision = task(decision, StaffTask::PaymentDisputed, "");
    }
    let back = before.map_or(Money::zero(now.captured.currency()), Received::refunded);
    if now.refunded().amount() > back.amount() {
        decision = mailed(decision, MailKind::RefundNotice, payer);
    }
    for failed in now
        .refunds
        .iter()
        .filter(|r| r.state == RefundState::Failed)
    {
        let known = before.is_some_and(|b| b.refunds.contains(failed));
        if !known {
            decision = task(decision, StaffTask::RefundFailed, failed.refund.as_str());
        }
    }
    decision
}

fn mailed(decision: Decision, kind: MailKind, to: Option<&Recipient>) -> Decision {
    match to {
        Some(to) => decision.mail(kind, to.clone()),
        None => decision,
    }
}

/// The same settlement, where the host's own routine will not have it: money that would have paid for the order pays for nothing.
pub(super) fn refused_by_host(settled: &Settlement) -> Settlement {
    let mut refused = settled.clone();
    if let Some(received) = refused.received.as_mut().filter(|_| settled.arrived)
        && matches!(received.applied, Applied::To(_))
    {
        received.applied = Applied::Not(Unapplied::HostRefused);
    }
    refused
}
