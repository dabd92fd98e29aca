//! Mirror tables on `PostgreSQL` keep every promise the ports make.
#![cfg(all(feature = "postgres", feature = "mirror"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]
#[expect(dead_code, reason = "the suites only open databases")]
#[path = "postgres_server/mod.rs"]
mod server;

use std::sync::Arc;

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
    postgres::{MirrorTables, Postgres, PostgresStore, sqlx::postgres::PgConnectOptions},
};
use portal_testkit::{Facts, World};

use server::SERVER;

/// A tenant whose records are all in mirror tables.
#[derive(Debug)]
struct Mirrored {
    database: PgConnectOptions,
    store: PostgresStore,
    tables: MirrorTables,
}

async fn opened(database: PgConnectOptions) -> Mirrored {
    let db = Postgres::connect(database.clone()).await.unwrap();
    db.migrate().await.unwrap();
    let tables = MirrorTables::new(&db, "acme");
    Mirrored {
        database,
        store: db.tenant("acme", Arc::new(tables.clone())),
        tables,
    }
}

async fn an_empty_world() -> Mirrored {
    opened(SERVER.database().await).await
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
        Some(Box::new(opened(self.database.clone()).await))
    }
}

/// `PORTAL_ROUNDS` runs each race longer.
fn rounds() -> u32 {
    let asked = std::env::var("PORTAL_ROUNDS");
    asked.map_or(50, |rounds| rounds.parse().unwrap())
}

mod promises {
    portal_testkit::store_conformance!(super::an_empty_world);
}

mod races {
    portal_testkit::race_conformance!(super::an_empty_world, rounds = super::rounds());
}
