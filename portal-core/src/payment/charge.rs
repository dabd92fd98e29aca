use std::{fmt, net::IpAddr};

use async_trait::async_trait;

use super::{
    Attempt, Decline, IdempotencyKey, MethodKind, MethodRef, Observation, PayerRef, PaymentRef,
};
use crate::{Money, adapter::AdapterError};

/// Charges cards and bank accounts that are kept, without a page.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MethodCharges: fmt::Debug + Send + Sync + 'static {
    /// What can be charged this way.
    fn takes(&self) -> Vec<MethodKind>;

    /// Charges one, if it is this customer's; [`AdapterErrorKind::NotFound`](crate::adapter::AdapterErrorKind::NotFound) for another's as for none. Called again with the same
    /// attempt, within the time it [repeats](super::Repeats), it charges nothing twice and answers how the first one ended.
    async fn charge(&self, charge: &ChargeStored) -> Result<Charged, AdapterError>;
}

/// What a provider needs to charge something it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChargeStored {
    /// The attempt the portal has recorded.
    pub attempt: Attempt,
    /// Exactly this.
    pub amount: Money,
    /// Whose.
    pub payer: PayerRef,
    /// What.
    pub method: MethodRef,
    /// Who started it.
    pub initiator: Initiator,
    /// What the payer calls what is paid for.
    pub order_number: String,
    /// Where the payer is, for providers that want it.
    pub payer_ip: Option<IpAddr>,
}

/// Who started a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Initiator {
    /// The payer, here and now.
    PayerPresent,
    /// The merchant, once.
    MerchantOnce,
    /// The merchant, as agreed, again and again.
    MerchantRecurring,
}

/// How charging ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face every answer")]
pub enum Charged {
    /// As far as this observation says: it may be done, or take days.
    Taken(Box<Observation>),
    /// The bank wants to hear from the payer first, such as by 3-D Secure. Nothing can come of this charge any more, so that the payer can pay on a page instead.
    NeedsPayer {
        /// The payment that was called off.
        payment: Option<PaymentRef>,
    },
    /// The provider, or a bank, said no.
    Declined {
        /// Why.
        decline: Decline,
        /// The payment that failed.
        payment: Option<PaymentRef>,
    },
}

impl ChargeStored {
    /// Charge this much to something kept.
    pub fn new(
        attempt: Attempt,
        amount: Money,
        payer: PayerRef,
        method: MethodRef,
        initiator: Initiator,
        order_number: impl Into<String>,
    ) -> Self {
        Self {
            attempt,
            amount,
            payer,
            method,
            initiator,
            order_number: order_number.into(),
            payer_ip: None,
        }
    }

    /// From this address.
    #[must_use]
    pub fn from(mut self, ip: Option<IpAddr>) -> Self {
        self.payer_ip = ip;
        self
    }

    /// What makes a repeat of this call harmless.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        IdempotencyKey::derive(self.attempt.0, "charge")
    }
}
