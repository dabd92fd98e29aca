use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Attempt, Merchant, ObservedRefund, PaymentRef, PaymentState, RefundState};
use crate::{Id, Money, Order};

/// One try to move money for one order, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PaymentAttempt {
    /// Our name for it.
    pub attempt: Attempt,
    /// For which order.
    pub order: Id<Order>,
    /// Through which provider, by its name.
    pub provider: Arc<str>,
    /// At which account of the provider's.
    pub merchant: Merchant,
    /// Exactly this.
    pub amount: Money,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// How far it is. It only ever goes further.
    pub state: PaymentState,
    /// The provider's name for the payment, once there is one.
    pub payment: Option<PaymentRef>,
}

/// Money that a provider has taken, as it is kept. There is one for each payment, for ever, whatever anybody thinks of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Received {
    /// At which account of the provider's.
    pub merchant: Merchant,
    /// The provider's name for the payment.
    pub payment: PaymentRef,
    /// Our attempt, where it is known.
    pub attempt: Option<Attempt>,
    /// What was taken: the most that was ever seen.
    pub captured: Money,
    /// What was called back by a bank: the most that was ever seen.
    pub disputed: Money,
    /// Each refund, ours and others', by its name.
    pub refunds: Vec<ObservedRefund>,
    /// Whether it paid for an order.
    pub applied: Applied,
    /// When it was first heard of.
    pub first_seen: DateTime<Utc>,
}

/// Whether money that came paid for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "money is on one side or the other")]
pub enum Applied {
    /// It did.
    To(Id<Order>),
    /// It is kept for staff to decide about.
    Not(Unapplied),
}

/// Why money that came pays for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unapplied {
    /// No attempt of ours is known by that name.
    UnknownAttempt,
    /// It came to another account than the attempt was for, or the money is not real.
    OtherMerchant,
    /// It is in another currency than was asked for.
    OtherCurrency,
    /// It is another amount than was asked for.
    OtherAmount,
    /// The host knows no such order, or no longer.
    NoOrder,
    /// The order has been paid.
    NothingDue,
    /// The order is in the accounting system, and takes no payments here any more.
    OrderLocked,
}

impl PaymentAttempt {
    /// A try that nobody has sent yet.
    pub fn new(
        attempt: Attempt,
        order: Id<Order>,
        provider: impl Into<Arc<str>>,
        merchant: Merchant,
        amount: Money,
        begun_at: DateTime<Utc>,
    ) -> Self {
        Self {
            attempt,
            order,
            provider: provider.into(),
            merchant,
            amount,
            begun_at,
            state: PaymentState::Open,
            payment: None,
        }
    }
}

impl Received {
    /// What has been paid back of it. A refund that came back was not.
    #[must_use]
    pub fn refunded(&self) -> Money {
        let zero = Money::zero(self.captured.currency());
        let back = self
            .refunds
            .iter()
            .filter(|r| r.state == RefundState::Succeeded);
        back.fold(zero, |sum, refund| sum.plus(refund.amount).unwrap_or(sum))
    }
}
