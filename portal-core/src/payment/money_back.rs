use std::{fmt, net::IpAddr};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Decline, IdempotencyKey, ObservedRefund, PaymentRef, RefundKind};
use crate::{Money, adapter::AdapterError};

/// Pays back.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Refunds: fmt::Debug + Send + Sync + 'static {
    /// How much of a payment can be paid back.
    fn kind(&self) -> RefundKind;

    /// Pays back. Called again with the same refund, within the time the provider [repeats](super::Repeats), it pays nothing twice.
    async fn refund(&self, refund: &Refund) -> Result<Refunded, AdapterError>;
}

/// What a provider needs to pay back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refund {
    /// The refund the portal has recorded.
    pub refund: Uuid,
    /// Of which payment.
    pub payment: PaymentRef,
    /// How much.
    pub amount: Money,
    /// That is all of it.
    pub whole: bool,
    /// Why.
    pub reason: RefundReason,
    /// Where the payer was, for providers that want it.
    pub payer_ip: Option<IpAddr>,
}

/// Why something is paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundReason {
    /// The customer asked for it.
    RequestedByCustomer,
    /// It was paid twice.
    Duplicate,
    /// It was fraud.
    Fraudulent,
    /// Something else.
    Other,
}

/// How paying back ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face every answer")]
pub enum Refunded {
    /// It is on its way, or done.
    Taken(ObservedRefund),
    /// The provider, or a bank, said no.
    Declined(Decline),
}

impl Refund {
    /// Pay back this much of a payment.
    #[must_use]
    pub fn new(refund: Uuid, payment: PaymentRef, amount: Money, whole: bool) -> Self {
        Self {
            refund,
            payment,
            amount,
            whole,
            reason: RefundReason::RequestedByCustomer,
            payer_ip: None,
        }
    }

    /// For this reason.
    #[must_use]
    pub fn because(mut self, reason: RefundReason) -> Self {
        self.reason = reason;
        self
    }

    /// The payer was there.
    #[must_use]
    pub fn from(mut self, ip: Option<IpAddr>) -> Self {
        self.payer_ip = ip;
        self
    }

    /// What makes a repeat of this call harmless.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        IdempotencyKey::derive(self.refund, "refund")
    }
}
