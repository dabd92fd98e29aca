use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use uuid::Uuid;

use super::{
    Attempt, Decline, Merchant, MethodRef, NextStep, ObservedRefund, PaymentRef, PaymentState,
    RefundReason, RefundState, SessionRef,
};
use crate::{Contact, Id, Money, Order, RecordRef, command::written};

/// One try to move money for one order, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PaymentAttempt {
    /// Our name for it.
    pub attempt: Attempt,
    /// For which order.
    pub order: Id<Order>,
    /// Who pays, where it is a customer who began it.
    pub by: Option<Id<Contact>>,
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
    /// What is charged, where the payer chose something that is kept for them. Then there is no page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<MethodRef>,
    /// The provider's name for the payment, once there is one.
    pub payment: Option<PaymentRef>,
    /// Where the payer pays, once the provider has answered. Nobody is shown a page that is not written here.
    pub page: Option<PayPage>,
    /// What it was paid with, such as `Visa 4242`.
    pub paid_with: Option<String>,
    /// Why it failed, where it did.
    pub decline: Option<Decline>,
    /// How often the provider knew nothing of it after its page had closed.
    pub empty_looks: u8,
}

/// Where a payer pays, as the provider opened it. What leads there is the payer's alone, and stays out of logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PayPage {
    /// The provider's name for it.
    pub session: SessionRef,
    /// What the payer does there.
    pub next: NextStep,
    /// Until when it is open, where that was said.
    pub until: Option<DateTime<Utc>>,
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
    /// What a bank has called back, as it was when last it changed: a dispute that is won comes back.
    pub disputed: Money,
    /// When that was so.
    pub disputed_as_of: DateTime<Utc>,
    /// Each refund, ours and others', by its name.
    pub refunds: Vec<ObservedRefund>,
    /// What staff asked to be paid back, written down before the provider was.
    pub asked: Vec<AskedRefund>,
    /// Whether it paid for an order.
    pub applied: Applied,
    /// When it was first heard of.
    pub first_seen: DateTime<Utc>,
}

/// A refund that staff asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AskedRefund {
    /// Our name for it.
    pub refund: Uuid,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: RefundReason,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// When it was first sent to the provider.
    pub sent_at: Option<DateTime<Utc>>,
    /// How often it was sent since then. Two who send at once both count, so that neither takes back what the other did.
    #[serde(default)]
    pub sends: u32,
    /// How it stands.
    pub state: AskedState,
}

/// How a refund stands that staff asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a guard must face every state")]
pub enum AskedState {
    /// Nobody knows yet: it counts as paid back.
    Waiting,
    /// The provider has it; how it ended is among the refunds of the payment.
    Taken,
    /// The provider, or a bank, said no: nothing was paid back.
    Refused {
        /// In the provider's own code.
        code: String,
    },
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
    /// The host's own routine would not have it.
    HostRefused,
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
            by: None,
            provider: provider.into(),
            merchant,
            amount,
            begun_at,
            state: PaymentState::Open,
            method: None,
            payment: None,
            page: None,
            paid_with: None,
            decline: None,
            empty_looks: 0,
        }
    }

    /// This customer pays.
    #[must_use]
    pub fn begun_by(mut self, contact: Id<Contact>) -> Self {
        self.by = Some(contact);
        self
    }

    /// By charging something that is kept for them.
    #[must_use]
    pub fn charging(mut self, method: Option<MethodRef>) -> Self {
        self.method = method;
        self
    }

    /// It may still end either way: no other attempt of the order begins meanwhile.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !self.state.is_final()
    }

    /// The record of it.
    #[must_use]
    pub fn record(&self) -> RecordRef {
        self.attempt.record()
    }
}

impl Attempt {
    /// The record of it.
    #[must_use]
    pub fn record(self) -> RecordRef {
        RecordRef::Payment(Id::new(self.to_string()))
    }
}

impl PayPage {
    /// A page that was opened.
    #[must_use]
    pub fn new(session: SessionRef, next: NextStep, until: Option<DateTime<Utc>>) -> Self {
        Self {
            session,
            next,
            until,
        }
    }
}

impl fmt::Debug for PayPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PayPage")
            .field("session", &self.session)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

impl AskedRefund {
    /// Staff ask for this much to be paid back.
    #[must_use]
    pub fn new(refund: Uuid, amount: Money, reason: RefundReason, asked_at: DateTime<Utc>) -> Self {
        Self {
            refund,
            amount,
            reason,
            asked_at,
            sent_at: None,
            sends: 0,
            state: AskedState::Waiting,
        }
    }
}

/// What keys of money that came derive from.
const RECEIVED: Uuid = Uuid::from_u128(0x1df1_6c5e_2ab4_4c0e_9d3c_6e0b_7b5a_a2f3);

impl Received {
    /// So much was taken in one payment, and nothing of it went back.
    #[must_use]
    pub fn new(
        merchant: Merchant,
        payment: PaymentRef,
        captured: Money,
        applied: Applied,
        first_seen: DateTime<Utc>,
    ) -> Self {
        Self {
            merchant,
            payment,
            attempt: None,
            captured,
            disputed: Money::zero(captured.currency()),
            disputed_as_of: first_seen,
            refunds: vec![],
            asked: vec![],
            applied,
            first_seen,
        }
    }

    /// The key of what came in this payment: the same for whoever hears of it, so that no two can write it down.
    #[must_use]
    pub fn key(merchant: &Merchant, payment: &PaymentRef) -> Id<Self> {
        let mode = if merchant.live { "live" } else { "test" };
        let name = written(&[mode, &merchant.account, payment.as_str()]);
        Id::new(Uuid::new_v5(&RECEIVED, name.as_bytes()).to_string())
    }

    /// Its own key.
    #[must_use]
    pub fn id(&self) -> Id<Self> {
        Self::key(&self.merchant, &self.payment)
    }

    /// What of it has not been paid back, called back, or promised to be paid back: the most that a refund can ask for.
    #[must_use]
    pub fn left(&self) -> Money {
        let known = |asked: &&AskedRefund| {
            let seen = |refund: &ObservedRefund| refund.ours == Some(asked.refund);
            let gone = match asked.state {
                AskedState::Waiting | AskedState::Taken => true,
                AskedState::Refused { .. } => false,
            };
            gone && !self.refunds.iter().any(seen)
        };
        let waiting = self.asked.iter().filter(known).map(|asked| asked.amount);
        let under_way = self
            .refunds
            .iter()
            .filter(|r| r.state != RefundState::Failed);
        let gone = waiting
            .chain(under_way.map(|r| r.amount))
            .chain([self.disputed]);
        less(self.captured, gone)
    }

    /// What of it the host still has: what came, without what was paid back or called back.
    #[must_use]
    pub fn kept(&self) -> Money {
        less(self.captured, [self.refunded(), self.disputed])
    }

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

/// Never below nothing.
fn less(from: Money, gone: impl IntoIterator<Item = Money>) -> Money {
    let left = gone
        .into_iter()
        .fold(from, |left, amount| left.minus(amount).unwrap_or(left));
    if left.is_positive() {
        left
    } else {
        Money::zero(from.currency())
    }
}
