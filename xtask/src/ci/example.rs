//! The example host, started twice.

use std::path::Path;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// This runs the example on a file that is not there yet, and again on the file it left behind.
pub(super) fn check(root: &Path) -> Result<(), Failure> {
    let folder = tempfile::tempdir()
        .map_err(|error| Failure::new(format!("no folder for the example's file: {error}")))?;
    let file = folder.path().join("course-manager.db");
    let file = file.to_str().ok_or_else(|| {
        Failure::in_file(
            &file,
            "the name of the temporary folder is not unicode: set TMPDIR",
        )
    })?;
    let words = [
        "run",
        "--quiet",
        "--package",
        "course-manager",
        "--",
        "--file",
        file,
    ];
    for _ in 0..2 {
        Cargo::new(root, &words).run()?;
    }
    Ok(())
}
