//! What the portal keeps about money. `portal-store` implements it beside [`Store`](crate::Store); the same value should be given to both.
use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Attempt, Merchant, PayerRef, PaymentAttempt, PaymentRef, Received, SessionRef};
use crate::{Contact, Id, Listing, Loaded, Order, Page, StoreError};

/// Keeps the journal of payment attempts, and what was received.
///
/// What happens to either is a [`MoneyChange`] in a decision, and [`Store::commit`](crate::Store::commit) records it together with everything else; the versions of
/// [`RecordRef::Payment`](crate::RecordRef::Payment) and [`RecordRef::Received`](crate::RecordRef::Received) are the store's own to check, and are never the host's.
/// A record that is not there has the version `0`, and every [`MoneyChange`] makes it another version.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PaymentStore: fmt::Debug + Send + Sync + 'static {
    /// The attempt that this leads to.
    async fn attempt(&self, by: &AttemptKey) -> Result<Option<Loaded<PaymentAttempt>>, StoreError>;

    /// The attempts to pay an order, the one begun last first, those of one instant by name; at most [`Page::LARGEST`] of them.
    async fn attempts(&self, of: &Id<Order>) -> Result<Vec<PaymentAttempt>, StoreError>;

    /// What was received in one payment.
    async fn received(&self, id: &Id<Received>) -> Result<Option<Loaded<Received>>, StoreError>;

    /// What was received and pays for nothing, what came last first.
    async fn unapplied(&self, page: &Page) -> Result<Listing<Received>, StoreError>;

    /// Who this person is at an account of a provider's, where that is known.
    async fn payer(
        &self,
        contact: &Id<Contact>,
        merchant: &Merchant,
    ) -> Result<Option<PayerRef>, StoreError>;

    /// Everybody who is known at this account of a provider's, by the host's key for them.
    async fn payers(
        &self,
        merchant: &Merchant,
        page: &Page,
    ) -> Result<Listing<KnownPayer>, StoreError>;
}

/// Somebody who is known at an account of a provider's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownPayer {
    /// Who.
    pub contact: Id<Contact>,
    /// By what name.
    pub payer: PayerRef,
}

impl KnownPayer {
    /// This person, by this name.
    #[must_use]
    pub fn new(contact: Id<Contact>, payer: PayerRef) -> Self {
        Self { contact, payer }
    }
}

/// What leads to an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptKey {
    /// Our own name for it.
    Attempt(Attempt),
    /// The order: the attempt that is live. There is one at most.
    LiveOf(Id<Order>),
    /// The page it is paid on.
    Session(Merchant, SessionRef),
    /// The provider's name for the payment.
    Payment(Merchant, PaymentRef),
}

/// What happened to money. The store itself records it; the host hears of what concerns an order by an [`OrderChange`](crate::order::OrderChange).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MoneyChange {
    /// An attempt is like this from now on. Where that makes it the second live one of its order the store answers [`StoreError::Conflict`].
    Attempt(Box<PaymentAttempt>),
    /// What was received in one payment is like this from now on. There is one for each account and payment.
    Received(Box<Received>),
    /// This person is known at an account of a provider's by this name, for good: another name later, for the same person there, is a [`StoreError::Conflict`].
    Payer {
        /// Who.
        contact: Id<Contact>,
        /// At which account.
        merchant: Merchant,
        /// By what name.
        payer: PayerRef,
    },
}
