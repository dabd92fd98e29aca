//! The example host, started twice.

use std::path::Path;

use tempfile::TempDir;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// This runs the example on a file that is not there yet, and again on the file it left behind; and the same with the Stripe adapter at the till and the Xero adapter at the books.
pub(super) fn check(root: &Path) -> Result<(), Failure> {
    twice(root, &[])?;
    let adapters = ["--payments", "stripe-fake", "--accounting", "fake-xero"];
    twice(root, &adapters)
}

/// The same, with the portal on a `PostgreSQL` that the example starts beside the file.
pub(super) fn check_on_postgres(root: &Path) -> Result<(), Failure> {
    twice(root, &["--store", "postgres"])
}

fn twice(root: &Path, more: &[&str]) -> Result<(), Failure> {
    let folder = folder()?;
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
    let words = [&words, more].concat();
    for _ in 0..2 {
        Cargo::new(root, &words).run()?;
    }
    Ok(())
}

/// For root the server runs as another user, who must get at its folder.
fn folder() -> Result<TempDir, Failure> {
    let failed = |error| Failure::new(format!("no folder for the example's file: {error}"));
    let folder = tempfile::tempdir().map_err(failed)?;
    #[cfg(unix)]
    {
        let others_pass = std::os::unix::fs::PermissionsExt::from_mode(0o711);
        std::fs::set_permissions(folder.path(), others_pass).map_err(failed)?;
    }
    Ok(folder)
}
