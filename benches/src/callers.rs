//! Several at once.
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};

/// What both sides run on: two threads.
#[must_use]
pub fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// So many of one thing, from this many callers at once. Each has as many of `all` to itself as any other, and takes them in turn.
pub fn at_once<F, T>(runtime: &Runtime, n: usize, callers: usize, all: usize, one: F)
where
    F: Fn(usize) -> T + Clone + Send + 'static,
    T: Future<Output = ()> + Send,
{
    let own = all / callers;
    let turns = move |caller: usize, one: F| async move {
        let more = usize::from(caller < n % callers);
        for k in 0..n / callers + more {
            one(caller * own + k % own).await;
        }
    };
    if callers == 1 {
        return runtime.block_on(turns(0, one));
    }
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for caller in 0..callers {
            tasks.spawn(turns(caller, one.clone()));
        }
        tasks.join_all().await;
    });
}
