use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{Id, StoreError};

/// A consent to use somebody's books. The host names each; one may be good for several organisations.
#[derive(Debug)]
#[non_exhaustive]
pub struct Connection;

/// Keeps the tokens of connections, sealed, with one lease each for whoever renews them.
///
/// Every method is durable before it answers, and is one step: of two that lease at once, one has it.
///
/// Answer within seconds. A renewal leases for 3 minutes. The keeper waits 10 seconds for [`replace`](Self::replace), tries it again until 150 seconds of the lease are over, and gives
/// up a turn after 200 seconds, whatever hangs; a caller waits for 30.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait TokenStore: fmt::Debug + Send + Sync + 'static {
    /// What is kept for this connection.
    async fn read(&self, connection: &Id<Connection>) -> Result<Option<KeptTokens>, StoreError>;

    /// Keeps the tokens of a new consent, as the next version, whatever was kept before. A lease that was out ends, and nothing is in doubt.
    async fn keep(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<(), StoreError>;

    /// Keeps the first tokens of a connection. `false`, and nothing happens, where anything is there, if only the mark of one that was forgotten.
    async fn keep_first(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<bool, StoreError>;

    /// Leases them for a renewal, and answers what is kept: from [`TokenLease::now`] on they have been asked for, unless they have been since longer. `None`, and nothing happens, when
    /// another version is there by now, or none; or another's lease is not over at `now`. One that ends after [`TokenLease::beyond`] is over: a clock is wrong.
    async fn lease(&self, lease: &TokenLease) -> Result<Option<KeptTokens>, StoreError>;

    /// Keeps renewed tokens as the next version, and ends the lease and every doubt. `false`, and nothing happens, when the lease is not ours any more; one that is over and that nobody
    /// else has taken still is.
    async fn replace(&self, lease: &TokenLease, sealed: &SealedTokens) -> Result<bool, StoreError>;

    /// Ends the lease, if it is still ours: nothing was renewed. Since then they have been asked for without an answer; none where nothing is in doubt.
    async fn release(
        &self,
        lease: &TokenLease,
        asked_since: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError>;

    /// Forgets the tokens, and their lease. A mark stays, as the next version.
    async fn forget(&self, connection: &Id<Connection>) -> Result<(), StoreError>;
}

/// What is kept of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptTokens {
    /// The tokens; none where they were forgotten.
    pub sealed: Option<SealedTokens>,
    /// Grows by one with each renewal, each consent, and each time they are forgotten, from 1.
    pub version: i64,
    /// Since when they have been asked for, where no answer is written down.
    pub asked_since: Option<DateTime<Utc>>,
}

/// One try at a renewal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenLease {
    /// Of what.
    pub connection: Id<Connection>,
    /// Its own name; no two have the same.
    pub id: Uuid,
    /// The version that is to be renewed.
    pub version: i64,
    /// The present.
    pub now: DateTime<Utc>,
    /// Until when nobody else may try.
    pub until: DateTime<Utc>,
    /// Whoever has a lease until after this took it by a clock that is far ahead.
    pub beyond: DateTime<Utc>,
}

/// Tokens that only the portal's key opens.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedTokens(Vec<u8>);

impl KeptTokens {
    /// As the store has them.
    #[must_use]
    pub fn new(
        sealed: Option<SealedTokens>,
        version: i64,
        asked_since: Option<DateTime<Utc>>,
    ) -> Self {
        Self {
            sealed,
            version,
            asked_since,
        }
    }
}

impl TokenLease {
    /// A lease of this version, from now on until then. One that ends later than twice as long from now is nobody's.
    #[must_use]
    pub fn new(
        connection: Id<Connection>,
        id: Uuid,
        version: i64,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Self {
        Self {
            connection,
            id,
            version,
            now,
            until,
            beyond: until.checked_add_signed(until - now).unwrap_or(until),
        }
    }

    /// Only one that ends later than this is nobody's.
    #[must_use]
    pub fn unless_beyond(mut self, beyond: DateTime<Utc>) -> Self {
        self.beyond = beyond;
        self
    }
}

impl SealedTokens {
    /// As they are kept.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// To be kept.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SealedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedTokens(..)")
    }
}
