//! Held to what others wrote: Stripe's own SDK, and localstripe. Both are processes of their own, which `cargo xtask peers` installs; without them these tests say so and prove
//! nothing.
mod localstripe;
mod official_sdk;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use chrono::{DateTime, Utc};
use portal_testkit::StoppedClock;
use serde_json::Value;

/// What is installed.
struct Peers(PathBuf);

impl Peers {
    /// None where nobody asked for them, which is said aloud. Once asked for, they have to be there.
    fn installed() -> Option<Self> {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers");
        if !folder.exists() && std::env::var_os("PORTAL_PEERS").is_none() {
            super::said_aloud(
                "skipped: no peers are installed, nothing was held to them (cargo xtask peers; PORTAL_PEERS=1 fails instead)",
            );
            return None;
        }
        let wanted = std::fs::read_to_string(tests.join("requirements.txt")).unwrap();
        let found = std::fs::read_to_string(folder.join("installed.txt")).unwrap_or_default();
        assert!(
            wanted == found,
            "{} is not what tests/peers/requirements.txt asks for: cargo xtask peers",
            folder.display()
        );
        Some(Self(folder.join("bin")))
    }

    /// Stripe's own SDK does this, and answers.
    fn official_sdk(&self, task: &str, asked: &Value) -> Value {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/official_sdk.py");
        let mut python = Command::new(self.0.join("python"))
            .arg(script)
            .arg(task)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut asks = python.stdin.take().unwrap();
        asks.write_all(asked.to_string().as_bytes()).unwrap();
        drop(asks);
        let output = python.wait_with_output().unwrap();
        assert!(output.status.success(), "{task}: {}", output.status);
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// The peers go by the time of this machine, to the second.
fn clock_of_this_machine() -> StoppedClock {
    let now = DateTime::<Utc>::from(std::time::SystemTime::now());
    StoppedClock::at(DateTime::from_timestamp(now.timestamp(), 0).unwrap())
}
