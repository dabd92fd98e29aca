//! An outbox worked off into a sink that takes everything and does nothing. Ours is the dispatcher; the floor claims as many at a time, and settles each,
//! with the same statements. What is owed is told to the host, or sent as mail: then ours looks up whom each message is to and what it is about, puts it into
//! words of a line, and has it remembered. And messages that wait in line for their readers go beside as many for as many readers: finding who is first must not cost.
pub mod bare;
mod null;
mod owes;

pub use owes::Owes;

use std::sync::Arc;

use portal_core::{
    Ask, CommandId, Directory, Portal, Store,
    outbox::{Dispatcher, Round},
};
use portal_store::{postgres, sqlite};
use portal_testkit::{
    PlainWriter, StoppedClock,
    facts::{contact, today, viewer},
};
use tempfile::TempDir;
use tokio::{runtime::Runtime, task::JoinSet};
use uuid::Uuid;

use self::null::{NullPost, Readers, Sink};
use crate::{callers::runtime, ratio::Filled};

const TENANT: &str = "bench";
const FILE: &str = "portal.db";

/// How many a round takes.
const BATCH: u16 = 32;

/// Dispatchers over a database of their own.
#[derive(Debug)]
pub struct Ours {
    runtime: Runtime,
    outbox: Outbox,
    dispatchers: Vec<Dispatcher>,
}

/// What is owed.
#[derive(Debug)]
struct Outbox {
    store: Arc<dyn Store>,
    commands: u128,
    dir: Option<TempDir>,
    owes: Owes,
}

impl Ours {
    /// One dispatcher, on `SQLite`.
    #[must_use]
    pub fn on_sqlite(owes: Owes) -> Self {
        let runtime = runtime();
        let (outbox, tables) = runtime.block_on(Outbox::on_sqlite(owes));
        let dispatchers = vec![dispatcher(owes, &outbox.store, tables)];
        Self {
            runtime,
            outbox,
            dispatchers,
        }
    }

    /// So many dispatchers on `PostgreSQL`, each with connections of its own, as if in a process of its own.
    #[must_use]
    pub fn on_postgres(owes: Owes, dispatchers: usize) -> Self {
        let runtime = runtime();
        let (outbox, dispatchers) = runtime.block_on(async {
            let options = crate::postgres::fresh();
            let db = postgres::Postgres::connect(options.clone()).await.unwrap();
            db.migrate().await.unwrap();
            let mut all = vec![];
            for _ in 0..dispatchers {
                let db = postgres::Postgres::connect(options.clone()).await.unwrap();
                let tables = postgres::MirrorTables::new(&db, TENANT);
                let store: Arc<dyn Store> = Arc::new(tables.store());
                all.push(dispatcher(owes, &store, tables));
            }
            (Outbox::on_postgres(&db, owes), all)
        });
        Self {
            runtime,
            outbox,
            dispatchers,
        }
    }
}

impl Filled for Ours {
    fn fill(&mut self, n: usize) {
        self.runtime.block_on(self.outbox.fill(n));
    }

    fn run(&mut self, n: usize) {
        self.runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for dispatcher in &self.dispatchers {
                tasks.spawn(until_empty(dispatcher.clone()));
            }
            let done: u32 = tasks.join_all().await.into_iter().sum();
            assert_eq!(usize::try_from(done).unwrap(), n);
        });
    }
}

async fn until_empty(dispatcher: Dispatcher) -> u32 {
    let mut done = 0;
    loop {
        let round = dispatcher.run_once().await.unwrap();
        if round == Round::default() {
            return done;
        }
        done += round.done;
    }
}

fn dispatcher(owes: Owes, store: &Arc<dyn Store>, tables: impl Directory) -> Dispatcher {
    let store = Arc::clone(store);
    let builder = match owes {
        Owes::PlacesFreed => Portal::builder(store, Arc::new(tables)).host(Arc::new(Sink)),
        Owes::Messages | Owes::MessagesInLine => Portal::builder(store, Arc::new(Readers))
            .mail_writer(Arc::new(PlainWriter::default()))
            .mailer(Arc::new(NullPost)),
    };
    let builder = builder.clock(Arc::new(StoppedClock::at(today())));
    builder.build().unwrap().dispatcher().batch(BATCH)
}

impl Outbox {
    async fn on_sqlite(owes: Owes) -> (Self, sqlite::MirrorTables) {
        let dir = tempfile::tempdir().unwrap();
        let db = sqlite::Sqlite::open(dir.path().join(FILE)).unwrap();
        db.migrate().await.unwrap();
        let tables = sqlite::MirrorTables::new(&db, TENANT);
        let outbox = Self {
            store: Arc::new(tables.store()),
            commands: 0,
            dir: Some(dir),
            owes,
        };
        (outbox, tables)
    }

    fn on_postgres(db: &postgres::Postgres, owes: Owes) -> Self {
        let tables = postgres::MirrorTables::new(db, TENANT);
        Self {
            store: Arc::new(tables.store()),
            commands: 0,
            dir: None,
            owes,
        }
    }

    /// Owes so many things more: by commands that owe two each, as most do.
    async fn fill(&mut self, n: usize) {
        let by = viewer(&contact("ana"));
        let mut tasks = JoinSet::new();
        for pair in (0..n).collect::<Vec<_>>().chunks(2) {
            self.commands += 1;
            let command = CommandId(Uuid::from_u128(self.commands));
            let at = self.owes.given_at(self.commands, today());
            let ask = Ask::new(&by, at, command);
            let decision = self.owes.decision(&ask, pair);
            let store = Arc::clone(&self.store);
            tasks.spawn(async move { store.commit(decision).await.unwrap() });
            while tasks.len() >= 64 {
                tasks.join_next().await.unwrap().unwrap();
            }
        }
        tasks.join_all().await;
    }
}
