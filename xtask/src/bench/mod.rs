//! What we cost: criterion for ourselves over time, ratios over a floor for comparison.

mod table;

use std::path::Path;

use cargo_metadata::{Metadata, TargetKind};

use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::workspace;

const PACKAGE: &str = "portal-benches";

/// This says how long to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    Full,
    /// Short runs, and no criterion: does everything still run, and is nothing off by a factor?
    Quick,
}

/// This measures, and prints one markdown table on standard output; everything else goes to standard error.
///
/// A program that fails, say because it missed its target, does not hide what the others measured.
pub(crate) fn run(effort: Effort) -> Result<(), Failure> {
    let metadata = workspace::members()?;
    let root = metadata.workspace_root.as_std_path();
    if effort == Effort::Full {
        Cargo::new(root, &["bench", "--package", PACKAGE]).run_aside()?;
    }
    let mut rows = Vec::new();
    let mut failures = Vec::new();
    for program in programs(&metadata) {
        let (text, result) = ratios(root, program, effort).read()?;
        for line in text.lines() {
            match table::line(line) {
                table::Line::Row(row) => rows.push(row),
                table::Line::Frame => {}
                table::Line::Other(other) => eprintln!("{program}: {other}"),
            }
        }
        failures.extend(result.err().map(|failure| failure.to_string()));
    }
    print!("{}", table::joined(&rows));
    if failures.is_empty() {
        return Ok(());
    }
    Err(Failure::new(failures.join("\n")))
}

fn programs(metadata: &Metadata) -> impl Iterator<Item = &str> {
    metadata
        .packages
        .iter()
        .filter(|package| package.name == PACKAGE)
        .flat_map(|package| &package.targets)
        .filter(|target| target.is_kind(TargetKind::Bin))
        .map(|target| target.name.as_str())
}

fn ratios(root: &Path, program: &str, effort: Effort) -> Cargo {
    let mut words = vec![
        "run",
        "--quiet",
        "--release",
        "--package",
        PACKAGE,
        "--bin",
        program,
    ];
    if effort == Effort::Quick {
        words.extend(["--", "--quick"]);
    }
    Cargo::new(root, &words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_is_handed_on_to_the_program() {
        let root = Path::new(".");
        let full = ratios(root, "store", Effort::Full).line();
        assert_eq!(
            full,
            "cargo run --quiet --release --package portal-benches --bin store"
        );
        assert_eq!(
            ratios(root, "store", Effort::Quick).line(),
            format!("{full} -- --quick")
        );
    }
}
