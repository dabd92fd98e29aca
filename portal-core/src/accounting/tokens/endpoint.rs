use std::fmt;

use async_trait::async_trait;

use super::TokenSet;
use crate::accounting::LedgerError;

/// Asks an accounting system for new tokens. Adapters implement it; [`TokenKeeper`](super::TokenKeeper) says when.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait TokenEndpoint: fmt::Debug + Send + Sync + 'static {
    /// New tokens for old ones; without old ones, those that need nobody's consent, where the system gives any.
    ///
    /// Asks once. Tokens that are not taken any more, and none where there must be some, are
    /// [`ConsentNeeded`](crate::accounting::ConnectionTrouble::ConsentNeeded); an answer that was lost is an error with
    /// [`Unknown`](crate::adapter::Disposition::Unknown).
    ///
    /// The keeper waits 25 seconds, then drops the call and takes its answer for lost. It asks three times at most, and not once 75 seconds of its lease are over.
    async fn renew(&self, old: Option<TokenSet>) -> Result<TokenSet, LedgerError>;
}
