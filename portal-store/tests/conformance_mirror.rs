//! Mirror tables keep every promise the ports make.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use portal_core::{
    Directory, Refusals, Store,
    accounts::{AccountStore, People},
    courses::CourseRecords,
    memory::Memory,
    profile::ProfileRecords,
};
use portal_store::{
    Import,
    sqlite::{MirrorTables, Sqlite, SqliteStore},
};
use portal_testkit::{Facts, World};
use tempfile::TempDir;

/// A tenant whose records are all in mirror tables.
#[derive(Debug)]
struct Mirrored {
    folder: Arc<TempDir>,
    store: SqliteStore,
    tables: MirrorTables,
}

async fn opened(folder: Arc<TempDir>) -> Mirrored {
    let file: PathBuf = folder.path().join("portal.db");
    let db = Sqlite::open(file).unwrap();
    db.migrate().await.unwrap();
    let tables = MirrorTables::new(&db, "acme");
    Mirrored {
        folder,
        store: db.tenant("acme", Arc::new(tables.clone())),
        tables,
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

    /// Not yet this store's own: nothing here asks for accounts.
    fn accounts(&self) -> Arc<dyn AccountStore> {
        Arc::new(Memory::default())
    }

    fn people(&self) -> Arc<dyn People> {
        Arc::new(Memory::default())
    }

    fn profiles(&self) -> Arc<dyn ProfileRecords> {
        Arc::new(Memory::default())
    }

    async fn put(&self, facts: Facts) {
        let mut batch = Import::new();
        batch.contacts = facts.contacts;
        batch.orders = facts.orders;
        batch.sessions = facts.sessions;
        batch.overruled = facts.registrations.iter().map(|r| r.id.clone()).collect();
        batch.registrations = facts.registrations;
        batch.waiting_places = facts.waiting_places;
        batch.modules = facts.modules;
        self.tables.import(batch).await.unwrap();
    }

    async fn reject_contact_changes(&self, _: Option<Refusals>) {}

    async fn reopen(&self) -> Option<Box<dyn World>> {
        Some(Box::new(opened(Arc::clone(&self.folder)).await))
    }
}

mod promises {
    portal_testkit::store_conformance!(super::an_empty_world);
}

mod races {
    portal_testkit::race_conformance!(super::an_empty_world, rounds = 25);
}
