use portal_core::{accounting::AccountingSystem, payment::Repeats};

use super::{Candidate, Certificate, Ended, Trial};
use crate::promises::{self, time, yes};

/// Runs one case on a new candidate, on a runtime of its own.
pub fn run<C: Candidate>(
    candidate: impl AsyncFnOnce() -> C,
    case: impl for<'a> AsyncFnOnce(&'a Trial) -> Ended,
) -> Ended {
    promises::run(async || Trial::new(candidate().await), case)
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
