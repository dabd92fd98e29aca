use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Attention, PostedRef};
use crate::{Id, Money, payment::Received};

/// A payment that came here and goes into the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PushedPayment {
    /// Which.
    pub received: Id<Received>,
    /// How much of it, once and for all.
    pub amount: Money,
    /// How far it is.
    pub state: PushState,
}

/// How far a payment is on its way into the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a guard must face every state")]
pub enum PushState {
    /// Not sent yet.
    Waiting,
    /// Sent, and not answered: it is looked for before it is sent again.
    Sent(DateTime<Utc>),
    /// There.
    Recorded(PostedRef),
    /// Staff have something to do about it. Where it is there, the books' name for it.
    NeedsAttention(Attention, Option<PostedRef>),
}

impl PushedPayment {
    /// So much of this payment, not sent yet.
    #[must_use]
    pub fn new(received: Id<Received>, amount: Money) -> Self {
        Self {
            received,
            amount,
            state: PushState::Waiting,
        }
    }

    /// Our reference for a payment, the same whenever it is put there: it is found again by it.
    #[must_use]
    pub fn reference(received: &Id<Received>) -> Arc<str> {
        format!("pay:{received}").into()
    }

    /// Staff have something to do about it.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        matches!(self.state, PushState::NeedsAttention(..))
    }
}
