//! Why a chore stopped.

use std::fmt;
use std::path::Path;

/// This says why a chore stopped, in words for the person at the terminal.
///
/// Nothing reacts to the kind of failure: all that happens to it is being printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure(String);

impl Failure {
    /// This takes the whole text: lowercase, and with what to do about it if someone can.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// This puts the file's name in front of what went wrong with it.
    pub(crate) fn in_file(path: &Path, reason: impl fmt::Display) -> Self {
        Self(format!("{}: {reason}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
