//! The oldest Rust we say we build with.

use std::collections::BTreeSet;
use std::process::Command;

use cargo_metadata::Package;
use cargo_metadata::semver::Version;

use crate::failure::Failure;
use crate::workspace;

/// Packages that no host depends on: what they pull in does not bind a host's compiler.
const NOT_FOR_HOSTS: &[&str] = &["portal-benches"];

/// This checks that the running compiler is at least the stated one, and that nothing a host builds with our crates
/// asks for a newer one.
pub(super) fn check() -> Result<(), Failure> {
    let dependencies = workspace::everything()?;
    let running = running_compiler()?;
    let mut complaints = BTreeSet::new();
    let for_hosts = dependencies
        .members()
        .filter(|member| is_for_hosts(&member.name));
    for member in for_hosts {
        let stated = member
            .rust_version
            .as_ref()
            .ok_or_else(|| Failure::new(format!("{} states no rust-version", member.name)))?;
        if !reaches(&running, stated) {
            complaints.insert(format!(
                "{} states rust-version {stated}, and this is rustc {running}",
                member.name
            ));
        }
        for package in dependencies.needed_by(member) {
            complaints.extend(newer_than(stated, package).map(|asked| {
                format!(
                    "{} {} asks for rustc {asked}, newer than our {stated} ({})",
                    package.name,
                    package.version,
                    dependencies.path_to(package)
                )
            }));
        }
    }
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Failure::new(Vec::from_iter(complaints).join("\n")))
}

fn is_for_hosts(name: &str) -> bool {
    name.starts_with("portal-") && !NOT_FOR_HOSTS.contains(&name)
}

fn newer_than<'a>(stated: &Version, package: &'a Package) -> Option<&'a Version> {
    package.rust_version.as_ref().filter(|asked| {
        (asked.major, asked.minor, asked.patch) > (stated.major, stated.minor, stated.patch)
    })
}

/// A nightly or beta of a version counts as that version.
fn reaches(running: &Version, stated: &Version) -> bool {
    (running.major, running.minor) >= (stated.major, stated.minor)
}

fn running_compiler() -> Result<Version, Failure> {
    let output = Command::new("rustc")
        .args(["--version", "--verbose"])
        .output()
        .map_err(|error| Failure::new(format!("`rustc --version` did not start: {error}")))?;
    release(&String::from_utf8_lossy(&output.stdout))
}

fn release(verbose: &str) -> Result<Version, Failure> {
    verbose
        .lines()
        .find_map(|line| line.strip_prefix("release: "))
        .and_then(|text| Version::parse(text.trim()).ok())
        .ok_or_else(|| Failure::new("`rustc --version --verbose` names no release"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_line_is_the_compilers_version() {
        let verbose = "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\nrelease: 1.95.0\n";
        assert_eq!(release(verbose), Ok(Version::new(1, 95, 0)));
        assert!(release("rustc 1.95.0\n").is_err());
    }

    #[test]
    fn a_nightly_of_the_stated_version_reaches_it() {
        let nightly = release("release: 1.95.0-nightly\n").unwrap();
        assert!(reaches(&nightly, &Version::new(1, 95, 0)));
        assert!(!reaches(&nightly, &Version::new(1, 96, 0)));
    }

    #[test]
    fn the_benchmarks_are_not_for_hosts() {
        assert!(is_for_hosts("portal-core"));
        assert!(!is_for_hosts("portal-benches"));
        assert!(!is_for_hosts("xtask"));
    }
}
