use super::{Candidate, Ended, Trial};
use crate::promises;

/// Runs one case on a new candidate, on a runtime of its own.
pub fn run<C: Candidate>(
    candidate: impl AsyncFnOnce() -> C,
    case: impl for<'a> AsyncFnOnce(&'a Trial) -> Ended,
) -> Ended {
    promises::run(async || Trial::new(candidate().await), case)
}
