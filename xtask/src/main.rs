//! The chores of this workspace: `cargo xtask <command>`.
//!
//! One program instead of a folder of shell scripts, so that a laptop and CI run the same thing.

mod bench;
mod browser;
mod cargo;
mod ci;
mod debian;
mod failure;
mod licences;
mod peers;
mod postgres;
mod requirements;
mod workspace;

use std::process::ExitCode;

use failure::Failure;

const HELP: &str = "\
cargo xtask <command>

  ci                      run everything CI runs, and stop at the first failure
  ci --list               list the steps of ci
  ci --only STEP          run one step of ci
  postgres                install PostgreSQL's binaries, which the tests start, where there are none
  peers                   install other people's programs that adapters and messages are held to (Python and npm, under target/peers; Chromium)
  licences                accept or name the licence of every package we build with
  requirements            write docs/requirements.md from docs/catalogue.md and the tests
  requirements --check    fail if docs/requirements.md is out of date
  bench                   run criterion, then print one table of what we cost over the floor
  bench --quick           print the table from short runs, without criterion
  help                    print this
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), Failure> {
    match words {
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        ["ci"] => ci::run_all(),
        ["ci", "--list"] => {
            ci::list();
            Ok(())
        }
        ["ci", "--only", step] => ci::run_only(step),
        ["postgres"] => postgres::install(),
        ["peers"] => peers::install(),
        ["licences"] => licences::check(),
        ["requirements"] => requirements::write(),
        ["requirements", "--check"] => requirements::check(),
        ["bench"] => bench::run(bench::Effort::Full),
        ["bench", "--quick"] => bench::run(bench::Effort::Quick),
        other => Err(Failure::new(format!(
            "no command `{}`: `cargo xtask help` lists them",
            other.join(" ")
        ))),
    }
}
