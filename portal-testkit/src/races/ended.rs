//! How contenders end, and how a race says that something did not hold.
use std::{fmt, sync::Arc};

use portal_core::{Commit, Decision, Done, Error, Store, StoreError};

/// Why a race did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub(super) String);

/// How a contender ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// With something done, now.
    Done,
    /// With the receipt of what was done before.
    Replayed,
    /// With reasons why not.
    Refused(Vec<&'static str>),
    /// With something else going wrong.
    Failed(String),
}

impl Ended {
    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Done)
    }

    pub(super) fn refused_for(&self, code: &str) -> bool {
        matches!(self, Self::Refused(codes) if codes == &[code])
    }
}

impl From<Result<Done, Error>> for Ended {
    fn from(ended: Result<Done, Error>) -> Self {
        match ended {
            Ok(done) if done.replayed => Self::Replayed,
            Ok(_) => Self::Done,
            Err(Error::Refused(refusals)) => Self::Refused(refusals.codes()),
            Err(other) => Self::Failed(other.to_string()),
        }
    }
}

/// Commits a decision, and says whether it was applied; losing a race is the only other ending.
pub(super) async fn applied(store: Arc<dyn Store>, decision: Decision) -> Result<bool, Broken> {
    match store.commit(decision).await {
        Ok(Commit::Applied) => Ok(true),
        Err(StoreError::Conflict(_)) => Ok(false),
        other => Err(Broken(format!("{other:?}"))),
    }
}

/// Broken unless that is so.
pub(super) fn so(that: bool, what: impl fmt::Debug) -> Result<(), Broken> {
    if that {
        Ok(())
    } else {
        Err(Broken(format!("{what:?}")))
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}
