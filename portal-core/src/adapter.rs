//! The one error that every adapter answers with.
use std::time::Duration;

use crate::store::{BoxError, StoreError};

/// What went wrong at the other end, and whether anything may have happened there.
///
/// Its text names the adapter and the operation. It never carries a secret, a name or an address: say those in the source, if at all.
#[derive(Debug, thiserror::Error)]
#[error("{adapter} {operation}: {message}")]
pub struct AdapterError {
    kind: AdapterErrorKind,
    disposition: Disposition,
    adapter: &'static str,
    operation: &'static str,
    message: String,
    source: Option<BoxError>,
}

/// Whether the request can have had an effect. Exhaustive on purpose: what to do next hangs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face each answer")]
pub enum Disposition {
    /// It never left: safe to send again.
    NeverSent,
    /// It was refused: nothing happened.
    Rejected,
    /// It was sent and no answer was understood: look it up, never send it anew.
    Unknown,
}

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AdapterErrorKind {
    /// The adapter is set up wrongly; no retry helps.
    Misconfigured,
    /// Credentials or permissions are not accepted.
    Unauthorized,
    /// The request was understood and refused.
    Rejected,
    /// There is no such thing there, or it is not theirs.
    NotFound,
    /// The key was used before, for something else.
    KeyReused,
    /// The same call is still under way: ask again, with the same key.
    InProgress,
    /// Too many requests.
    RateLimited {
        /// When the other end says to come back.
        retry_after: Option<Duration>,
    },
    /// The other end cannot be reached or is out of order.
    Unavailable,
    /// The answer could not be read, or contradicts the request.
    Unintelligible,
}

impl AdapterError {
    /// An error of this adapter in this operation.
    pub fn new(
        kind: AdapterErrorKind,
        disposition: Disposition,
        adapter: &'static str,
        operation: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            disposition,
            adapter,
            operation,
            message: message.into(),
            source: None,
        }
    }

    /// The host's own store said no: for adapters that keep their rows where the portal does.
    #[must_use]
    pub fn of_store(adapter: &'static str, operation: &'static str, source: StoreError) -> Self {
        // What a store does not know it will not know later either. What cannot be reached may have been written all the same.
        let (kind, disposition) = match source {
            StoreError::Unsupported(_) | StoreError::Rejected(_) => {
                (AdapterErrorKind::Rejected, Disposition::Rejected)
            }
            StoreError::Conflict(_) | StoreError::BadCursor => {
                (AdapterErrorKind::Unavailable, Disposition::Rejected)
            }
            StoreError::Unavailable(_) => (AdapterErrorKind::Unavailable, Disposition::Unknown),
            StoreError::Corrupt(_) => (AdapterErrorKind::Unintelligible, Disposition::Rejected),
        };
        let message = source.to_string();
        Self::new(kind, disposition, adapter, operation, message).with_source(source)
    }

    /// Keeps what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of trouble it is.
    #[must_use]
    pub fn kind(&self) -> AdapterErrorKind {
        self.kind
    }

    /// Whether the request can have had an effect.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        self.disposition
    }

    /// Worth trying again later, exactly as it was.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(
            self.kind,
            AdapterErrorKind::RateLimited { .. }
                | AdapterErrorKind::Unavailable
                | AdapterErrorKind::InProgress
        )
    }
}
