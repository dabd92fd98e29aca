use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{sync::OwnedMutexGuard, time::Instant};

use super::Connection;
use crate::{Id, accounting::LedgerError, adapter::AdapterErrorKind};

/// One task of this process at a time renews the tokens of a connection.
#[derive(Default)]
pub(super) struct Turns(Mutex<BTreeMap<Id<Connection>, Place>>);

type Place = Arc<tokio::sync::Mutex<Option<Failed>>>;

/// Nobody else's until it is dropped.
pub(super) struct Turn(OwnedMutexGuard<Option<Failed>>);

/// The turn before came to nothing, for now.
#[derive(Clone, Copy)]
struct Failed {
    kind: AdapterErrorKind,
    at: Instant,
}

impl Turns {
    /// A turn, if it is nobody else's.
    pub(super) fn at_once(&self, connection: &Id<Connection>) -> Option<Turn> {
        self.place(connection).try_lock_owned().ok().map(Turn)
    }

    /// A turn once the others had theirs. What one that was waited for failed of, whoever waited need not find out again.
    pub(super) async fn after_others(
        &self,
        connection: &Id<Connection>,
    ) -> Result<Turn, AdapterErrorKind> {
        let since = Instant::now();
        let turn = self.place(connection).lock_owned().await;
        match *turn {
            Some(failed) if failed.at >= since => Err(failed.kind),
            _ => Ok(Turn(turn)),
        }
    }

    /// A turn once the others had theirs, whatever came of them.
    pub(super) async fn in_the_end(&self, connection: &Id<Connection>) -> Turn {
        Turn(self.place(connection).lock_owned().await)
    }

    fn place(&self, connection: &Id<Connection>) -> Place {
        // Nothing that runs under the lock panics.
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry(connection.clone()).or_default())
    }
}

impl Turn {
    /// Leaves word for those who wait. Trouble with the consent is no word for them: somebody may have consented since.
    pub(super) fn end<T>(mut self, outcome: &Result<T, LedgerError>) {
        *self.0 = match outcome {
            Err(LedgerError::Adapter(error)) if error.is_temporary() => Some(Failed {
                kind: error.kind(),
                at: Instant::now(),
            }),
            _ => None,
        };
    }
}
