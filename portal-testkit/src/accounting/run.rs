use std::{panic, time::Duration};

use portal_core::{accounting::AccountingSystem, payment::Repeats};

use super::{Candidate, Certificate, Ended, Skip, Trial};

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

/// Runs one case, and goes on where it stops.
#[doc(hidden)]
pub fn outcome<C: Candidate>(
    candidate: impl AsyncFn() -> C,
    case: impl for<'a> AsyncFnOnce(&'a Trial) -> Ended,
) -> Option<Ended> {
    panic::catch_unwind(panic::AssertUnwindSafe(|| run(candidate, case))).ok()
}

/// Tries every promise, each on a new candidate. What breaks one is printed as a test would print it.
pub fn certify<C: Candidate>(candidate: impl AsyncFn() -> C) -> Certificate {
    let mut said = None;
    let ask = async |trial: &Trial| -> Ended {
        let system = trial.system();
        said = Some((system.name().to_owned(), abilities(system)));
        Ok(())
    };
    let _ = run(&candidate, ask);
    let (adapter, can) = said.expect("an accounting system has a name");
    Certificate {
        adapter,
        can,
        promises: crate::__accounting_promises! { __accounting_outcomes { &candidate } },
    }
}

fn abilities(system: &dyn AccountingSystem) -> Vec<(&'static str, String)> {
    let traits = system.traits();
    let yes = |there: bool| if there { "yes" } else { "–" }.to_owned();
    let repeats = match traits.repeats {
        Repeats::For(window) => time(window),
        Repeats::Unsaid => "a time it does not say".to_owned(),
        _ => "–".to_owned(),
    };
    let finds = if traits.finds_after.is_zero() {
        "at once".to_owned()
    } else {
        format!("after {}", time(traits.finds_after))
    };
    vec![
        ("people call it", system.shown_name().to_owned()),
        (
            "a number may have, in characters",
            traits.number_len.to_string(),
        ),
        ("finds what it made", finds),
        ("repeats a call's answer for", repeats),
        ("is asked for changes every", time(traits.poll_every)),
        ("gives copies and links", yes(system.papers().is_some())),
        ("keeps notes", yes(system.notes().is_some())),
        (
            "takes documents and payments back",
            yes(system.voiding().is_some()),
        ),
        ("posts what changed", yes(system.webhooks().is_some())),
    ]
}

fn time(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}
