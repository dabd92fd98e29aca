//! A `PostgreSQL` of the demo's own, from the binaries on this machine: nothing needs to be running, and nothing is left running.
use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use portal_core::store::BoxError;
use portal_store::postgres::sqlx::postgres::PgConnectOptions;

/// A server with its data in a folder. It ends with this value, or with this process, however that ends.
#[derive(Debug)]
pub struct PostgresServer {
    sockets: PathBuf,
    keeper: Child,
}

/// The shell waits for its input to close. Whoever is interrupted at the terminal is so together with it: it stays to stop the server.
const KEEPER: &str = r#"
    trap '' INT
    sockets=$(mktemp -d /tmp/course-manager-XXXXXX) || exit 1
    trap 'rm -rf "$sockets"' EXIT
    log="$sockets/log"
    [ -f "$2/PG_VERSION" ] || "$1/initdb" -D "$2" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
    "$1/pg_ctl" -D "$2" -l "$log" -o "-c listen_addresses= -c unix_socket_directories=$sockets" -w start >/dev/null 2>&1 || { cat "$log" >&2; exit 1; }
    "$1/psql" -h "$sockets" -U postgres -qc 'create role host login' -c 'create database course_manager owner host' postgres >>"$log" 2>&1 || true
    echo "$sockets"
    cat >/dev/null
    "$1/pg_ctl" -D "$2" -m fast -w stop >/dev/null 2>&1
"#;

const PROGRAMS: [&str; 4] = ["initdb", "pg_ctl", "postgres", "psql"];

impl PostgresServer {
    /// Starts a server on the data in this folder, which is made when it is not there. No two can be on one folder.
    ///
    /// # Errors
    /// When there is no `PostgreSQL` on this machine, or it does not start; what it says is on standard error.
    pub fn start(folder: &Path) -> Result<Self, BoxError> {
        let binaries = binaries().ok_or(
            "there is no PostgreSQL on this machine: `cargo xtask postgres` installs it, or give --database postgres://...",
        )?;
        make(folder)?;
        let folder = folder.canonicalize()?;
        let mut keeper = as_somebody(Path::new("sh"))
            .args(["-c", KEEPER, "keeper"])
            .args([&binaries, &folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .current_dir("/")
            .spawn()?;
        let mut sockets = String::new();
        if let Some(said) = keeper.stdout.take() {
            BufReader::new(said).read_line(&mut sockets)?;
        }
        let sockets = PathBuf::from(sockets.trim());
        let server = Self { sockets, keeper };
        if server.sockets.is_absolute() {
            return Ok(server);
        }
        Err(format!("PostgreSQL did not start on {}", folder.display()).into())
    }

    /// How to reach it, as a role that is no superuser.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.sockets)
            .username("host")
            .database("course_manager")
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The folder with all of the programs: the newest Debian has, or where the path leads.
fn binaries() -> Option<PathBuf> {
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut folders: Vec<_> = packaged
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    folders.sort_by_key(|folder| {
        let version = folder.parent().and_then(Path::file_name);
        version.and_then(|v| v.to_str()?.parse::<u32>().ok())
    });
    folders.reverse();
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let has_all = |folder: &PathBuf| PROGRAMS.iter().all(|name| folder.join(name).is_file());
    folders.into_iter().find(has_all)
}

/// `PostgreSQL` refuses to run as root: for root it runs as the user Debian made for it, whose the folder must be then.
fn make(folder: &Path) -> Result<(), BoxError> {
    if !is_root() {
        return Ok(fs::create_dir_all(folder)?);
    }
    let install = Command::new("install")
        .args(["-d", "-m", "700", "-o", "postgres", "-g", "postgres"])
        .arg(folder)
        .status()?;
    if install.success() {
        return Ok(());
    }
    Err(format!("{} cannot be made for the user postgres", folder.display()).into())
}

fn as_somebody(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    command.arg(program);
    command
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0)
}
