//! A payment from its form to its money: begun, opened at a provider that answers at once, and settled when the payer comes back. Ours through the portal; the floor runs the
//! statements that the portal ran for just such a payment, with ready-made values, on one bare connection.
mod postgres;
mod provider;
mod recorded;
mod sqlite;

use std::sync::Arc;

use portal_core::{
    CommandId, CustomerDesk, Directory, Id, OrderDetails, Portal, Store,
    payment::{PayOrder, PaymentStanding, PaymentStore, ReturnParams},
};
use portal_store::{
    Import,
    postgres::{self as pg, sqlx::PgPool},
    sqlite as lite,
};
use portal_testkit::{
    RecordingHost, StoppedClock,
    facts::{OrderFacts, contact, order, today, viewer},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

use self::provider::AtOnce;
pub use self::{postgres::Floor as OnPostgres, sqlite::Floor as OnSqlite};
use crate::{callers::runtime, postgres::migrated, ratio::Filled};

const TENANT: &str = "bench";
const BACK: &str = "https://portal.example/paid";

/// The portal over mirror tables of its own.
#[derive(Debug)]
pub struct Ours {
    runtime: Runtime,
    desk: CustomerDesk,
    tables: Mirror,
    forms: Vec<PayOrder>,
    made: usize,
}

/// Where the orders are.
#[derive(Debug)]
enum Mirror {
    Sqlite(lite::MirrorTables, TempDir),
    Postgres(pg::MirrorTables),
}

impl Ours {
    /// Over a fresh file.
    #[must_use]
    pub fn on_sqlite() -> Self {
        let runtime = runtime();
        let tables = runtime.block_on(Mirror::sqlite());
        Self::over(runtime, tables)
    }

    /// Over a fresh database.
    #[must_use]
    pub fn on_postgres() -> Self {
        let runtime = runtime();
        let tables = runtime.block_on(Mirror::postgres());
        Self::over(runtime, tables)
    }

    fn over(runtime: Runtime, tables: Mirror) -> Self {
        let desk = match &tables {
            Mirror::Sqlite(tables, _) => {
                let store = Arc::new(tables.store());
                desk(Arc::clone(&store) as _, Arc::new(tables.clone()), store)
            }
            Mirror::Postgres(tables) => {
                let store = Arc::new(tables.store());
                desk(Arc::clone(&store) as _, Arc::new(tables.clone()), store)
            }
        };
        Self {
            runtime,
            desk,
            tables,
            forms: vec![],
            made: 0,
        }
    }
}

impl Filled for Ours {
    fn fill(&mut self, n: usize) {
        let all = self.made..self.made + n;
        self.made += n;
        self.runtime.block_on(async {
            self.tables.import(all.clone()).await;
            self.forms.clear();
            for k in all {
                self.forms.push(form(&self.desk, k).await);
            }
        });
    }

    fn run(&mut self, _: usize) {
        self.runtime.block_on(async {
            for form in &self.forms {
                pay(&self.desk, form).await;
            }
        });
    }
}

impl Mirror {
    async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = lite::Sqlite::open(dir.path().join("portal.db")).unwrap();
        db.migrate().await.unwrap();
        Self::Sqlite(lite::MirrorTables::new(&db, TENANT), dir)
    }

    async fn postgres() -> Self {
        Self::postgres_and_pool().await.0
    }

    async fn postgres_and_pool() -> (Self, PgPool) {
        let db = migrated().await;
        let tables = pg::MirrorTables::new(&db, TENANT);
        (Self::Postgres(tables), db.pool().clone())
    }

    async fn import(&self, all: std::ops::Range<usize>) {
        let mut batch = Import::new().contact(contact("ana"));
        for k in all {
            batch = batch.order(unpaid(k));
        }
        match self {
            Self::Sqlite(tables, _) => drop(tables.import(batch).await.unwrap()),
            Self::Postgres(tables) => drop(tables.import(batch).await.unwrap()),
        }
    }
}

fn desk(
    store: Arc<dyn Store>,
    directory: Arc<dyn Directory>,
    payments: Arc<dyn PaymentStore>,
) -> CustomerDesk {
    let portal = Portal::builder(store, directory)
        .payments(Arc::new(AtOnce::new()))
        .payment_store(payments)
        .host(Arc::new(RecordingHost::default()))
        .clock(Arc::new(StoppedClock::at(today())))
        .build();
    portal.unwrap().customer(viewer(&contact("ana")))
}

fn unpaid(k: usize) -> OrderDetails {
    order(&format!("o{k}")).details()
}

async fn form(desk: &CustomerDesk, k: usize) -> PayOrder {
    let order = Id::new(format!("o{k}"));
    let shown = desk.pay_page(&order).await.unwrap().shown;
    let command = CommandId(Uuid::from_u128(k as u128 + 1));
    PayOrder::new(command, order, AtOnce::NAME, shown, BACK, BACK)
}

async fn pay(desk: &CustomerDesk, form: &PayOrder) {
    let step = desk.pay(form).await.unwrap();
    let session = ("session".to_owned(), step.payment.attempt.to_string());
    let back = ReturnParams::query(vec![session]);
    let paid = desk.pay_return(AtOnce::NAME, &back).await.unwrap();
    assert_eq!(paid.standing, PaymentStanding::Paid);
}
