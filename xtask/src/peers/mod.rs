//! Other people's programs that our adapters and messages are held to: Stripe's own SDK, a Stripe that somebody else wrote, a mail server, what checks signatures, and what looks at
//! pages in a browser.
//!
//! They are Python, and programs of npm's, installed beside what cargo builds and run as processes of their own: nothing of theirs is linked into ours.

mod npm;
mod python;

use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::workspace;

/// This installs the peers under `target/peers`, unless exactly these are there already.
pub(crate) fn install() -> Result<(), Failure> {
    let metadata = workspace::members()?;
    let root = metadata.workspace_root.into_std_path_buf();
    let folder = metadata.target_directory.join("peers").into_std_path_buf();
    python::install(&root, &folder)?;
    npm::install_accounting(&root, &folder)?;
    npm::install_mail(&root, &folder)
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
