//! A `PostgreSQL` server for one test binary, from the binaries on this machine: nothing needs to be running.
//!
//! It is on a Unix socket in a folder of its own, so that no two collide, with everything made durable as in production. A shell keeps it; the shell
//! stops it and tidies up as soon as this process ends, however it ends.
use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use portal_store::postgres::{
    Postgres,
    sqlx::{self, Connection, PgConnection, postgres::PgConnectOptions},
};

/// The server of this test binary.
pub(crate) static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

/// Who owns the databases: no superuser, so that row-level security holds in every test.
const ROLE: &str = "host";

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
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
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$folder'" "max_connections = 200" "fsync = on" >>"$folder/data/postgresql.conf"
    "$1/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null 2>&1 || { cat "$folder/log" >&2; exit 1; }
    "$1/psql" -h "$folder" -U postgres -qc "create role host login" postgres
    echo "$folder"
    cat >/dev/null || true
    "$1/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
"#;

impl Server {
    pub(crate) fn start() -> Self {
        let binaries = binaries();
        let mut keeper = as_somebody(Path::new("sh"))
            .args(["-c", KEEPER, "keeper"])
            .arg(&binaries)
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
        Self {
            binaries,
            folder,
            databases: AtomicU32::new(0),
            keeper,
        }
    }

    /// Where it listens.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// An empty database of its own.
    pub(crate) async fn database(&self) -> PgConnectOptions {
        let n = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{n}", std::process::id());
        let mut admin = PgConnection::connect_with(&self.options("postgres", "postgres"))
            .await
            .unwrap();
        let create = format!("create database {name} owner {ROLE}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(create))
            .execute(&mut admin)
            .await
            .unwrap();
        admin.close().await.unwrap();
        self.options(&name, ROLE)
    }

    /// A database with the portal's tables.
    pub(crate) async fn migrated(&self) -> Postgres {
        let db = Postgres::connect(self.database().await).await.unwrap();
        db.migrate().await.unwrap();
        db
    }

    pub(crate) fn options(&self, database: &str, role: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.folder)
            .username(role)
            .database(database)
    }

    /// Stops it as a power failure would.
    pub(crate) fn stop_at_once(&self) {
        assert!(self.ctl(&["-m", "immediate", "stop"]));
    }

    pub(crate) fn start_again(&self) {
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
impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// `PostgreSQL` refuses to run as root.
fn as_somebody(program: &Path) -> Command {
    if fs::metadata("/proc/self").is_ok_and(|of| owner(&of) == 0) {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
        command.arg(program);
        return command;
    }
    Command::new(program)
}

fn owner(of: &fs::Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::uid(of)
}

/// The folder with `initdb`, `pg_ctl` and `postgres`: the newest Debian has, or where the path leads.
fn binaries() -> PathBuf {
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
    folders
        .into_iter()
        .find(|folder| all.iter().all(|program| folder.join(program).is_file()))
        .expect("there is no PostgreSQL on this machine: `cargo xtask postgres` installs it")
}
