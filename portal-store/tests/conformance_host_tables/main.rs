//! A host with tables of its own, in the portal's transaction, keeps every promise the ports make.
#![cfg(all(feature = "accounting", feature = "accounts"))]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod people;
mod records;
mod tables;

use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    Directory, Refusals, Store,
    accounting::AccountingStore,
    accounts::{AccountStore, People},
    courses::CourseRecords,
    payment::PaymentStore,
    profile::ProfileRecords,
};
use portal_store::sqlite::{Sqlite, SqliteStore};
use portal_testkit::{Facts, World};
use tempfile::TempDir;

use tables::{Host, put};

#[derive(Debug)]
struct Own {
    folder: Arc<TempDir>,
    db: Sqlite,
    store: SqliteStore,
    host: Host,
}

async fn opened(folder: Arc<TempDir>) -> Own {
    let db = Sqlite::open(folder.path().join("host.db")).unwrap();
    db.migrate().await.unwrap();
    db.write(tables::create).await.unwrap();
    let host = Host::new(&db);
    let store = db.tenant("acme", Arc::new(host.clone()));
    Own {
        folder,
        db,
        store,
        host,
    }
}

async fn an_empty_world() -> Own {
    opened(Arc::new(tempfile::tempdir().unwrap())).await
}

#[async_trait]
impl World for Own {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.store.clone())
    }

    fn directory(&self) -> Arc<dyn Directory> {
        Arc::new(self.host.clone())
    }

    fn courses(&self) -> Arc<dyn CourseRecords> {
        Arc::new(self.host.clone())
    }

    fn accounts(&self) -> Arc<dyn AccountStore> {
        Arc::new(self.store.clone())
    }

    fn people(&self) -> Arc<dyn People> {
        Arc::new(self.host.clone())
    }

    fn profiles(&self) -> Arc<dyn ProfileRecords> {
        Arc::new(self.host.clone())
    }

    fn payments(&self) -> Arc<dyn PaymentStore> {
        Arc::new(self.store.clone())
    }

    fn books(&self) -> Arc<dyn AccountingStore> {
        Arc::new(self.store.clone())
    }

    fn messages(&self) -> Arc<dyn portal_core::store::MessageLog> {
        Arc::new(self.store.clone())
    }

    async fn put(&self, facts: Facts) {
        self.db.write(move |db| put(db, &facts)).await.unwrap();
    }

    async fn reject_contact_changes(&self, because: Option<Refusals>) {
        *self.host.closed.lock().unwrap() = because;
    }

    async fn reopen(&self) -> Option<Box<dyn World>> {
        Some(Box::new(opened(Arc::clone(&self.folder)).await))
    }
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
    portal_testkit::race_conformance!(super::an_empty_world, rounds = 200);
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
