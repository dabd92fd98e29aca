//! Rounds one after the other, until they are told to stop.
use std::{
    pin::pin,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use super::Round;
use crate::store::StoreError;

/// What all rounds of one [`Dispatcher::run`](super::Dispatcher::run) share.
pub(super) struct Running<F> {
    idle: Duration,
    failed: Mutex<F>,
    /// No further round begins, and nothing more of those under way.
    pub(super) stopping: AtomicBool,
}

impl<F: FnMut(&StoreError) + Send> Running<F> {
    pub(super) fn new(idle: Duration, failed: F) -> Self {
        Self {
            idle,
            failed: Mutex::new(failed),
            stopping: AtomicBool::new(false),
        }
    }

    /// Rounds of one kind.
    pub(super) async fn rounds(&self, once: impl AsyncFn(&mut Round) -> Result<(), StoreError>) {
        while !self.is_stopping() {
            let mut round = Round::default();
            let pause = match once(&mut round).await {
                Ok(()) if round != Round::default() => Duration::ZERO,
                Ok(()) => self.idle,
                Err(e) => {
                    let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
                    failed(&e);
                    self.idle
                }
            };
            self.pause(pause).await;
        }
    }

    /// Both kinds at once. When `stop` is ready they come to an end by themselves.
    pub(super) async fn until(
        &self,
        stop: impl Future<Output = ()>,
        others: impl Future<Output = ()>,
        post: impl Future<Output = ()>,
    ) {
        let (mut stop, mut others, mut post) = (pin!(stop), pin!(others), pin!(post));
        let mut ended = [false; 2];
        std::future::poll_fn(|cx| {
            if !self.is_stopping() && stop.as_mut().poll(cx).is_ready() {
                self.stopping.store(true, Ordering::Relaxed);
            }
            let [others_ended, post_ended] = &mut ended;
            *others_ended = *others_ended || others.as_mut().poll(cx).is_ready();
            *post_ended = *post_ended || post.as_mut().poll(cx).is_ready();
            if *others_ended && *post_ended {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Until that time has passed, or all stops. Whatever wakes the task polls this too.
    async fn pause(&self, time: Duration) {
        let mut passed = pin!(tokio::time::sleep(time));
        std::future::poll_fn(|cx| {
            if self.is_stopping() {
                return Poll::Ready(());
            }
            passed.as_mut().poll(cx)
        })
        .await;
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
