//! What is installed by pip.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::run;
use crate::debian;
use crate::failure::Failure;

/// Every package with its version, those they depend on too. A copy of the pins lies beside the packages once all of them are there: the tests go by it.
const PINNED: [(&str, &str); 2] = [
    (
        "portal-payments/tests/peers/requirements.txt",
        "installed.txt",
    ),
    (
        "portal-mail/tests/peers/requirements.txt",
        "installed-mail.txt",
    ),
];

/// This makes an environment of the peers' own, with all that is pinned.
pub(super) fn install(root: &Path, folder: &Path) -> Result<(), Failure> {
    let mut all_there = true;
    let mut lists = Vec::new();
    for (pinned, mark) in PINNED {
        let pinned = root.join(pinned);
        let wanted =
            fs::read_to_string(&pinned).map_err(|error| Failure::in_file(&pinned, error))?;
        let mark = folder.join(mark);
        all_there &= fs::read_to_string(&mark).is_ok_and(|found| found == wanted);
        lists.push((pinned, wanted, mark));
    }
    if all_there {
        println!("peers: {} has what the tests need", folder.display());
        return Ok(());
    }
    // From here on the tests fail instead of passing the peers over, until all is well.
    fs::create_dir_all(folder).map_err(|error| Failure::in_file(folder, error))?;
    for (_, _, mark) in &lists {
        drop(fs::remove_file(mark));
    }
    let python = folder.join("bin/python");
    make_environment(folder)?;
    for (pinned, _, _) in &lists {
        run(Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args(["--disable-pip-version-check", "--no-deps", "--requirement"])
            .arg(pinned))?;
    }
    run(Command::new(&python).args(["-m", "pip", "check"]))?;
    for (_, wanted, mark) in &lists {
        fs::write(mark, wanted).map_err(|error| Failure::in_file(mark, error))?;
    }
    println!("peers: installed in {}", folder.display());
    Ok(())
}

fn make_environment(folder: &Path) -> Result<(), Failure> {
    if !python_makes_environments() {
        debian::install("python3-venv", "Python that can make environments")?;
    }
    let mut python = Command::new("python3");
    run(python.args(["-m", "venv", "--clear"]).arg(folder))
}

/// Debian keeps the half of it that brings pip in a package of its own.
fn python_makes_environments() -> bool {
    let mut python = Command::new("python3");
    let status = python
        .args(["-c", "import ensurepip, venv"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
