//! What every store of OAuth tokens must keep, and how they are renewed over it: one function per promise, run as a test each by
//! [`token_store_conformance!`](crate::token_store_conformance).
mod endpoint;
mod macros;

pub mod promises;
pub mod rotation;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use portal_core::accounting::tokens::TokenStore;

pub use endpoint::RotatingTokens;

/// An empty store of tokens, as seen by two tenants.
#[async_trait]
pub trait TokenWorld: fmt::Debug + Send + Sync + 'static {
    /// The store. Asked twice, it answers as two processes would open it, where it can.
    fn tokens(&self) -> Arc<dyn TokenStore>;

    /// Another tenant's, where a store has tenants.
    fn neighbours(&self) -> Option<Arc<dyn TokenStore>> {
        None
    }

    /// The store after a restart; none for one that keeps nothing.
    async fn reopened(&self) -> Option<Arc<dyn TokenStore>>;
}

#[async_trait]
impl TokenWorld for portal_core::memory::Memory {
    fn tokens(&self) -> Arc<dyn TokenStore> {
        Arc::new(self.clone())
    }

    async fn reopened(&self) -> Option<Arc<dyn TokenStore>> {
        None
    }
}

/// Runs one case on a fresh world, on a runtime of its own.
pub fn run<W: TokenWorld>(
    world: impl AsyncFnOnce() -> W,
    case: impl for<'a> AsyncFnOnce(&'a dyn TokenWorld),
) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let in_time = runtime.block_on(async {
        let world = world().await;
        let longest = Duration::from_mins(2);
        tokio::time::timeout(longest, case(&world)).await.is_ok()
    });
    assert!(in_time, "waits for something that never comes");
}
