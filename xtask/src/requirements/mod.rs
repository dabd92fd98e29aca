//! The catalogue of promises, each linked to the tests that name it.

mod catalogue;
mod named_tests;
mod page;
mod promise_id;
mod sources;

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::workspace;

const CATALOGUE: &str = "docs/catalogue.md";
const PAGE: &str = "docs/requirements.md";

/// This writes the page anew.
pub(crate) fn write() -> Result<(), Failure> {
    let root = workspace::root()?;
    let page = current(&root)?;
    let path = root.join(PAGE);
    fs::write(&path, page).map_err(|error| Failure::in_file(&path, error))
}

/// This fails when the page on disk is not what [`write()`] would write.
pub(crate) fn check() -> Result<(), Failure> {
    let root = workspace::root()?;
    let path = root.join(PAGE);
    // A page that is not there yet is out of date, too.
    let on_disk = fs::read_to_string(&path).unwrap_or_default();
    if on_disk == current(&root)? {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{PAGE} is out of date: run `cargo xtask requirements`"
    )))
}

fn current(root: &Path) -> Result<String, Failure> {
    let path = root.join(CATALOGUE);
    let text = fs::read_to_string(&path).map_err(|error| Failure::in_file(&path, error))?;
    let systems = catalogue::parse(&text)?;
    let mut tests = Vec::new();
    for file in sources::rust_files(root)? {
        tests.extend(named_tests::in_file(root, &file)?);
    }
    page::render(&systems, &tests)
}
