//! The Rust files of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// This lists every Rust file under `root`, relative to it, in one order on every machine.
pub(super) fn rust_files(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |error| Failure::in_file(&folder, error);
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            if entry.file_type().map_err(unreadable)?.is_dir() {
                if !is_skipped(&path) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.extend(path.strip_prefix(root).map(Path::to_owned));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// What was built is no source, and what is hidden is not ours.
fn is_skipped(folder: &Path) -> bool {
    folder
        .file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name == "target" || name.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_and_hidden_folders_are_passed_over() {
        let root = tempfile::tempdir().unwrap();
        for file in [
            "b/src/lib.rs",
            "a/tests/it.rs",
            "target/x.rs",
            ".git/y.rs",
            "a/notes.md",
        ] {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let files = rust_files(root.path()).unwrap();
        assert_eq!(
            files,
            [Path::new("a/tests/it.rs"), Path::new("b/src/lib.rs")]
        );
    }
}
