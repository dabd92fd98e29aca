use std::{
    hash::{BuildHasher, RandomState},
    io,
    num::NonZeroUsize,
    path::Path,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode};

use super::{
    connect::{Role, connect},
    error::Failure,
    handle::Jobs,
    work::Job,
};

/// The thread that writes.
pub(super) fn spawn(
    queue: Jobs,
    db: Connection,
    file: Arc<Path>,
    batch: NonZeroUsize,
    readers: Vec<JoinHandle<()>>,
) -> io::Result<()> {
    let writer = Writer {
        db: Some(db),
        file,
        queue,
        batch: batch.get(),
        crowd: 1,
    };
    thread::Builder::new()
        .name("portal-writer".into())
        .spawn(move || {
            let writer = writer.write();
            // The last connection to close tidies up, and only if it is alone by then.
            for reader in readers {
                let _ = reader.join();
            }
            drop(writer);
        })
        .map(drop)
}

struct Writer {
    /// None after a failure that may have been the connection's.
    db: Option<Connection>,
    file: Arc<Path>,
    queue: Jobs,
    batch: usize,
    /// How many shared the last transaction: so many may be on their way again.
    crowd: usize,
}

/// Jobs that share a transaction, and what is in it.
#[derive(Default)]
struct Batch {
    jobs: Vec<Box<dyn Job>>,
    begun: bool,
    /// Something of an earlier job is in the transaction, and must survive if this one fails.
    shared: bool,
}

impl Writer {
    fn write(mut self) -> Self {
        while let Some(first) = self.queue.pop() {
            let mut batch = Batch::default();
            let ended = self.write_batch(&mut batch, first);
            if ended.is_err() && !batch.begun {
                // Nobody got in. Whoever waits by now would wait as long again, one after the other: they are told together.
                batch
                    .jobs
                    .extend(std::iter::from_fn(|| self.queue.try_pop()));
            }
            if ended.is_err() {
                // A connection that failed to write or sync may hold pages that never reached the disk.
                self.db = None;
            }
            self.crowd = batch.jobs.len();
            for job in batch.jobs {
                job.answer(ended.clone());
            }
        }
        self
    }

    fn write_batch(&mut self, batch: &mut Batch, first: Box<dyn Job>) -> Result<(), Failure> {
        let mut next = Some(first);
        while let Some(job) = next {
            batch.jobs.push(job);
            let db = match self.db.take() {
                Some(db) => db,
                None => connect(&self.file, Role::Writer).map_err(Failure::new)?,
            };
            let db = self.db.insert(db);
            batch.run_last(db)?;
            next = self.another(batch.jobs.len());
        }
        match &self.db {
            Some(db) if batch.begun => run(db, "commit").map_err(Failure::new),
            _ => Ok(()),
        }
    }

    /// Whoever waits already, or will in a moment: those answered together tend to come back together.
    fn another(&self, taken: usize) -> Option<Box<dyn Job>> {
        if taken >= self.batch {
            return None;
        }
        if let Some(job) = self.queue.try_pop() {
            return Some(job);
        }
        if taken >= self.crowd {
            return None;
        }
        (0..YIELDS).find_map(|_| {
            thread::yield_now();
            self.queue.try_pop()
        })
    }
}

impl Drop for Writer {
    /// Whoever still waits is told, however this thread ends.
    fn drop(&mut self) {
        self.queue.abandon();
    }
}

/// How often others are let go first before a transaction that could be fuller is closed.
const YIELDS: u32 = 8;

impl Batch {
    /// Runs the job that came last so that it can be undone alone.
    fn run_last(&mut self, db: &Connection) -> Result<(), Failure> {
        let Some(job) = self.jobs.last_mut() else {
            return Ok(());
        };
        if !self.begun {
            begin(db).map_err(Failure::new)?;
            self.begun = true;
        }
        if self.shared {
            run(db, "savepoint portal_one").map_err(Failure::new)?;
            if !job.run(db) {
                run(db, "rollback to portal_one").map_err(Failure::new)?;
            }
            return run(db, "release portal_one").map_err(Failure::new);
        }
        if job.run(db) {
            self.shared = true;
            return still_open(db);
        }
        self.begun = false;
        if db.is_autocommit() {
            return Ok(());
        }
        run(db, "rollback").map_err(Failure::new)
    }
}

/// A host's code may have ended the transaction, though it must not.
fn still_open(db: &Connection) -> Result<(), Failure> {
    if db.is_autocommit() {
        return Err(Failure::new(io::Error::other(
            "the shared transaction was ended by one who shares it",
        )));
    }
    Ok(())
}

/// Waits for the lock as long as the connection does, and then three times more: another process may be at a long one.
fn begin(db: &Connection) -> rusqlite::Result<()> {
    let jitter = RandomState::new().hash_one(thread::current().id());
    for wait in [10, 30, 90] {
        match run(db, "begin immediate") {
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                thread::sleep(Duration::from_millis(wait + jitter % wait));
            }
            ended => return ended,
        }
    }
    run(db, "begin immediate")
}

fn run(db: &Connection, sql: &'static str) -> rusqlite::Result<()> {
    db.prepare_cached(sql)?.execute([]).map(drop)
}
