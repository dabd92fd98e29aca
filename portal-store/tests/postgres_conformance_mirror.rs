//! Mirror tables on `PostgreSQL` keep every promise the ports make.
#![cfg(all(
    feature = "postgres",
    feature = "mirror",
    feature = "accounting",
    feature = "accounts"
))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]
#[expect(dead_code, reason = "the suites only open databases")]
#[path = "postgres_server/mod.rs"]
mod server;

#[path = "mirrored/mod.rs"]
mod mirrored;

use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{Change, Decision, Expectation, StoreError};
use portal_store::postgres::{
    HostTables, MirrorTables, Postgres, PostgresStore,
    sqlx::{PgConnection, postgres::PgConnectOptions},
};

use mirrored::{Closed, Opened, Tenant};
use server::SERVER;

type Mirrored = Tenant<PostgresStore, MirrorTables>;

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

fn opened(database: PgConnectOptions) -> Opened<Mirrored> {
    Box::pin(async move {
        let db = Postgres::connect(database.clone()).await.unwrap();
        db.migrate().await.unwrap();
        let tables = MirrorTables::new(&db, "acme");
        let closed = Closed::default();
        let moody = Moody {
            tables: tables.clone(),
            closed: Arc::clone(&closed),
        };
        // The store whose commits are one statement stands there as long as the host takes everything.
        Tenant::new(tables.store(), tables)
            .moody(db.tenant("acme", Arc::new(moody)), closed)
            .opened_anew(move || opened(database.clone()))
    })
}

async fn an_empty_world() -> Mirrored {
    opened(SERVER.database().await).await
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
    portal_testkit::payment_races!(super::an_empty_world, rounds = 25);
}

/// 000-48
mod accounting_races {
    portal_testkit::accounting_races!(super::an_empty_world, rounds = super::rounds(10));
}
