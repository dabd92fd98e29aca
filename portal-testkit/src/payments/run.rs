use super::{Candidate, Trial};

/// Why a promise was not tried. It was not broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either of the two sides cannot")]
pub enum Skip {
    /// The adapter does not offer this, and says so.
    NotOffered(&'static str),
    /// The adapter offers this, and nobody can play it at the candidate's provider.
    NotPlayed(&'static str),
}

/// How a case ended. A broken promise stops the case where it was broken.
pub type Ended = Result<(), Skip>;

/// Runs one case on a new candidate, on a runtime of its own.
pub fn run<C: Candidate>(
    candidate: impl AsyncFnOnce() -> C,
    case: impl for<'a> AsyncFnOnce(&'a Trial) -> Ended,
) -> Ended {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let trial = Trial::new(candidate().await);
        case(&trial).await
    })
}

/// As a test runs it: what was not tried is said in the test's output.
#[doc(hidden)]
pub fn test<C: Candidate>(
    candidate: impl AsyncFnOnce() -> C,
    case: impl for<'a> AsyncFnOnce(&'a Trial) -> Ended,
) {
    match run(candidate, case) {
        Ok(()) => {}
        Err(Skip::NotOffered(what)) => println!("not offered: {what}"),
        Err(Skip::NotPlayed(what)) => println!("not played: {what}"),
    }
}
