//! On `PostgreSQL`: a database, and a tenant of it for each seed.
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    Directory, Refusals, Store,
    accounts::{AccountStore, People},
    courses::CourseRecords,
    payment::PaymentStore,
    profile::ProfileRecords,
};
use portal_store::{
    Import,
    postgres::{MirrorTables, Postgres, PostgresStore},
};
use portal_testkit::{Facts, World, settling::Ground};
use tokio::runtime::Runtime;

use super::{all_play, all_rush, server::SERVER, threads};

/// A tenant whose records are all in mirror tables.
#[derive(Debug)]
struct Tenant {
    store: PostgresStore,
    tables: MirrorTables,
}

/// A database with nothing in it yet.
struct Database {
    db: Postgres,
    runtime: Arc<Runtime>,
}

impl Database {
    fn new() -> Self {
        let runtime = threads();
        let db = runtime.block_on(SERVER.migrated());
        Self { db, runtime }
    }

    fn ground(&self, tenant: u64) -> Ground {
        let tables = MirrorTables::new(&self.db, &format!("tenant-{tenant}"));
        let store = tables.store();
        let world = Tenant { store, tables };
        Ground::new(Arc::new(world), Arc::clone(&self.runtime))
    }
}

/// T17, T18, T19, T24
#[test]
fn whatever_goes_wrong_the_books_say_what_happened() {
    let database = Database::new();
    all_play(30, |seed| database.ground(seed));
}

/// 001-04, T19
#[test]
fn of_eight_tabs_that_pay_at_once_one_pays() {
    let database = Database::new();
    all_rush(50, &database.ground(0));
}

#[async_trait]
impl World for Tenant {
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
        batch.contacts = facts.contacts;
        batch.overruled_orders = facts.orders.iter().map(|o| o.order.id.clone()).collect();
        batch.orders = facts.orders;
        self.tables.import(batch).await.unwrap();
    }

    async fn reject_contact_changes(&self, _: Option<Refusals>) {
        panic!("nobody changes anything about themselves here");
    }

    async fn reopen(&self) -> Option<Box<dyn World>> {
        None
    }
}
