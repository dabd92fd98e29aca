//! Other people's programs that our adapters are held to: Stripe's own SDK, a Stripe that somebody else wrote, a mail server, and what checks signatures.
//!
//! They are Python, and programs of npm's, installed beside what cargo builds and run as processes of their own: nothing of theirs is linked into ours.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::{debian, workspace};

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

/// Programs of npm's, each with its version.
const PINNED_NPM: &str = "portal-accounting/tests/peers/package.json";

/// The copy of that which lies beside them.
const MARK_NPM: &str = "installed.txt";

/// This installs the peers under `target/peers`, unless exactly these are there already.
pub(crate) fn install() -> Result<(), Failure> {
    install_python()?;
    install_npm()
}

/// The tests pass these over where they are missing: a machine without npm is told, and not stopped.
fn install_npm() -> Result<(), Failure> {
    let metadata = workspace::members()?;
    let pinned = metadata.workspace_root.join(PINNED_NPM).into_std_path_buf();
    let folder = metadata
        .target_directory
        .join("peers/npm")
        .into_std_path_buf();
    let wanted = fs::read_to_string(&pinned).map_err(|error| Failure::in_file(&pinned, error))?;
    let mark = folder.join(MARK_NPM);
    if fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
        println!("peers: {} has what the tests need", folder.display());
        return Ok(());
    }
    fs::create_dir_all(&folder).map_err(|error| Failure::in_file(&folder, error))?;
    drop(fs::remove_file(&mark));
    let package = folder.join("package.json");
    fs::write(&package, &wanted).map_err(|error| Failure::in_file(&package, error))?;
    let mut npm = Command::new("npm");
    let quiet = ["install", "--no-audit", "--no-fund", "--loglevel", "error"];
    if let Err(failure) = run(npm.args(quiet).current_dir(&folder)) {
        println!(
            "peers: WITHOUT npm's programs, requests to Xero are not held to its description: {failure}"
        );
        return Ok(());
    }
    fs::write(&mark, wanted).map_err(|error| Failure::in_file(&mark, error))?;
    println!("peers: installed in {}", folder.display());
    Ok(())
}

fn install_python() -> Result<(), Failure> {
    let metadata = workspace::members()?;
    let folder = metadata.target_directory.join("peers").into_std_path_buf();
    let mut all_there = true;
    let mut lists = Vec::new();
    for (pinned, mark) in PINNED {
        let pinned = metadata.workspace_root.join(pinned).into_std_path_buf();
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
    fs::create_dir_all(&folder).map_err(|error| Failure::in_file(&folder, error))?;
    for (_, _, mark) in &lists {
        drop(fs::remove_file(mark));
    }
    let python = folder.join("bin/python");
    make_environment(&folder)?;
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

fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.stdin(Stdio::null()).status();
    let why = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => status.to_string(),
        Err(error) => format!("did not start: {error}"),
    };
    Err(Failure::new(format!("{command:?}: {why}")))
}
