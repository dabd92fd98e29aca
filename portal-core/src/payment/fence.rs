//! Calls that go no further once their time is over.
use std::{future::poll_fn, pin::pin, task::Poll};

use chrono::{DateTime, Utc};

use crate::{
    Clock,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};

/// Makes a call, as long as it is not `until` yet. Whoever sleeps before it, or between any two steps of it, wakes too late to do the rest.
///
/// It hurries nobody: how long an answer is waited for is up to whoever waits.
pub(super) async fn unless_late<T>(
    clock: &dyn Clock,
    until: DateTime<Utc>,
    call: impl Future<Output = Result<T, AdapterError>>,
) -> Result<T, AdapterError> {
    let mut call = pin!(call);
    let mut begun = false;
    poll_fn(|cx| {
        if clock.now() >= until {
            return Poll::Ready(Err(late(begun)));
        }
        begun = true;
        call.as_mut().poll(cx)
    })
    .await
}

fn late(begun: bool) -> AdapterError {
    let (kind, why) = (AdapterErrorKind::Unavailable, "its time was over");
    let disposition = if begun {
        Disposition::Unknown
    } else {
        Disposition::NeverSent
    };
    AdapterError::new(kind, disposition, "payments", "call", why)
}
