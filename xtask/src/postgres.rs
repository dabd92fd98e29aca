//! The `PostgreSQL` that the tests of the store start.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::debian;
use crate::failure::Failure;

/// What the tests start a server with.
const PROGRAMS: [&str; 4] = ["initdb", "pg_ctl", "postgres", "psql"];

/// Where Debian keeps a folder for each version.
const PACKAGED: &str = "/usr/lib/postgresql";

/// This installs the server's binaries from Debian's package where there are none. Whether Debian then starts a server of its own is all the same: the
/// tests start theirs.
pub(crate) fn install() -> Result<(), Failure> {
    if let Some(folder) = found() {
        println!("postgres: {} has what the tests need", folder.display());
        return Ok(());
    }
    debian::install(
        "postgresql",
        "PostgreSQL (initdb, pg_ctl, postgres and psql)",
    )?;
    match found() {
        Some(folder) => {
            println!("postgres: installed in {}", folder.display());
            Ok(())
        }
        None => Err(Failure::new(
            "the package postgresql is installed, and there is still no initdb, pg_ctl, postgres and psql in one folder",
        )),
    }
}

/// This is the folder that has all of them.
fn found() -> Option<PathBuf> {
    let packaged = fs::read_dir(PACKAGED).into_iter().flatten();
    let packaged = packaged.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders = packaged.chain(env::split_paths(&path));
    folders.find(|folder| has_all(folder))
}

fn has_all(folder: &Path) -> bool {
    PROGRAMS.iter().all(|name| folder.join(name).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_counts_only_when_it_has_every_program() {
        let folder = tempfile::tempdir().unwrap();
        for name in PROGRAMS {
            assert!(!has_all(folder.path()));
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert!(has_all(folder.path()));
    }
}
