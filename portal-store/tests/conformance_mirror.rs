//! Mirror tables keep every promise the ports make.
#![cfg(all(feature = "accounts", feature = "payments"))]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use portal_core::{
    Change, Decision, Directory, Expectation, Refusals, Store, StoreError,
    accounts::{AccountStore, People},
    courses::CourseRecords,
    payment::PaymentStore,
    profile::ProfileRecords,
};
use portal_store::{
    Import,
    sqlite::{HostTables, MirrorTables, Sqlite, SqliteStore, rusqlite::Connection},
};
use portal_testkit::{Facts, World};
use tempfile::TempDir;

/// A tenant whose records are all in mirror tables.
#[derive(Debug)]
struct Mirrored {
    folder: Arc<TempDir>,
    store: SqliteStore,
    tables: MirrorTables,
    closed: Closed,
}

type Closed = Arc<Mutex<Option<Refusals>>>;

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

async fn opened(folder: Arc<TempDir>) -> Mirrored {
    let file: PathBuf = folder.path().join("portal.db");
    let db = Sqlite::open(file).unwrap();
    db.migrate().await.unwrap();
    let tables = MirrorTables::new(&db, "acme");
    let closed = Closed::default();
    let moody = Moody {
        tables: tables.clone(),
        closed: Arc::clone(&closed),
    };
    Mirrored {
        folder,
        store: db.tenant("acme", Arc::new(moody)),
        tables,
        closed,
    }
}

async fn an_empty_world() -> Mirrored {
    opened(Arc::new(tempfile::tempdir().unwrap())).await
}

#[async_trait]
impl World for Mirrored {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.store.clone())
    }

    fn directory(&self) -> Arc<dyn Directory> {
        Arc::new(self.tables.clone())
    }

    fn courses(&self) -> Arc<dyn CourseRecords> {
        Arc::new(self.tables.clone())
    }

    fn accounts(&self) -> Arc<dyn AccountStore> {
        Arc::new(self.store.clone())
    }

    fn people(&self) -> Arc<dyn People> {
        Arc::new(self.tables.clone())
    }

    fn profiles(&self) -> Arc<dyn ProfileRecords> {
        Arc::new(self.tables.clone())
    }

    fn payments(&self) -> Arc<dyn PaymentStore> {
        Arc::new(self.store.clone())
    }

    async fn put(&self, facts: Facts) {
        let mut batch = Import::new();
        batch.overruled_contacts = facts.contacts.iter().map(|c| c.id.clone()).collect();
        batch.contacts = facts.contacts;
        batch.persons = facts.people;
        batch.profiles = facts.profiles;
        batch.sessions = facts.sessions;
        batch.overruled_orders = facts.orders.iter().map(|o| o.order.id.clone()).collect();
        batch.orders = facts.orders;
        batch.overruled = facts.registrations.iter().map(|r| r.id.clone()).collect();
        batch.registrations = facts.registrations;
        batch.waiting_places = facts.waiting_places;
        batch.modules = facts.modules;
        self.tables.import(batch).await.unwrap();
    }

    async fn reject_contact_changes(&self, because: Option<Refusals>) {
        *self.closed.lock().unwrap() = because;
    }

    async fn reopen(&self) -> Option<Box<dyn World>> {
        Some(Box::new(opened(Arc::clone(&self.folder)).await))
    }
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

mod payment_races {
    portal_testkit::payment_races!(super::an_empty_world, rounds = 25);
}
