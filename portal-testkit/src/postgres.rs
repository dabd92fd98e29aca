//! A `PostgreSQL` server from the binaries on this machine: nothing needs to be running.
use std::{
    env, fs,
    io::{BufRead, BufReader},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// A `PostgreSQL` server of your own, for tests and measurements: started from the binaries on this machine, gone with this process.
///
/// It is on a Unix socket in a folder of its own, so that no two collide. A shell keeps it; the shell
/// stops it and tidies up as soon as this process ends, however it ends.
#[derive(Debug)]
pub struct PostgresServer {
    binaries: PathBuf,
    folder: PathBuf,
    databases: AtomicU32,
    keeper: Child,
}

const KEEPER: &str = r#"
    set -e
    folder=$(mktemp -d /tmp/portal-postgres-XXXXXX)
    trap 'rm -rf "$folder"' EXIT
    # Another order than the one of bytes, so that a forgotten collation shows.
    "$1/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US >"$folder/log" 2>&1 ||
        { rm -rf "$folder/data" && "$1/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >>"$folder/log" 2>&1; } ||
        { cat "$folder/log" >&2; exit 1; }
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$folder'" "max_connections = 200" "fsync = $2" >>"$folder/data/postgresql.conf"
    "$1/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null 2>&1 || { cat "$folder/log" >&2; exit 1; }
    "$1/psql" -h "$folder" -U postgres -qc "create role host login" postgres
    echo "$folder"
    cat >/dev/null || true
    "$1/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
"#;

impl PostgresServer {
    /// Who owns the databases: no superuser, so that row-level security holds as in production.
    pub const ROLE: &str = "host";

    /// Starts one that makes everything durable, as in production; `None` where the binaries are not on this machine.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::started("on")
    }

    /// Starts one that a power failure would ruin, and that is quicker by a third: for suites that stop no server. A process that is killed loses nothing.
    #[must_use]
    pub fn start_forgetful() -> Option<Self> {
        Self::started("off")
    }

    fn started(fsync: &str) -> Option<Self> {
        let binaries = binaries()?;
        let mut keeper = as_somebody(Path::new("sh"))
            .args(["-c", KEEPER, "keeper"])
            .arg(&binaries)
            .arg(fsync)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .current_dir("/tmp")
            .spawn()
            .unwrap();
        let mut folder = String::new();
        let mut said = BufReader::new(keeper.stdout.take().unwrap());
        said.read_line(&mut folder).unwrap();
        let folder = PathBuf::from(folder.trim());
        assert!(folder.is_dir(), "PostgreSQL did not start");
        Some(Self {
            binaries,
            folder,
            databases: AtomicU32::new(0),
            keeper,
        })
    }

    /// The folder with its socket.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name of a new, empty database of [`PostgresServer::ROLE`].
    pub fn database(&self) -> String {
        let n = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{n}", std::process::id());
        let create = format!("create database {name} owner {}", Self::ROLE);
        let created = as_somebody(&self.binaries.join("psql"))
            .arg("-h")
            .arg(&self.folder)
            .args(["-U", "postgres", "-qc", &create, "postgres"])
            .stdin(Stdio::null())
            .current_dir("/tmp")
            .status();
        assert!(created.unwrap().success(), "{create}");
        name
    }

    /// Stops it as a power failure would.
    pub fn stop_at_once(&self) {
        assert!(self.ctl(&["-m", "immediate", "stop"]));
    }

    /// Starts it again where it was stopped, with what was durable by then.
    pub fn start_again(&self) {
        let log = self.folder.join("log");
        assert!(self.ctl(&["-w", "-l", log.to_str().unwrap(), "start"]));
    }

    fn ctl(&self, words: &[&str]) -> bool {
        as_somebody(&self.binaries.join("pg_ctl"))
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/tmp")
            .status()
            .unwrap()
            .success()
    }
}

/// Statics are never dropped, but the keeper's input closes with this process; a server of one test alone ends here.
impl Drop for PostgresServer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// `PostgreSQL` refuses to run as root.
fn as_somebody(program: &Path) -> Command {
    if fs::metadata("/proc/self").is_ok_and(|of| of.uid() == 0) {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
        command.arg(program);
        return command;
    }
    Command::new(program)
}

/// The folder with `initdb`, `pg_ctl` and `postgres`: the newest Debian has, or where the path leads.
fn binaries() -> Option<PathBuf> {
    let packaged = fs::read_dir("/usr/lib/postgresql");
    let mut folders: Vec<PathBuf> = packaged
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    folders.sort_by_key(|folder| {
        let version = folder.parent().and_then(Path::file_name);
        version.and_then(|v| v.to_str()?.parse::<u32>().ok())
    });
    folders.reverse();
    let path = env::var_os("PATH").unwrap_or_default();
    folders.extend(env::split_paths(&path));
    let all = ["initdb", "pg_ctl", "postgres", "psql"];
    let complete = |folder: &PathBuf| all.iter().all(|program| folder.join(program).is_file());
    folders.into_iter().find(complete)
}
