//! What the transactions of one invoice say about one payment.
use chrono::{DateTime, Duration, Utc};
use portal_core::{
    Money,
    adapter::AdapterError,
    payment::{
        Attempt, Merchant, Observation, ObservedRefund, PaymentRef, PaymentState, RefundRef,
        RefundState,
    },
};
use uuid::Uuid;

use super::{
    SESSION_MINUTES,
    refusal::{decline, unintelligible},
    response::{Kind, Status, Transaction},
};

/// Which payment of an invoice is meant.
#[derive(Clone, Copy)]
pub(super) enum Which {
    /// The one that was taken, or else the last that was tried.
    TheOne,
    /// This one, if it was taken; otherwise as above: a decline in the frame is not how its invoice ended.
    Rather(u64),
}

/// The payment, if there is one. A payer may be declined in the frame and try again, so an invoice may have several.
pub(super) fn observe(
    merchant: &Merchant,
    all: &[Transaction],
    which: Which,
    now: DateTime<Utc>,
) -> Result<Option<Observation>, AdapterError> {
    let paid: Vec<&Transaction> = of(all, Kind::Payment, Status::Approved).collect();
    let meant = match which {
        Which::Rather(id) => paid.iter().find(|t| t.id == id),
        Which::TheOne => None,
    };
    if let Some(payment) = meant.or_else(|| paid.first()) {
        return taken(merchant, payment, &paid, all, now).map(Some);
    }
    let reserved = of(all, Kind::Preauth, Status::Approved).last();
    if let Some(reserved) = reserved {
        return Ok(Some(bare(
            merchant,
            reserved,
            PaymentState::Processing,
            now,
        )));
    }
    let Some(tried) = of(all, Kind::Payment, Status::Declined).last() else {
        return Ok(None);
    };
    // While the frame may be open, the payer may try again: it has not failed yet.
    let over = tried
        .created
        .ok_or_else(|| unintelligible("look up", "when it was declined"))?
        + Duration::minutes(SESSION_MINUTES);
    let state = if over < now {
        PaymentState::Failed
    } else {
        PaymentState::Open
    };
    let found = bare(merchant, tried, state, now);
    Ok(Some(found.declined(Some(decline(&tried.warning)))))
}

/// What a transaction alone says, as Helcim answers a charge.
pub(super) fn just_taken(
    merchant: &Merchant,
    payment: &Transaction,
    now: DateTime<Utc>,
) -> Observation {
    let mut found = bare(merchant, payment, PaymentState::Succeeded, now);
    found.captured = payment.amount;
    found
}

/// The refund that a transaction is.
pub(super) fn money_back(transaction: &Transaction, ours: Option<Uuid>) -> ObservedRefund {
    ObservedRefund::new(
        RefundRef::new(transaction.id.to_string()),
        ours,
        transaction.amount,
        RefundState::Succeeded,
    )
}

fn taken(
    merchant: &Merchant,
    payment: &Transaction,
    paid: &[&Transaction],
    all: &[Transaction],
    now: DateTime<Utc>,
) -> Result<Observation, AdapterError> {
    let back: Vec<_> = of(all, Kind::MoneyBack, Status::Approved).collect();
    if paid.len() > 1 && !back.is_empty() {
        // Helcim does not say which payment a refund is of.
        let what = "two payments share one invoice and something was paid back: see the account";
        return Err(unintelligible("look up", what));
    }
    let mut sum = Money::zero(payment.amount.currency());
    for refund in &back {
        sum = sum
            .plus(refund.amount)
            .map_err(|_| unintelligible("look up", "the currency of a refund"))?;
    }
    let refunds = back.iter().map(|refund| money_back(refund, None)).collect();
    Ok(just_taken(merchant, payment, now).refunded(sum, refunds))
}

fn bare(
    merchant: &Merchant,
    of: &Transaction,
    state: PaymentState,
    now: DateTime<Utc>,
) -> Observation {
    let nothing = Money::zero(of.amount.currency());
    let payment = PaymentRef::new(of.id.to_string());
    Observation::new(merchant.clone(), payment, state, nothing, now)
        .of(of.invoice.as_deref().and_then(attempt))
        .paid_with(of.paid_with.clone())
}

fn of(all: &[Transaction], kind: Kind, status: Status) -> impl Iterator<Item = &Transaction> {
    let mut found: Vec<_> = all
        .iter()
        .filter(|t| t.kind == kind && t.status == status)
        .collect();
    found.sort_by_key(|t| t.id);
    found.into_iter()
}

/// The attempt that an invoice number is: a merchant's own invoices have other numbers.
pub(super) fn attempt(invoice: &str) -> Option<Attempt> {
    Uuid::try_parse(invoice).ok().map(Attempt)
}
