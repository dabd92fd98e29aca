use std::{
    io,
    path::Path,
    sync::Arc,
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

use super::{
    connect::{Role, connect},
    error::Failure,
    handle::Jobs,
    work::Job,
};

/// A thread that reads.
pub(super) fn spawn(queue: Jobs, db: Connection, file: Arc<Path>) -> io::Result<JoinHandle<()>> {
    let reader = Reader {
        db: Some(db),
        file,
        queue,
    };
    thread::Builder::new()
        .name("portal-reader".into())
        .spawn(move || reader.read())
}

struct Reader {
    db: Option<Connection>,
    file: Arc<Path>,
    queue: Jobs,
}

impl Reader {
    fn read(mut self) {
        while let Some(mut job) = self.queue.pop() {
            let ended = self.snapshot(&mut *job);
            if ended.is_err() {
                self.db = None;
            }
            job.answer(ended);
        }
    }

    /// Runs a job on one snapshot.
    fn snapshot(&mut self, job: &mut dyn Job) -> Result<(), Failure> {
        let db = match self.db.take() {
            Some(db) => db,
            None => connect(&self.file, Role::Reader).map_err(Failure::new)?,
        };
        let db = self.db.insert(db);
        run(db, "begin")?;
        job.run(db);
        run(db, "rollback")
    }
}

fn run(db: &Connection, sql: &'static str) -> Result<(), Failure> {
    db.prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(Failure::new)
}
