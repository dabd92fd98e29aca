//! Running cargo.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// This is one cargo command, run in the workspace root with no standard input.
#[derive(Debug, Clone)]
pub(crate) struct Cargo {
    root: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(&'static str, &'static str)>,
}

impl Cargo {
    /// This starts a command from the words one would type after `cargo`.
    pub(crate) fn new(root: &Path, words: &[&str]) -> Self {
        Self {
            root: root.to_owned(),
            arguments: words.iter().map(|&word| word.to_owned()).collect(),
            variables: Vec::new(),
        }
    }

    pub(crate) fn with_variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    /// This is the line to type to run the command by hand.
    pub(crate) fn line(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        for (name, value) in &self.variables {
            words.push(format!("{name}={}", quoted(value)));
        }
        words.push("cargo".to_owned());
        words.extend(self.arguments.iter().map(|argument| quoted(argument)));
        words.join(" ")
    }

    /// This runs the command and shows what it prints.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let status = self
            .command()
            .status()
            .map_err(|error| self.not_started(&error))?;
        self.ended(status)
    }

    /// This runs the command and keeps our standard output clean: what it prints goes to standard error.
    pub(crate) fn run_aside(&self) -> Result<(), Failure> {
        let status = self
            .command()
            .stdout(std::io::stderr())
            .status()
            .map_err(|error| self.not_started(&error))?;
        self.ended(status)
    }

    /// This runs the command and hands back its standard output, also when it fails.
    pub(crate) fn read(&self) -> Result<(String, Result<(), Failure>), Failure> {
        let output = self
            .command()
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| self.not_started(&error))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((text, self.ended(output.status)))
    }

    fn command(&self) -> Command {
        let mut command = Command::new("cargo");
        command
            .args(&self.arguments)
            .current_dir(&self.root)
            .stdin(Stdio::null())
            // Other flags than a plain `cargo build` uses would rebuild every dependency.
            .env_remove("RUSTFLAGS")
            .envs(self.variables.iter().copied());
        command
    }

    fn not_started(&self, error: &std::io::Error) -> Failure {
        Failure::new(format!("`{}` did not start: {error}", self.line()))
    }

    fn ended(&self, status: std::process::ExitStatus) -> Result<(), Failure> {
        if status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("`{}` failed: {status}", self.line())))
    }
}

fn quoted(word: &str) -> String {
    if word.contains(' ') {
        format!("'{word}'")
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_shown_can_be_typed_as_it_is() {
        let doc = Cargo::new(Path::new("."), &["doc", "--no-deps"])
            .with_variable("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(doc.line(), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps");
    }
}
