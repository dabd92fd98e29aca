//! Work that takes a processor for a while: so much of it at a time, so much of it waiting, the rest turned away.
use std::{num::NonZeroU16, sync::Arc, thread};

use tokio::{sync::Semaphore, task};

/// Lets so many run at a time and so many wait for it.
#[derive(Debug)]
pub(super) struct Turns {
    running: Arc<Semaphore>,
    within: Arc<Semaphore>,
}

/// Why there was no turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoTurn {
    #[error("too many are waiting: try again in a moment")]
    Crowded,
    #[error("the work was broken off")]
    BrokenOff,
}

/// How many may wait for a turn, unless somebody says otherwise.
pub(super) const WAITING: u16 = 64;

/// As many at once as leave half of the processors to everything else.
pub(super) fn half_of_the_processors() -> NonZeroU16 {
    let half = thread::available_parallelism().map_or(1, |n| n.get() / 2);
    let at_once = u16::try_from(half).ok().and_then(NonZeroU16::new);
    at_once.unwrap_or(NonZeroU16::MIN)
}

impl Turns {
    pub(super) fn new(at_once: NonZeroU16, waiting: u16) -> Self {
        let at_once = usize::from(at_once.get());
        Self {
            running: Arc::new(Semaphore::new(at_once)),
            within: Arc::new(Semaphore::new(at_once + usize::from(waiting))),
        }
    }

    /// Does this on a thread where it may take its time, when there is a turn.
    pub(super) async fn take<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoTurn> {
        let within = Arc::clone(&self.within)
            .try_acquire_owned()
            .map_err(|_| NoTurn::Crowded)?;
        let turn = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| NoTurn::BrokenOff)?;
        // Whoever asked may have gone. The thread works on, so the turn is over when the work is, not when they are.
        let working = task::spawn_blocking(move || {
            let done = work();
            drop((turn, within));
            done
        });
        working.await.map_err(|_| NoTurn::BrokenOff)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    };

    use super::*;

    fn at_once(n: u16, waiting: u16) -> Arc<Turns> {
        Arc::new(Turns::new(NonZeroU16::new(n).unwrap(), waiting))
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_sixty_four_callers_no_more_run_than_may() {
        let turns = at_once(3, 64);
        let counted = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let callers: Vec<_> = (0..64)
            .map(|_| {
                let (turns, counted) = (Arc::clone(&turns), Arc::clone(&counted));
                tokio::spawn(async move {
                    let count = move || {
                        let [running, most] = &*counted;
                        most.fetch_max(running.fetch_add(1, SeqCst) + 1, SeqCst);
                        std::thread::yield_now();
                        running.fetch_sub(1, SeqCst);
                    };
                    turns.take(count).await
                })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), Ok(()));
        }
        let most = counted[1].load(SeqCst);
        assert!((1..=3).contains(&most), "{most} ran at once");
    }

    #[tokio::test]
    async fn whoever_comes_when_all_places_are_taken_is_told_at_once() {
        let turns = at_once(1, 1);
        let (go, wait) = mpsc::channel::<()>();
        let mut running = Box::pin(turns.take(move || wait.recv().is_ok()));
        let mut waiting = Box::pin(turns.take(|| true));
        for one in [
            &mut running as &mut (dyn Future<Output = _> + Unpin + Send),
            &mut waiting,
        ] {
            assert!(poll_once(one).await.is_none());
        }
        assert_eq!(turns.take(|| true).await, Err(NoTurn::Crowded));
        go.send(()).unwrap();
        assert_eq!((running.await, waiting.await), (Ok(true), Ok(true)));
        assert_eq!(turns.take(|| true).await, Ok(true));
    }

    #[tokio::test]
    async fn who_leaves_while_waiting_leaves_the_place() {
        let turns = at_once(1, 1);
        let (go, wait) = mpsc::channel::<()>();
        let mut running = Box::pin(turns.take(move || wait.recv().is_ok()));
        assert!(poll_once(&mut running).await.is_none());
        for _ in 0..10 {
            let mut waiting = Box::pin(turns.take(|| true));
            assert!(poll_once(&mut waiting).await.is_none());
        }
        go.send(()).unwrap();
        assert_eq!(running.await, Ok(true));
    }

    #[tokio::test]
    async fn who_leaves_while_it_runs_keeps_the_turn_until_it_is_done() {
        let turns = at_once(1, 0);
        let (go, wait) = mpsc::channel::<()>();
        let mut running = Box::pin(turns.take(move || wait.recv().is_ok()));
        assert!(poll_once(&mut running).await.is_none());
        drop(running);
        assert_eq!(turns.take(|| true).await, Err(NoTurn::Crowded));
        go.send(()).unwrap();
        while turns.take(|| true).await.is_err() {
            tokio::task::yield_now().await;
        }
        assert_eq!(turns.running.available_permits(), 1);
    }

    #[tokio::test]
    async fn work_that_falls_over_gives_its_turn_back() {
        let turns = at_once(1, 0);
        let fallen = turns.take(|| panic!("falls over")).await;
        assert_eq!(fallen, Err(NoTurn::BrokenOff));
        assert_eq!(turns.take(|| true).await, Ok(true));
    }

    /// Lets it begin, without waiting for it.
    async fn poll_once<T>(future: &mut (dyn Future<Output = T> + Unpin + Send)) -> Option<T> {
        use std::{future::poll_fn, pin::Pin, task::Poll};
        poll_fn(|cx| match Pin::new(&mut *future).poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }
}
