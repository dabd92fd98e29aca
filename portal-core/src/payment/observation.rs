use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Attempt, Merchant, PaymentRef, RefundRef, SessionRef, StoredMethod};
use crate::Money;

/// What a provider says is true of one payment right now. The only thing that settles anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Observation {
    /// At which account of the provider's, and whether the money is real.
    pub merchant: Merchant,
    /// The provider's name for the payment.
    pub payment: PaymentRef,
    /// Our attempt, where the provider gave its key back to us.
    pub attempt: Option<Attempt>,
    /// How far it is.
    pub state: PaymentState,
    /// What was asked for.
    pub requested: Option<Money>,
    /// What has been taken, before anything was paid back.
    pub captured: Money,
    /// What of it has been paid back.
    pub refunded: Money,
    /// What of it the payer's bank has called back.
    pub disputed: Money,
    /// Each refund, ours and others'.
    pub refunds: Vec<ObservedRefund>,
    /// What it was paid with, such as `Visa 4242`.
    pub paid_with: Option<String>,
    /// Why it failed, where it did.
    pub decline: Option<Decline>,
    /// When this was so.
    pub observed_at: DateTime<Utc>,
}

/// How far a payment is. Later states are further: a stale observation never takes one back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "the settlement must face every state"
)]
pub enum PaymentState {
    /// The page is open; nobody has paid.
    Open,
    /// The payer has to do something more.
    ActionRequired,
    /// Under way at a bank. It may take days.
    Processing,
    /// It did not work.
    Failed,
    /// It was called off.
    Cancelled,
    /// The page was closed by time.
    Expired,
    /// The money has moved. Even after any of the above.
    Succeeded,
}

/// One refund, as a provider has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ObservedRefund {
    /// The provider's name for it.
    pub refund: RefundRef,
    /// Our own key, where the provider gave it back to us; none for one made elsewhere.
    pub ours: Option<Uuid>,
    /// How much.
    pub amount: Money,
    /// How far it is.
    pub state: RefundState,
}

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "the settlement must face every state"
)]
pub enum RefundState {
    /// Under way.
    Pending,
    /// Paid back.
    Succeeded,
    /// It came back: the money is still here.
    Failed,
}

/// Why a payment failed. A decline is an answer, not an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Decline {
    /// Why, as far as anybody may be told.
    pub reason: DeclineReason,
    /// What to do about it.
    pub advice: RetryAdvice,
    /// In the provider's own code.
    pub code: String,
}

/// Why a payment failed, in words every provider has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeclineReason {
    /// Not enough money.
    InsufficientFunds,
    /// The card has expired.
    ExpiredMethod,
    /// There is no such card or account.
    InvalidMethod,
    /// The security code is wrong.
    IncorrectCode,
    /// The payer has to show who they are.
    AuthenticationRequired,
    /// The bank does not say.
    DoNotHonour,
    /// Lost or stolen.
    LostOrStolen,
    /// Over a limit.
    LimitExceeded,
    /// It looks like fraud.
    SuspectedFraud,
    /// The permission to collect was withdrawn.
    MandateRevoked,
    /// Something else.
    Other,
}

/// What to do about a decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RetryAdvice {
    /// Nothing: it will not work.
    Never,
    /// Try again later.
    Later,
    /// Pay with something else.
    OtherMethod,
    /// Have the payer there.
    PayerPresent,
}

/// What a provider knows of what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face every answer")]
pub enum Found {
    /// A payment.
    Payment(Box<Observation>),
    /// A page, and no payment yet.
    Session {
        /// The page.
        session: SessionRef,
        /// How it stands.
        state: PaymentState,
        /// Until when it is open.
        until: Option<DateTime<Utc>>,
    },
    /// A page on which something is stored rather than paid.
    Setup {
        /// The page.
        session: SessionRef,
        /// How it stands.
        state: PaymentState,
        /// What was stored.
        method: Option<Box<StoredMethod>>,
    },
    /// Nothing. It is no proof that nothing happened: see [`Finding`](super::Finding).
    Nothing,
}

impl Observation {
    /// A payment of which nothing has been taken.
    #[must_use]
    pub fn new(
        merchant: Merchant,
        payment: PaymentRef,
        state: PaymentState,
        captured: Money,
        observed_at: DateTime<Utc>,
    ) -> Self {
        let zero = Money::zero(captured.currency());
        Self {
            merchant,
            payment,
            attempt: None,
            state,
            requested: None,
            captured,
            refunded: zero,
            disputed: zero,
            refunds: vec![],
            paid_with: None,
            decline: None,
            observed_at,
        }
    }

    /// It is for this attempt of ours.
    #[must_use]
    pub fn of(mut self, attempt: Option<Attempt>) -> Self {
        self.attempt = attempt;
        self
    }

    /// This was asked for.
    #[must_use]
    pub fn requested(mut self, amount: Money) -> Self {
        self.requested = Some(amount);
        self
    }

    /// This was paid back, in these refunds.
    #[must_use]
    pub fn refunded(mut self, refunded: Money, refunds: Vec<ObservedRefund>) -> Self {
        self.refunded = refunded;
        self.refunds = refunds;
        self
    }

    /// This was called back.
    #[must_use]
    pub fn disputed(mut self, disputed: Money) -> Self {
        self.disputed = disputed;
        self
    }

    /// It was paid with this.
    #[must_use]
    pub fn paid_with(mut self, label: Option<String>) -> Self {
        self.paid_with = label;
        self
    }

    /// It failed for this reason.
    #[must_use]
    pub fn declined(mut self, decline: Option<Decline>) -> Self {
        self.decline = decline;
        self
    }
}

impl ObservedRefund {
    /// A refund, as a provider has it.
    #[must_use]
    pub fn new(refund: RefundRef, ours: Option<Uuid>, amount: Money, state: RefundState) -> Self {
        Self {
            refund,
            ours,
            amount,
            state,
        }
    }
}

impl Decline {
    /// A decline, and what to do about it.
    pub fn new(reason: DeclineReason, advice: RetryAdvice, code: impl Into<String>) -> Self {
        Self {
            reason,
            advice,
            code: code.into(),
        }
    }
}

impl PaymentState {
    /// Nothing more is expected, though money may still arrive late.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Open | Self::ActionRequired | Self::Processing => false,
            Self::Failed | Self::Cancelled | Self::Expired | Self::Succeeded => true,
        }
    }

    /// As stores and logs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ActionRequired => "action_required",
            Self::Processing => "processing",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Succeeded => "succeeded",
        }
    }
}
