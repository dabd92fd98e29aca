use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Attention, PostedRef};
use crate::{Id, Money, payment::Received};

/// What the references of payments begin with.
const PREFIX: &str = "pay:";

/// What the ends of short references derive from.
const REFERENCES: Uuid = Uuid::from_u128(0x58c1_04e7_b2a9_4f6d_93d0_6e1f_25b8_7ac4);

/// How much of a reference must be left to tell payments apart, at the least.
const LEAST: usize = 8;

/// A payment that came here and goes into the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PushedPayment {
    /// Which.
    pub received: Id<Received>,
    /// How much of it, once and for all.
    pub amount: Money,
    /// Our reference for it there, where the books have no room for the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_reference: Option<Arc<str>>,
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
    /// Staff have seen to it in the books themselves: the portal does nothing more about it.
    ByHand {
        /// When they said so.
        at: DateTime<Utc>,
        /// What was left of it then; nothing where that was not written down yet.
        #[serde(default)]
        kept: Option<Money>,
    },
}

impl PushedPayment {
    /// So much of this payment, not sent yet.
    #[must_use]
    pub fn new(received: Id<Received>, amount: Money) -> Self {
        Self {
            received,
            amount,
            short_reference: None,
            state: PushState::Waiting,
        }
    }

    /// With a reference of at most so many characters. What is too long ends in something that no other payment ends in.
    #[must_use]
    pub fn fitting(mut self, longest: usize) -> Self {
        let whole = Self::usual(&self.received);
        self.short_reference = (whole.chars().count() > longest).then(|| {
            let tail = Uuid::new_v5(&REFERENCES, whole.as_bytes());
            let tail = tail.simple().to_string();
            let short = format!("{PREFIX}{tail}");
            // Every character of it tells payments apart, so the books' room is used up; the prefix goes first.
            let room = longest.saturating_sub(PREFIX.len());
            let short = if room < LEAST { tail } else { short };
            short.chars().take(longest).collect::<String>().into()
        });
        self
    }

    /// Our reference for it, the same whenever it is put there: it is found again by it.
    #[must_use]
    pub fn reference(&self) -> Arc<str> {
        match &self.short_reference {
            Some(short) => Arc::clone(short),
            None => Self::usual(&self.received).into(),
        }
    }

    fn usual(received: &Id<Received>) -> String {
        format!("{PREFIX}{received}")
    }

    /// What staff must do about it now that so much is left of it, where staff had seen to it by hand and it was more, or less, then.
    pub(super) fn changed_since_by_hand(&self, kept: Money) -> Option<PushState> {
        match &self.state {
            PushState::ByHand {
                kept: Some(posted), ..
            } if *posted != kept => {
                let posted = *posted;
                let why = Attention::PaidBack { posted, kept };
                Some(PushState::NeedsAttention(why, None))
            }
            PushState::ByHand { .. }
            | PushState::Waiting
            | PushState::Sent(_)
            | PushState::Recorded(_)
            | PushState::NeedsAttention(..) => None,
        }
    }

    /// Staff have something to do about it.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        matches!(self.state, PushState::NeedsAttention(..))
    }
}
