//! How the kits for adapters try a promise, and how they tell what came of it.
mod page;

use std::{panic, time::Duration};

pub use page::{Certificate, Promise, report};

/// Why a promise was not tried. It was not broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either of the two sides cannot")]
pub enum Skip {
    /// The adapter does not offer this, and says so.
    NotOffered(&'static str),
    /// The adapter offers this, and nobody can play it at the candidate's other end.
    NotPlayed(&'static str),
}

/// How a case ended. A broken promise stops the case where it was broken.
pub type Ended = Result<(), Skip>;

/// A case that takes longer waits for something that never comes.
const LONGEST: Duration = Duration::from_mins(2);

/// Runs one case on a new trial, on a runtime of its own.
pub(crate) fn run<T>(
    trial: impl AsyncFnOnce() -> T,
    case: impl for<'a> AsyncFnOnce(&'a T) -> Ended,
) -> Ended {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let ended = runtime.block_on(async {
        let trial = trial().await;
        tokio::time::timeout(LONGEST, case(&trial)).await
    });
    ended.expect("waits for something that never comes")
}

/// As a test ends: what was not tried is said in its output.
#[doc(hidden)]
pub fn told(ended: Ended) {
    match ended {
        Ok(()) => {}
        Err(Skip::NotOffered(what)) => println!("not offered: {what}"),
        Err(Skip::NotPlayed(what)) => println!("not played: {what}"),
    }
}

/// None where the promise was broken.
#[doc(hidden)]
pub fn outcome(run: impl FnOnce() -> Ended) -> Option<Ended> {
    panic::catch_unwind(panic::AssertUnwindSafe(run)).ok()
}

/// An ability, as the page says it.
pub(crate) fn yes(there: bool) -> String {
    if there { "yes" } else { "–" }.to_owned()
}

/// A time, as the page says it.
pub(crate) fn time(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}
