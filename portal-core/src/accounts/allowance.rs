//! How often something may be tried: a bucket that fills again, one drop at a time.
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::Digest;

/// One try that is to be taken from an allowance.
///
/// The bucket holds `burst` tries, and one comes back every `every`: so no more than `burst` + 24 h / `every` are made in any day, whatever happens in between. After
/// `in_a_row` without a success there are none left, until something else resets it. (The generic cell rate algorithm, ITU-T I.371.)
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Draw {
    /// Whose allowance, and for what. Under the portal's key: it may stand for something a stranger typed.
    pub key: Digest,
    /// How many at once.
    pub burst: u32,
    /// How long until one comes back.
    pub every: Duration,
    /// How many without a success.
    pub in_a_row: Option<u32>,
}

/// What is left of an allowance. Somebody who never tried has [`Allowance::default`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Allowance {
    /// When the bucket is full again; the epoch where it was never touched.
    pub full_at: DateTime<Utc>,
    /// How many since the last success.
    pub in_a_row: u32,
}

/// Whether all draws were granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face both answers")]
pub enum Drawn {
    /// All were, and each is one try poorer.
    Granted,
    /// One was not; nothing was taken from any.
    Refused {
        /// When trying again makes sense, the last of several instants; never, where only something else resets one of them.
        again_at: Option<DateTime<Utc>>,
    },
}

/// A try given back, because it succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refund {
    /// The allowance.
    pub key: Digest,
    /// What one try takes to come back.
    pub every: Duration,
    /// The row of failures ends here too.
    pub ends_row: bool,
}

impl Draw {
    /// One try of `burst`, of which one comes back every `every`.
    #[must_use]
    pub fn new(key: Digest, burst: u32, every: Duration) -> Self {
        Self {
            key,
            burst,
            every,
            in_a_row: None,
        }
    }

    /// No more than so many without a success.
    #[must_use]
    pub fn in_a_row(mut self, most: u32) -> Self {
        self.in_a_row = Some(most);
        self
    }

    /// Only the row of failures ends: the try stays taken.
    #[must_use]
    pub fn ended_row(&self) -> Refund {
        Refund {
            every: Duration::zero(),
            ..self.refund()
        }
    }

    /// The same try, given back.
    #[must_use]
    pub fn refund(&self) -> Refund {
        Refund {
            key: self.key,
            every: self.every,
            ends_row: true,
        }
    }
}

impl Allowance {
    /// As a store kept it.
    #[must_use]
    pub fn new(full_at: DateTime<Utc>, in_a_row: u32) -> Self {
        Self { full_at, in_a_row }
    }

    /// What is left after this try, or when to come again.
    ///
    /// # Errors
    /// The instant from which it would be granted; none where only a success elsewhere resets it.
    pub fn draw(self, draw: &Draw, now: DateTime<Utc>) -> Result<Self, Option<DateTime<Utc>>> {
        if draw.in_a_row.is_some_and(|most| self.in_a_row >= most) {
            return Err(None);
        }
        let bucket = draw.every * i32::try_from(draw.burst).unwrap_or(i32::MAX);
        // A clock that ran ahead for a while must not keep anybody out for longer than an empty bucket does.
        let full_at = self.full_at.max(now).min(now + bucket) + draw.every;
        if full_at - now > bucket {
            return Err(Some(full_at - bucket));
        }
        Ok(Self {
            full_at,
            in_a_row: self.in_a_row.saturating_add(1),
        })
    }

    /// What is left once a try is given back.
    #[must_use]
    pub fn refund(self, refund: &Refund) -> Self {
        Self {
            full_at: self.full_at - refund.every,
            in_a_row: if refund.ends_row { 0 } else { self.in_a_row },
        }
    }
}
