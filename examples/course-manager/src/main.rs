//! Walks one customer through the portal: `cargo run -p course-manager -- --help`.
mod args;

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use course_manager::{CourseManager, walk};
use portal_core::{Error, SystemClock, store::BoxError};

use args::{Args, HELP};

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
    let manager = CourseManager::open(&args.file, Arc::new(SystemClock)).await?;
    let seen = walk(&manager, &args.customer, args.language).await;
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
    for beside in ["-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(beside);
        let name = PathBuf::from(name);
        if name.exists() {
            fs::remove_file(name)?;
        }
    }
    Ok(())
}
