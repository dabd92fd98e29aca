//! Packages of the system that the tests want, where it is Debian's kind and we may install.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// This installs one package; who may not is told the line to type.
pub(crate) fn install(package: &str, missing: &str) -> Result<(), Failure> {
    if !is_root() {
        return Err(Failure::new(format!(
            "there is no {missing} on this machine, and installing it takes root: `sudo apt-get install {package}`, \
             or have it on the path"
        )));
    }
    apt_get(&["update"])?;
    apt_get(&["install", "--yes", "--no-install-recommends", package])
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt_get(words: &[&str]) -> Result<(), Failure> {
    let line = words.join(" ");
    let status = Command::new("apt-get")
        .args(words)
        .env("DEBIAN_FRONTEND", OsStr::new("noninteractive"))
        .stdin(Stdio::null())
        .status()
        .map_err(|error| Failure::new(format!("`apt-get {line}` did not start: {error}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`apt-get {line}` failed: {status}")))
}
