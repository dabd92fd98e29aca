use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use portal_core::StoreError;

use super::error::is_passing;

/// How often a command that lost to somebody else's lock or snapshot is tried again.
const AGAIN: u32 = 5;

/// Tries once more, up to five times, what the server undid because of somebody else. A connection that is lost is not among these: what was on its
/// way then may have been committed, and only the same command can tell.
pub(super) async fn retried<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for round in 0..AGAIN {
        match attempt().await {
            Err(e) if is_passing(&e) => tokio::time::sleep(pause(round)).await,
            ended => return ended,
        }
    }
    attempt().await
}

/// Longer every round, and never as long as the others wait.
fn pause(round: u32) -> Duration {
    let most = 4_u64 << round;
    Duration::from_millis(most + RandomState::new().hash_one(round) % most)
}
