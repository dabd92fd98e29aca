use std::time::Duration;

use crate::World;

/// Longer than any case takes on a slow disk: what takes longer waits for something that never comes.
const LONGEST: Duration = Duration::from_mins(2);

/// Runs one case on a fresh world, on a runtime of its own.
pub fn run<W: World>(
    world: impl AsyncFnOnce() -> W,
    case: impl for<'a> AsyncFnOnce(&'a dyn World),
) {
    run_within(LONGEST, world, case);
}

pub(crate) fn run_within<W: World>(
    longest: Duration,
    world: impl AsyncFnOnce() -> W,
    case: impl for<'a> AsyncFnOnce(&'a dyn World),
) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let in_time = runtime.block_on(async {
        let world = world().await;
        tokio::time::timeout(longest, case(&world)).await.is_ok()
    });
    assert!(in_time, "waits for something that never comes");
}
