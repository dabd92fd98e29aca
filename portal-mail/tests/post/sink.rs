//! The mail server of the tests.
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use portal_mail::{Smtp, SmtpConfig};
use serde_json::Value;

use super::sender;

/// aiosmtpd, in a process of its own, which ends with this.
#[derive(Debug)]
pub(crate) struct Sink {
    process: Child,
    said: Mutex<Receiver<Value>>,
    ports: Value,
}

const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers");

/// One message takes a fraction of a second; nothing hangs on how long.
const PATIENCE: Duration = Duration::from_mins(1);

impl Sink {
    /// None where nobody asked for it, which is said aloud. Once asked for, it has to be there.
    pub(crate) fn start() -> Option<Self> {
        Self::told(&[])
    }

    /// One that also says which connections there are, opened and closed.
    pub(crate) fn watching() -> Option<Self> {
        Self::told(&["connections"])
    }

    fn told(words: &[&str]) -> Option<Self> {
        let mut process = python()?
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (says, said) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if says.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let ports = said.recv_timeout(PATIENCE).unwrap();
        Some(Self {
            process,
            said: Mutex::new(said),
            ports,
        })
    }

    pub(crate) fn port(&self, way: &str) -> u16 {
        u16::try_from(self.ports[way].as_u64().unwrap()).unwrap()
    }

    /// The next message it has taken.
    pub(crate) fn taken(&self) -> Value {
        self.hears(PATIENCE).unwrap()
    }

    /// All it has taken and nobody has looked at. What was sent before is there: it says so before it answers.
    pub(crate) fn rest(&self) -> Vec<Value> {
        let quiet = Duration::from_millis(200);
        std::iter::from_fn(|| self.hears(quiet)).collect()
    }

    /// What it says next, a message or a connection, if it says something in time.
    pub(crate) fn hears(&self, within: Duration) -> Option<Value> {
        self.said.lock().unwrap().recv_timeout(within).ok()
    }

    pub(crate) fn plain(&self) -> SmtpConfig {
        SmtpConfig::unencrypted("127.0.0.1", sender()).port(self.port("plain"))
    }

    pub(crate) fn starttls(&self) -> SmtpConfig {
        let config = SmtpConfig::starttls("localhost", sender()).port(self.port("starttls"));
        config.trusting(key("authority.pem"))
    }

    pub(crate) fn tls(&self) -> SmtpConfig {
        let config = SmtpConfig::tls("localhost", sender()).port(self.port("tls"));
        config.trusting(key("authority.pem"))
    }

    pub(crate) fn smtp(&self) -> Smtp {
        Smtp::new(self.plain()).unwrap()
    }
}

/// A key of the tests, and of nothing else.
pub(crate) fn key(name: &str) -> String {
    std::fs::read_to_string(format!("{TESTS}/keys/{name}")).unwrap()
}

impl Drop for Sink {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// These files, as Python's own parser understands them. None as [`Sink::start`] says.
pub(crate) fn understood(files: &[PathBuf]) -> Option<Vec<Value>> {
    let said = python()?.arg("files").args(files).output().unwrap();
    let lines = said.stdout.lines().map(Result::unwrap);
    Some(
        lines
            .map(|line| serde_json::from_str(&line).unwrap())
            .collect(),
    )
}

fn python() -> Option<Command> {
    let peers = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers");
    if !peers.exists() && std::env::var_os("PORTAL_PEERS").is_none() {
        let what = "skipped: no peers are installed, nothing was sent to a mail server (cargo xtask peers; PORTAL_PEERS=1 fails instead)";
        drop(writeln!(std::io::stderr().lock(), "{what}"));
        return None;
    }
    let wanted = std::fs::read_to_string(format!("{TESTS}/requirements.txt")).unwrap();
    let found = std::fs::read_to_string(peers.join("installed-mail.txt")).unwrap_or_default();
    let lacks = "is not what tests/peers/requirements.txt asks for: cargo xtask peers";
    assert!(wanted == found, "{} {lacks}", peers.display());
    let mut python = Command::new(peers.join("bin/python"));
    python.arg(format!("{TESTS}/sink.py"));
    Some(python)
}
