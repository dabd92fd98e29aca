//! How long one delivery may take, and what it means if it panics.
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
    time::Duration,
};

use crate::adapter::{AdapterError, AdapterErrorKind, Disposition};

/// How long one delivery may take. There is no end where nobody has a timer: then whoever calls round by round waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(Option<Duration>);

/// Why a delivery has no answer. What it did until then is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unanswered {
    #[cfg_attr(
        not(feature = "dispatcher"),
        expect(dead_code, reason = "nobody has a timer")
    )]
    TooLong,
    Panicked,
}

impl Patience {
    /// No end: nobody has a timer.
    pub(super) const ENDLESS: Self = Self(None);

    /// Half of that lease: what is begun in the first half ends before another process has it, and whoever never answers stops nothing else for ever.
    #[cfg(feature = "dispatcher")]
    pub(super) fn of_lease(lease: chrono::Duration) -> Self {
        Self((lease / 2).to_std().ok())
    }

    /// Waits for it so long. A panic of whoever was called ends this delivery and no other.
    pub(super) async fn wait_for<T>(
        self,
        delivery: impl Future<Output = T>,
    ) -> Result<T, Unanswered> {
        #[cfg(feature = "dispatcher")]
        if let Some(half) = self.0 {
            let ended = tokio::time::timeout(half, caught(delivery)).await;
            return ended.unwrap_or(Err(Unanswered::TooLong));
        }
        caught(delivery).await
    }

    /// Waits before something is asked once more; not at all where nobody has a timer.
    #[cfg_attr(
        not(feature = "dispatcher"),
        expect(clippy::unused_async, reason = "nobody has a timer")
    )]
    pub(super) async fn rest(self, time: Duration) {
        #[cfg(feature = "dispatcher")]
        if self.0.is_some() {
            tokio::time::sleep(time).await;
        }
        #[cfg(not(feature = "dispatcher"))]
        let (Self(_without_a_timer), _) = (self, time);
    }
}

impl Unanswered {
    pub(super) fn error(self) -> AdapterError {
        let why = match self {
            Self::TooLong => "there was no answer for half the lease",
            Self::Panicked => "it panicked: the program's log says where",
        };
        let (kind, said) = (AdapterErrorKind::Unavailable, Disposition::Unknown);
        AdapterError::new(kind, said, "outbox", "deliver", why)
    }
}

async fn caught<T>(delivery: impl Future<Output = T>) -> Result<T, Unanswered> {
    let mut delivery = pin!(delivery);
    std::future::poll_fn(|cx| {
        // It is dropped after a panic and never polled again, and whoever it borrowed from locks against poison.
        match catch_unwind(AssertUnwindSafe(|| delivery.as_mut().poll(cx))) {
            Ok(Poll::Ready(answer)) => Poll::Ready(Ok(answer)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(Err(Unanswered::Panicked)),
        }
    })
    .await
}
