//! A host with tables of its own on `PostgreSQL`, in the portal's transaction, keeps every promise the ports make.
#![cfg(all(feature = "postgres", feature = "accounting", feature = "accounts"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]
mod people;
mod records;
#[expect(dead_code, reason = "the suites only open databases")]
#[path = "../postgres_server/mod.rs"]
mod server;
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
use portal_store::postgres::{Postgres, PostgresStore, sqlx::postgres::PgConnectOptions};
use portal_testkit::{Facts, World};

use server::SERVER;
use tables::Host;

#[derive(Debug)]
struct Own {
    database: PgConnectOptions,
    store: PostgresStore,
    host: Host,
}

async fn opened(database: PgConnectOptions) -> Own {
    let db = Postgres::connect(database.clone()).await.unwrap();
    db.migrate().await.unwrap();
    let host = Host::new(&db);
    host.create().await.unwrap();
    Own {
        database,
        store: db.tenant("acme", Arc::new(host.clone())),
        host,
    }
}

async fn an_empty_world() -> Own {
    opened(SERVER.database().await).await
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
        self.host.put(&facts).await.unwrap();
    }

    async fn reject_contact_changes(&self, because: Option<Refusals>) {
        *self.host.closed.lock().unwrap() = because;
    }

    async fn reopen(&self) -> Option<Box<dyn World>> {
        Some(Box::new(opened(self.database.clone()).await))
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
    portal_testkit::race_conformance!(super::an_empty_world, rounds = super::rounds(50));
}

mod account_races {
    portal_testkit::account_races!(super::an_empty_world, rounds = super::rounds(50));
}

mod payments {
    portal_testkit::payment_store_conformance!(super::an_empty_world);
}

mod accounting {
    portal_testkit::accounting_store_conformance!(super::an_empty_world);
}

mod payment_races {
    portal_testkit::payment_races!(super::an_empty_world, rounds = super::rounds(50));
}

/// 000-48
mod accounting_races {
    portal_testkit::accounting_races!(super::an_empty_world, rounds = super::rounds(10));
}
