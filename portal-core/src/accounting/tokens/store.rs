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

    /// Keeps the tokens of a new consent, as the next version, whatever was kept before. A lease that was out ends.
    async fn keep(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<(), StoreError>;

    /// Leases them for a renewal, and answers what is kept. `None`, and nothing happens, when another version is there by now, or another's lease is not over at `now`.
    async fn lease(&self, lease: &TokenLease) -> Result<Option<KeptTokens>, StoreError>;

    /// Keeps renewed tokens as the next version, and ends the lease. `false`, and nothing happens, when the lease is not ours any more; one that is over and that nobody else has
    /// taken still is.
    async fn replace(&self, lease: &TokenLease, sealed: &SealedTokens) -> Result<bool, StoreError>;

    /// Ends the lease, if it is still ours: nothing was renewed.
    async fn release(&self, lease: &TokenLease) -> Result<(), StoreError>;

    /// Forgets the connection, and its lease.
    async fn forget(&self, connection: &Id<Connection>) -> Result<(), StoreError>;
}

/// What is kept of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptTokens {
    /// The tokens.
    pub sealed: SealedTokens,
    /// Grows by one with each renewal and each consent, from 1.
    pub version: i64,
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
}

/// Tokens that only the portal's key opens.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedTokens(Vec<u8>);

impl KeptTokens {
    /// As the store has them.
    #[must_use]
    pub fn new(sealed: SealedTokens, version: i64) -> Self {
        Self { sealed, version }
    }
}

impl TokenLease {
    /// A lease of this version, from now on until then.
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
        }
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
