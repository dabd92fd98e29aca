//! The payment port. Adapters live in `portal-payments` and in crates of their own.
use std::fmt;

use async_trait::async_trait;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{Currency, Id, Money, Order, adapter::AdapterError};

/// Takes payments: a provider's hosted page, a form, a bank transfer.
///
/// An adapter gets values and returns values. It keeps no state, writes no row and renders no page. The portal records the attempt before it
/// calls [`begin`](Self::begin), and asks [`look_up`](Self::look_up) whenever it does not know how an attempt ended.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PaymentProvider: fmt::Debug + Send + Sync + 'static {
    /// What rows and logs call it, such as `stripe`. Never changes.
    fn name(&self) -> &str;

    /// What it takes. Rules read this to draw, or not to draw, the Pay button.
    fn limits(&self) -> PaymentLimits;

    /// Opens a payment for exactly this amount. Called again with the same attempt it must open no second one.
    async fn begin(&self, payment: &BeginPayment) -> Result<PaymentStep, AdapterError>;

    /// Where this attempt stands: the answer to every unknown outcome.
    async fn look_up(&self, attempt: Uuid) -> Result<PaymentStatus, AdapterError>;
}

/// What one payment may be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaymentLimits {
    /// Which currencies; `None` is any.
    pub currencies: Option<Vec<Currency>>,
    /// The least at once, in the order's currency.
    pub at_least: Option<Decimal>,
    /// The most at once, in the order's currency.
    pub at_most: Option<Decimal>,
}

/// What a provider needs to open a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BeginPayment {
    /// The attempt the portal has recorded; the idempotency key derives from it.
    pub attempt: Uuid,
    /// Exactly this.
    pub amount: Money,
    /// For which order.
    pub order: Id<Order>,
    /// What the payer calls it.
    pub order_number: String,
    /// Where the payer comes back to.
    pub return_to: String,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaymentStep {
    /// Send the payer there.
    Redirect {
        /// The provider's page.
        to: String,
        /// The provider's name for the payment.
        reference: String,
    },
    /// It ended at once.
    Ended(PaymentStatus),
}

/// How an attempt stands. Exhaustive on purpose: a caller must face each ending.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face each ending")]
pub enum PaymentStatus {
    /// The money has moved.
    Paid {
        /// The provider's name for the payment.
        reference: String,
    },
    /// Not yet decided.
    Pending,
    /// The provider, or the payer's bank, said no.
    Declined {
        /// Why, in the provider's words.
        reason: String,
    },
    /// Nobody can say yet whether the money has moved.
    Unknown,
    /// The provider never heard of it.
    NeverSubmitted,
}

impl PaymentLimits {
    /// Any amount in any currency.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            currencies: None,
            at_least: None,
            at_most: None,
        }
    }

    /// Any amount in these currencies.
    #[must_use]
    pub fn only(currencies: Vec<Currency>) -> Self {
        Self {
            currencies: Some(currencies),
            ..Self::none()
        }
    }

    /// No more than this at once.
    #[must_use]
    pub fn up_to(mut self, most: Decimal) -> Self {
        self.at_most = Some(most);
        self
    }

    /// No less than this at once.
    #[must_use]
    pub fn from(mut self, least: Decimal) -> Self {
        self.at_least = Some(least);
        self
    }

    /// Whether it takes this currency.
    #[must_use]
    pub fn takes(&self, currency: Currency) -> bool {
        self.currencies
            .as_ref()
            .is_none_or(|known| known.contains(&currency))
    }

    /// Whether it takes exactly this.
    #[must_use]
    pub fn accept(&self, amount: Money) -> bool {
        self.takes(amount.currency())
            && self.at_least.is_none_or(|least| amount.amount() >= least)
            && self.at_most.is_none_or(|most| amount.amount() <= most)
    }
}

impl BeginPayment {
    /// Pay this much for this order.
    #[must_use]
    pub fn new(
        attempt: Uuid,
        amount: Money,
        order: Id<Order>,
        order_number: String,
        return_to: String,
    ) -> Self {
        Self {
            attempt,
            amount,
            order,
            order_number,
            return_to,
        }
    }
}
