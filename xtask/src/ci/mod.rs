//! Everything CI runs.

mod crates;
mod example;
mod features;
mod fuzz;
mod rust_version;

use std::path::Path;
use std::time::{Duration, Instant};

use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::{licences, peers, postgres, requirements, workspace};

/// This is one thing that must hold before a change is merged.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Path) -> Result<(), Failure>,
}

/// Cheap and telling first: a change that is not formatted should not wait for the tests to hear it.
const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "the code is formatted",
        run: |root| Cargo::new(root, &["fmt", "--all", "--check"]).run(),
    },
    Step {
        name: "requirements",
        about: "docs/requirements.md is up to date",
        run: |_| requirements::check(),
    },
    Step {
        name: "licences",
        about: "every package we build with has a licence we accept",
        run: |_| licences::check(),
    },
    Step {
        name: "crates",
        about: "portal-core pulls in no more crates than it promises",
        run: crates::check,
    },
    Step {
        name: "rust-version",
        about: "the stated rust-version is true",
        run: |_| rust_version::check(),
    },
    Step {
        name: "clippy",
        about: "no lint has anything to say",
        run: |root| {
            let words = "clippy --workspace --all-targets --all-features -- -D warnings";
            Cargo::new(root, &words.split(' ').collect::<Vec<_>>()).run()
        },
    },
    Step {
        name: "features",
        about: "every feature builds alone, and every crate without any",
        run: features::check,
    },
    Step {
        name: "docs",
        about: "the documentation builds without a warning",
        run: |root| {
            Cargo::new(root, &["doc", "--workspace", "--no-deps", "--all-features"])
                .with_variable("RUSTDOCFLAGS", "-D warnings")
                .run()
        },
    },
    Step {
        name: "postgres",
        about: "the tests find a PostgreSQL to start",
        run: |_| postgres::install(),
    },
    Step {
        name: "peers",
        about: "the tests find Stripe's own SDK, a Stripe of somebody else's, a mail server, axe and a browser",
        run: |_| peers::install(),
    },
    Step {
        name: "tests",
        about: "every test and every example in the documentation passes",
        run: |root| Cargo::new(root, &["test", "--workspace", "--all-features"]).run(),
    },
    Step {
        name: "fuzz",
        about: "nothing a stranger sends upsets the payment adapters",
        run: fuzz::run,
    },
    Step {
        name: "example",
        about: "the example host runs, and runs again on the file it left",
        run: example::check,
    },
    Step {
        name: "example-postgres",
        about: "the same with the portal on PostgreSQL",
        run: example::check_on_postgres,
    },
];

/// This runs every step and stops at the first that fails.
pub(crate) fn run_all() -> Result<(), Failure> {
    let root = workspace::root()?;
    let started = Instant::now();
    for step in STEPS {
        run_step(step, &root)?;
    }
    println!(
        "ci: all {} steps passed in {}",
        STEPS.len(),
        shown(started.elapsed())
    );
    Ok(())
}

/// This runs the step of that name.
pub(crate) fn run_only(name: &str) -> Result<(), Failure> {
    let step = STEPS.iter().find(|step| step.name == name).ok_or_else(|| {
        Failure::new(format!(
            "ci has no step `{name}`: `cargo xtask ci --list` lists them"
        ))
    })?;
    run_step(step, &workspace::root()?)
}

/// This prints the name of every step, and what passes when it does.
pub(crate) fn list() {
    for step in STEPS {
        println!("{:<14} {}", step.name, step.about);
    }
}

fn run_step(step: &Step, root: &Path) -> Result<(), Failure> {
    println!("==> {}: {}", step.name, step.about);
    let started = Instant::now();
    let result = (step.run)(root);
    let took = shown(started.elapsed());
    match result {
        Ok(()) => {
            println!("<== {}: passed in {took}", step.name);
            Ok(())
        }
        Err(failure) => Err(Failure::new(format!(
            "{failure}\n<== {name}: failed after {took}; alone: cargo xtask ci --only {name}",
            name = step.name
        ))),
    }
}

fn shown(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_step_has_its_own_name() {
        let names: BTreeSet<&str> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(names.len(), STEPS.len());
    }

    #[test]
    fn a_step_nobody_knows_is_refused_by_name() {
        let failure = run_only("test").unwrap_err();
        assert!(failure.to_string().contains("no step `test`"), "{failure}");
    }

    #[test]
    fn a_failed_step_names_the_command_that_runs_it_alone() {
        let step = Step {
            name: "lost",
            about: "never passes",
            run: |_| Err(Failure::new("it went wrong")),
        };
        let failure = run_step(&step, Path::new(".")).unwrap_err().to_string();
        assert!(failure.starts_with("it went wrong\n"), "{failure}");
        assert!(failure.ends_with("cargo xtask ci --only lost"), "{failure}");
    }
}
