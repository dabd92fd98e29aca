//! Walks one customer through the portal: `cargo run -p course-manager -- --help`.
mod args;

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

#[cfg(all(feature = "postgres", unix))]
use course_manager::PostgresServer;
use course_manager::{CourseManager, walk};
use portal_core::{Error, SystemClock, store::BoxError};

use args::{Args, HELP, Where};

/// What the folder of the server is called, after the file.
const SERVER: &str = ".postgres";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = match Args::read(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(wrong) => {
            eprintln!("{wrong}");
            return ExitCode::from(2);
        }
    };
    match run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), BoxError> {
    if args.help {
        return print(HELP);
    }
    if args.reset {
        remove(&args.file)?;
    }
    match args.store {
        Where::Sqlite => {
            let manager =
                CourseManager::open(&args.file, Arc::new(SystemClock), args.adapters.clone())
                    .await?;
            show(&manager, args).await
        }
        Where::Postgres => on_postgres(args).await,
    }
}

#[cfg(all(feature = "postgres", unix))]
async fn on_postgres(args: &Args) -> Result<(), BoxError> {
    let (file, clock, adapters) = (&args.file, Arc::new(SystemClock), args.adapters.clone());
    if let Some(url) = &args.database {
        let manager = CourseManager::on_postgres(file, url.parse()?, clock, adapters).await?;
        return show(&manager, args).await;
    }
    let server = PostgresServer::start(&beside(file, SERVER))?;
    let manager = CourseManager::on_postgres(file, server.options(), clock, adapters).await?;
    show(&manager, args).await
}

#[cfg(not(all(feature = "postgres", unix)))]
fn on_postgres(_: &Args) -> std::future::Ready<Result<(), BoxError>> {
    let words = "this build has no PostgreSQL: it takes the feature `postgres`, and Unix";
    std::future::ready(Err(words.into()))
}

async fn show(manager: &CourseManager, args: &Args) -> Result<(), BoxError> {
    let seen = walk(manager, &args.customer, args.language).await;
    print(&seen.map_err(|e| match e {
        Error::NotFound => format!("there is no customer {}: try P-0001", args.customer).into(),
        other => BoxError::from(other),
    })?)
}

/// Whoever reads us may have read enough: `| head` is no failure.
fn print(text: &str) -> Result<(), BoxError> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(()),
    }
}

/// Removes a database with the files beside it, and nothing that is not one.
fn remove(file: &Path) -> Result<(), BoxError> {
    if !file.exists() {
        return Ok(());
    }
    let mut start = vec![];
    fs::File::open(file)?.take(15).read_to_end(&mut start)?;
    if !start.is_empty() && start != b"SQLite format 3" {
        return Err(format!("{} is not a database of ours: it stays", file.display()).into());
    }
    fs::remove_file(file)?;
    for end in ["-wal", "-shm"] {
        let name = beside(file, end);
        if name.exists() {
            fs::remove_file(name)?;
        }
    }
    // What the portal kept on a server of ours is about a course manager that is gone.
    let server = beside(file, SERVER);
    if server.join("PG_VERSION").exists() {
        fs::remove_dir_all(server)?;
    }
    Ok(())
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}
