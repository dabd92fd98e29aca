//! What is installed by npm.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::run;
use crate::browser;
use crate::failure::Failure;

/// The copy of what is pinned that lies beside the packages once all of them are there: the tests go by it.
const MARK: &str = "installed.txt";

const QUIET: [&str; 4] = ["--no-audit", "--no-fund", "--loglevel", "error"];

/// The tests pass these over where they are missing: a machine without npm is told, and not stopped.
pub(super) fn install_accounting(root: &Path, peers: &Path) -> Result<(), Failure> {
    let pinned = root.join("portal-accounting/tests/peers");
    let folder = peers.join("npm");
    match install(&pinned, &["package.json"], &["install"], &folder)? {
        Ok(()) => Ok(()),
        Err(failure) => {
            println!(
                "peers: WITHOUT npm's programs, requests to Xero are not held to its description: {failure}"
            );
            Ok(())
        }
    }
}

/// What looks at messages in a browser, and the browser; a machine that cannot have them is stopped, for nothing else of ours knows whether a message can be read.
pub(super) fn install_mail(root: &Path, peers: &Path) -> Result<(), Failure> {
    let browser = browser::install()?;
    let pinned = root.join("portal-mail/tests/peers");
    let folder = peers.join("npm-mail");
    let files = ["package.json", "package-lock.json"];
    let words = ["ci", "--ignore-scripts", "--engine-strict"];
    install(&pinned, &files, &words, &folder)?.map_err(|failure| {
        Failure::new(format!(
            "{failure}: what looks at messages in a browser takes npm, and Node.js 20 or later"
        ))
    })?;
    let told = folder.join("browser.txt");
    fs::write(&told, browser).map_err(|error| Failure::in_file(&told, error))
}

/// This has npm install what those files pin, the last of them in full. The inner failure is npm's.
fn install(
    pinned: &Path,
    files: &[&str],
    words: &[&str],
    folder: &Path,
) -> Result<Result<(), Failure>, Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::in_file(folder, error))?;
    let mut wanted = String::new();
    let mut copies = Vec::new();
    for file in files {
        let pin = pinned.join(file);
        wanted = fs::read_to_string(&pin).map_err(|error| Failure::in_file(&pin, error))?;
        copies.push((folder.join(file), wanted.clone()));
    }
    let mark = folder.join(MARK);
    if fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
        println!("peers: {} has what the tests need", folder.display());
        return Ok(Ok(()));
    }
    drop(fs::remove_file(&mark));
    for (copy, text) in copies {
        fs::write(&copy, text).map_err(|error| Failure::in_file(&copy, error))?;
    }
    let mut npm = Command::new("npm");
    if let Err(failure) = run(npm.args(words).args(QUIET).current_dir(folder)) {
        return Ok(Err(failure));
    }
    fs::write(&mark, wanted).map_err(|error| Failure::in_file(&mark, error))?;
    println!("peers: installed in {}", folder.display());
    Ok(Ok(()))
}
