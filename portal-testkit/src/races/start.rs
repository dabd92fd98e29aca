use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use portal_core::{Commit, Decision, Store, StoreError};
use tokio::sync::Barrier;

use crate::{Between, Meddler};

/// A contender may have been refused before it came here; the others go without it after this long.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// A starting line in front of a store: the first so many commits wait for each other, and then go at once. Later ones just go.
#[derive(Debug)]
pub(super) struct StartingLine {
    line: Barrier,
    places: usize,
    came: AtomicUsize,
}

impl StartingLine {
    pub(super) fn before(store: Arc<dyn Store>, places: usize) -> Between<Self> {
        let line = Self {
            line: Barrier::new(places),
            places,
            came: AtomicUsize::new(0),
        };
        Between::new(store, line)
    }
}

#[async_trait]
impl Meddler for StartingLine {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        if self.came.fetch_add(1, Ordering::Relaxed) < self.places {
            // Late or not, it goes.
            drop(tokio::time::timeout(LONGEST_WAIT, self.line.wait()).await);
        }
        below.commit(decision).await
    }
}
