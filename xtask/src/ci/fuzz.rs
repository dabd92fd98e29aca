//! The fuzz targets, each for a while.

use std::path::Path;
use std::process::{Command, Stdio};

use cargo_metadata::MetadataCommand;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// This runs each target for 20 seconds on its seeds and what it makes of them. Without a nightly toolchain and cargo-fuzz it says so: the bodies of the
/// targets are tests as well.
pub(super) fn run(root: &Path) -> Result<(), Failure> {
    for (tool, words) in [
        ("a nightly toolchain", ["+nightly", "--version"]),
        ("cargo-fuzz", ["fuzz", "--version"]),
    ] {
        if !answers(&words) {
            println!(
                "    skipped: {tool} is not installed; the tests `fuzzed` of portal-payments ran the same bodies"
            );
            return Ok(());
        }
    }
    for target in targets(root)? {
        println!("    {target}");
        let (corpus, seeds) = (
            format!("fuzz/corpus/{target}"),
            format!("fuzz/seeds/{target}"),
        );
        std::fs::create_dir_all(root.join(&corpus))
            .map_err(|error| Failure::in_file(&root.join(&corpus), error))?;
        let words = format!(
            "+nightly fuzz run {target} {corpus} {seeds} -- -max_total_time=20 -max_len=4096 -verbosity=0 -print_final_stats=1"
        );
        Cargo::new(root, &words.split(' ').collect::<Vec<_>>()).run()?;
    }
    Ok(())
}

fn answers(words: &[&str]) -> bool {
    let mut cargo = Command::new("cargo");
    cargo.args(words).stdin(Stdio::null());
    let status = cargo.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Every program of the fuzz crate is a target.
fn targets(root: &Path) -> Result<Vec<String>, Failure> {
    let manifest = root.join("fuzz/Cargo.toml");
    let metadata = MetadataCommand::new()
        .manifest_path(&manifest)
        .no_deps()
        .exec()
        .map_err(|error| Failure::in_file(&manifest, error))?;
    let packages = metadata.workspace_packages();
    let programs = packages.iter().flat_map(|package| &package.targets);
    Ok(programs.map(|target| target.name.clone()).collect())
}
