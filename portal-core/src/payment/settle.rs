//! The one rule by which money is written down. Whoever hears of a payment, however often, in whatever order and however late, ends with the same books.
use chrono::{DateTime, Utc};

use super::{Applied, Observation, ObservedRefund, PaymentAttempt, Received, Unapplied};
use crate::{
    Money,
    order::{LedgerLink, Order},
};

/// What is in the books about one payment, before anything is written.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Books<'a> {
    /// The attempt that the payment names, where there is one.
    pub attempt: Option<&'a PaymentAttempt>,
    /// What is written of this payment already.
    pub received: Option<&'a Received>,
    /// The attempt's order, as the host has it now.
    pub order: Option<&'a Order>,
}

/// What an observation adds to the books.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settlement {
    /// The attempt, where it went further.
    pub attempt: Option<PaymentAttempt>,
    /// The money, where something new is known of it.
    pub received: Option<Received>,
    /// It is the first that is heard of this money, and this is what it pays for or why it pays for nothing.
    pub arrived: bool,
}

impl<'a> Books<'a> {
    /// What is in the books.
    #[must_use]
    pub fn new(
        attempt: Option<&'a PaymentAttempt>,
        received: Option<&'a Received>,
        order: Option<&'a Order>,
    ) -> Self {
        Self {
            attempt,
            received,
            order,
        }
    }
}

impl Settlement {
    /// Nothing was new.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attempt.is_none() && self.received.is_none()
    }
}

/// What this observation adds to the books: nothing, if they had it all.
///
/// States only go forward, what was taken only grows, a refund is known by its name, and of disputes the latest look counts. Money is written down first and judged after: whatever is wrong with it, it is there.
#[must_use]
pub fn settle(seen: &Observation, books: Books<'_>, now: DateTime<Utc>) -> Settlement {
    let (received, arrived) = match books.received {
        Some(known) => (more(known, seen), false),
        None if seen.captured.is_positive() => (Some(first(seen, books, now)), true),
        None => (None, false),
    };
    let pays = |received: &Received| arrived && matches!(received.applied, Applied::To(_));
    let pays = received.as_ref().is_some_and(pays);
    let attempt = books
        .attempt
        .and_then(|attempt| moved_on(attempt, seen, pays));
    Settlement {
        attempt,
        received,
        arrived,
    }
}

/// `pays`: this is the payment that pays for the order. Others may have been tried on the same page, or have come in another amount.
fn moved_on(attempt: &PaymentAttempt, seen: &Observation, pays: bool) -> Option<PaymentAttempt> {
    // Somebody else's payment may carry our name for one; it says nothing about ours.
    if seen.merchant != attempt.merchant {
        return None;
    }
    let state = attempt.state.max(seen.state);
    let known = attempt.payment.clone().filter(|_| !pays);
    let payment = known.unwrap_or_else(|| seen.payment.clone());
    if state == attempt.state && attempt.payment.as_ref() == Some(&payment) {
        return None;
    }
    let paid_with = attempt.paid_with.clone();
    Some(PaymentAttempt {
        state,
        payment: Some(payment),
        paid_with: seen.paid_with.clone().or(paid_with),
        decline: seen.decline.clone(),
        ..attempt.clone()
    })
}

fn first(seen: &Observation, books: Books<'_>, now: DateTime<Utc>) -> Received {
    Received {
        merchant: seen.merchant.clone(),
        payment: seen.payment.clone(),
        attempt: seen.attempt,
        captured: seen.captured,
        disputed: seen.disputed,
        disputed_as_of: seen.observed_at,
        refunds: merged(&[], &seen.refunds),
        asked: vec![],
        applied: judged(seen, books),
        first_seen: now,
    }
}

fn judged(seen: &Observation, books: Books<'_>) -> Applied {
    let Some(attempt) = books.attempt else {
        return Applied::Not(Unapplied::UnknownAttempt);
    };
    if seen.merchant != attempt.merchant {
        return Applied::Not(Unapplied::OtherMerchant);
    }
    if seen.captured.currency() != attempt.amount.currency() {
        return Applied::Not(Unapplied::OtherCurrency);
    }
    if seen.captured != attempt.amount {
        return Applied::Not(Unapplied::OtherAmount);
    }
    let Some(order) = books.order else {
        return Applied::Not(Unapplied::NoOrder);
    };
    let due = order.balance.due();
    if due.currency() != seen.captured.currency() || due.amount() < seen.captured.amount() {
        return Applied::Not(Unapplied::NothingDue);
    }
    match order.ledger {
        LedgerLink::Connected { .. } => Applied::Not(Unapplied::OrderLocked),
        LedgerLink::NotExported
        | LedgerLink::Exporting { .. }
        | LedgerLink::Disconnected { .. } => Applied::To(order.id.clone()),
    }
}

fn more(known: &Received, seen: &Observation) -> Option<Received> {
    let (disputed, disputed_as_of) = disputed(known, seen);
    let received = Received {
        captured: greater(known.captured, seen.captured),
        disputed,
        disputed_as_of,
        refunds: merged(&known.refunds, &seen.refunds),
        ..known.clone()
    };
    (received != *known).then_some(received)
}

/// The later look decides: a dispute that is won comes back. Of two at one instant the worse counts.
fn disputed(known: &Received, seen: &Observation) -> (Money, DateTime<Utc>) {
    let (as_of, now) = (known.disputed_as_of, seen.observed_at);
    let other = seen.disputed.currency() != known.disputed.currency();
    if other || seen.disputed == known.disputed || now < as_of {
        return (known.disputed, as_of);
    }
    if now == as_of {
        return (greater(known.disputed, seen.disputed), as_of);
    }
    (seen.disputed, now)
}

/// The greater of two amounts of one currency. Another currency cannot be the same money: it is left for whoever reads the log of what came.
fn greater(known: Money, seen: Money) -> Money {
    if seen.currency() == known.currency() && seen.amount() > known.amount() {
        seen
    } else {
        known
    }
}

/// Each refund once, by its name, in its furthest state. A refund that failed has failed, whatever was said before.
fn merged(known: &[ObservedRefund], seen: &[ObservedRefund]) -> Vec<ObservedRefund> {
    let mut all = known.to_vec();
    for refund in seen {
        match all.iter_mut().find(|known| known.refund == refund.refund) {
            Some(known) => {
                known.state = known.state.max(refund.state);
                known.ours = known.ours.or(refund.ours);
            }
            None => all.push(refund.clone()),
        }
    }
    all.sort_by(|a, b| a.refund.cmp(&b.refund));
    all
}
