//! Mirror tables on `PostgreSQL` keep every promise the ports make.
#![cfg(all(
    feature = "postgres",
    feature = "mirror",
    feature = "accounts",
    feature = "payments"
))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]
#[expect(dead_code, reason = "the suites only open databases")]
#[path = "postgres_server/mod.rs"]
mod server;

use std::sync::{Arc, Mutex};

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
    postgres::{
        HostTables, MirrorTables, Postgres, PostgresStore,
        sqlx::{PgConnection, postgres::PgConnectOptions},
    },
};
use portal_testkit::{Facts, World};

use server::SERVER;

/// A tenant whose records are all in mirror tables.
#[derive(Debug)]
struct Mirrored {
    database: PgConnectOptions,
    tables: MirrorTables,
    store: PostgresStore,
    moody: PostgresStore,
    closed: Closed,
}

type Closed = Arc<Mutex<Option<Refusals>>>;

/// Mirror tables whose host may refuse what people change about themselves. A store over these writes to them as to any host's own.
#[derive(Debug)]
struct Moody {
    tables: MirrorTables,
    closed: Closed,
}

#[async_trait]
impl HostTables for Moody {
    async fn holds(
        &self,
        tx: &mut PgConnection,
        expectation: &Expectation,
    ) -> Result<bool, StoreError> {
        self.tables.holds(tx, expectation).await
    }

    async fn apply(
        &self,
        tx: &mut PgConnection,
        change: &Change,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let because = self.closed.lock().unwrap().clone();
        match (change, because) {
            (Change::Contact(_), Some(because)) => Err(StoreError::Rejected(Box::new(because))),
            _ => self.tables.apply(tx, change, decision).await,
        }
    }
}

async fn opened(database: PgConnectOptions) -> Mirrored {
    let db = Postgres::connect(database.clone()).await.unwrap();
    db.migrate().await.unwrap();
    let tables = MirrorTables::new(&db, "acme");
    let closed = Closed::default();
    let moody = Moody {
        tables: tables.clone(),
        closed: Arc::clone(&closed),
    };
    Mirrored {
        database,
        store: tables.store(),
        moody: db.tenant("acme", Arc::new(moody)),
        tables,
        closed,
    }
}

impl Mirrored {
    /// The store whose commits are one statement, as long as the host takes everything.
    fn bound(&self) -> PostgresStore {
        let closed = self.closed.lock().unwrap().is_some();
        if closed { &self.moody } else { &self.store }.clone()
    }
}

async fn an_empty_world() -> Mirrored {
    opened(SERVER.database().await).await
}

#[async_trait]
impl World for Mirrored {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.bound())
    }

    fn directory(&self) -> Arc<dyn Directory> {
        Arc::new(self.tables.clone())
    }

    fn courses(&self) -> Arc<dyn CourseRecords> {
        Arc::new(self.tables.clone())
    }

    fn accounts(&self) -> Arc<dyn AccountStore> {
        Arc::new(self.bound())
    }

    fn people(&self) -> Arc<dyn People> {
        Arc::new(self.tables.clone())
    }

    fn profiles(&self) -> Arc<dyn ProfileRecords> {
        Arc::new(self.tables.clone())
    }

    fn payments(&self) -> Arc<dyn PaymentStore> {
        Arc::new(self.bound())
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

mod accounts {
    portal_testkit::account_conformance!(super::an_empty_world);
}

mod races {
    portal_testkit::race_conformance!(super::an_empty_world, rounds = super::rounds());
}

mod account_races {
    portal_testkit::account_races!(super::an_empty_world, rounds = super::rounds());
}

mod payments {
    portal_testkit::payment_store_conformance!(super::an_empty_world);
}

mod payment_races {
    portal_testkit::payment_races!(super::an_empty_world, rounds = 25);
}
