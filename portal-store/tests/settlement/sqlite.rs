//! On `SQLite`: a file, and a tenant of it for each seed.
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
    sqlite::{MirrorTables, Sqlite, SqliteStore},
};
use portal_testkit::{
    Facts, World,
    settling::{Ground, Rule},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{all_play, all_rush, goes_wrong, threads};

/// A tenant whose records are all in mirror tables.
#[derive(Debug)]
struct Tenant {
    store: SqliteStore,
    tables: MirrorTables,
}

/// A file with nothing in it yet.
struct File {
    _folder: TempDir,
    db: Sqlite,
    runtime: Arc<Runtime>,
}

impl File {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = threads();
        let db = Sqlite::open(folder.path().join("portal.db")).unwrap();
        runtime.block_on(db.migrate()).unwrap();
        Self {
            _folder: folder,
            db,
            runtime,
        }
    }

    fn ground(&self, tenant: u64) -> Ground {
        let name = format!("tenant-{tenant}");
        let tables = MirrorTables::new(&self.db, name.as_str());
        let store = self.db.tenant(name.as_str(), Arc::new(tables.clone()));
        let world = Tenant { store, tables };
        Ground::new(Arc::new(world), Arc::clone(&self.runtime))
    }
}

/// T17, T18, T19, T24
#[test]
fn whatever_goes_wrong_the_books_say_what_happened() {
    let file = File::new();
    all_play(300, |seed| file.ground(seed));
}

/// 001-04, T19
#[test]
fn of_eight_tabs_that_pay_at_once_one_pays() {
    let file = File::new();
    all_rush(50, &file.ground(0));
}

#[test]
fn without_the_rule_of_one_live_attempt_it_goes_wrong() {
    let file = File::new();
    goes_wrong(Rule::OneLive, |seed| file.ground(seed));
    let ground = file.ground(2_000);
    let wrong = (0..100).find(|round| ground.rush(*round, Some(Rule::OneLive)).is_err());
    assert!(wrong.is_some(), "the rush does not notice");
}

#[test]
fn where_money_is_written_down_twice_it_goes_wrong() {
    let file = File::new();
    goes_wrong(Rule::MoneyOnce, |seed| file.ground(seed));
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
