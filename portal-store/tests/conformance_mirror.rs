//! Mirror tables keep every promise the ports make.
#![cfg(all(feature = "accounting", feature = "accounts"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]
#[path = "mirrored/mod.rs"]
mod mirrored;

use std::sync::Arc;

use portal_core::{Change, Decision, Expectation, StoreError};
use portal_store::sqlite::{HostTables, MirrorTables, Sqlite, SqliteStore, rusqlite::Connection};
use tempfile::TempDir;

use mirrored::{Closed, Opened, Tenant};

type Mirrored = Tenant<SqliteStore, MirrorTables>;

/// Mirror tables whose host may refuse what people change about themselves.
#[derive(Debug)]
struct Moody {
    tables: MirrorTables,
    closed: Closed,
}

impl HostTables for Moody {
    fn holds(&self, tx: &Connection, expectation: &Expectation) -> Result<bool, StoreError> {
        self.tables.holds(tx, expectation)
    }

    fn apply(
        &self,
        tx: &Connection,
        change: &Change,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let because = self.closed.lock().unwrap().clone();
        match (change, because) {
            (Change::Contact(_), Some(because)) => Err(StoreError::Rejected(Box::new(because))),
            _ => self.tables.apply(tx, change, decision),
        }
    }
}

fn opened(folder: Arc<TempDir>) -> Opened<Mirrored> {
    Box::pin(async move {
        let db = Sqlite::open(folder.path().join("portal.db")).unwrap();
        db.migrate().await.unwrap();
        let tables = MirrorTables::new(&db, "acme");
        let closed = Closed::default();
        let moody = Moody {
            tables: tables.clone(),
            closed: Arc::clone(&closed),
        };
        // Most of the suite is about this store, so it stands there while the host takes everything too.
        let store = db.tenant("acme", Arc::new(moody));
        Tenant::new(store.clone(), tables)
            .moody(store, closed)
            .opened_anew(move || opened(Arc::clone(&folder)))
    })
}

async fn an_empty_world() -> Mirrored {
    opened(Arc::new(tempfile::tempdir().unwrap())).await
}

/// `PORTAL_ROUNDS` runs each race longer.
fn rounds(usual: u32) -> u32 {
    let asked = std::env::var("PORTAL_ROUNDS");
    asked.map_or(usual, |rounds| rounds.parse().unwrap())
}

mod promises {
    portal_testkit::store_conformance!(super::an_empty_world);
}

mod accounts {
    portal_testkit::account_conformance!(super::an_empty_world);
}

mod races {
    portal_testkit::race_conformance!(super::an_empty_world, rounds = 25);
}

mod account_races {
    portal_testkit::account_races!(super::an_empty_world, rounds = 25);
}

mod payments {
    portal_testkit::payment_store_conformance!(super::an_empty_world);
}

mod accounting {
    portal_testkit::accounting_store_conformance!(super::an_empty_world);
}

mod payment_races {
    portal_testkit::payment_races!(super::an_empty_world, rounds = 25);
}

/// 000-48
mod accounting_races {
    portal_testkit::accounting_races!(super::an_empty_world, rounds = super::rounds(10));
}
