use std::panic::{AssertUnwindSafe, catch_unwind};

use portal_core::StoreError;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::error::Failure;

/// Something to do with a connection, and somebody who waits for how it ended.
pub(super) trait Job: Send {
    /// Does it. Answers whether to keep what it wrote.
    fn run(&mut self, db: &Connection) -> bool;

    /// Tells whoever waits: how it ended, or that nothing of it, good or bad, counts.
    fn answer(self: Box<Self>, durable: Result<(), Failure>);
}

pub(super) type Answer<T> = oneshot::Receiver<Result<T, StoreError>>;

struct Work<T, F> {
    todo: Option<F>,
    done: Option<Result<T, StoreError>>,
    waiting: oneshot::Sender<Result<T, StoreError>>,
}

/// A job, and where its answer arrives.
pub(super) fn job<T, F>(todo: F) -> (Box<dyn Job>, Answer<T>)
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
{
    let (waiting, answer) = oneshot::channel();
    let work = Work {
        todo: Some(todo),
        done: None,
        waiting,
    };
    (Box::new(work), answer)
}

/// The answer, when it comes.
pub(super) async fn answered<T>(answer: Answer<T>) -> Result<T, StoreError> {
    let stopped = |_| StoreError::Unavailable("the database threads have stopped".into());
    answer.await.map_err(stopped)?
}

impl<T, F> Job for Work<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, db: &Connection) -> bool {
        let Some(todo) = self.todo.take() else {
            return false;
        };
        // Host code runs in here. What it had borrowed of ours is only the connection, and the transaction is undone.
        let done = catch_unwind(AssertUnwindSafe(|| todo(db)))
            .unwrap_or_else(|_| Err(StoreError::Unavailable("host code panicked".into())));
        let keep = done.is_ok();
        self.done = Some(done);
        keep
    }

    fn answer(self: Box<Self>, durable: Result<(), Failure>) {
        let answer = match (durable, self.done) {
            (Ok(()), Some(done)) => done,
            (Ok(()), None) => Err(StoreError::Unavailable("it was never begun".into())),
            (Err(failure), _) => Err(failure.store_error()),
        };
        // Whoever asked may have gone: the answer is then nobody's.
        let _ = self.waiting.send(answer);
    }
}
