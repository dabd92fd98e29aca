use std::fmt;

use crate::{Refusal, Refusals, adapter::AdapterError, settings::Problem, store::StoreError};

/// Why a call did not do what was asked. `NotFound` also means "there, but not yours".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The rules say no. Show the reasons.
    #[error("refused: {0}")]
    Refused(Refusals),
    /// There is no such thing, for this viewer.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in here, or no longer. It does not say why.
    #[cfg(feature = "accounts")]
    #[error("sign in first")]
    SignInFirst,
    /// The host has not wired this in.
    #[error("this portal does not offer {0}")]
    NotWired(&'static str),
    /// Others kept changing the same record. Nothing was done; trying again is safe.
    #[error("the record kept changing: try again")]
    Contended,
    /// The form's id was used before, for something else or by someone else. Nothing was done.
    #[error("this form was used before: load the page again")]
    FormReused,
    /// The page marker is not one this list gave out: start from the first page.
    #[error("the page marker is not one of this list's: start from the first page")]
    BadPage,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// An adapter failed.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
}

/// Every problem of a configuration at once, found before the first customer does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigError {
    /// Each with the key it is about and what to do.
    pub problems: Vec<Problem>,
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::BadCursor => Self::BadPage,
            StoreError::Rejected(refusals) => Self::Refused(*refusals),
            other => Self::Store(other),
        }
    }
}

impl From<Refusals> for Error {
    fn from(refusals: Refusals) -> Self {
        Self::Refused(refusals)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl Error {
    /// The reasons, when it is the rules that say no.
    #[must_use]
    pub fn refusals(&self) -> Option<&Refusals> {
        match self {
            Self::Refused(refusals) => Some(refusals),
            _ => None,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("misconfigured")?;
        let mut mark = ": ";
        for problem in &self.problems {
            write!(f, "{mark}{problem}")?;
            mark = "; ";
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
