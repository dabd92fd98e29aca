//! The same on `PostgreSQL`, over the mirror tables: as the portal commits to them, in one statement, and as it commits to tables of a host's, in a
//! transaction. The floor runs the same statements, with ready-made values, through the same kind of pool.
use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use async_trait::async_trait;
use portal_core::{
    Change, CommandId, CustomerDesk, Decision, Expectation, Id, OrderDetails, Portal, StoreError,
    courses::TransferRegistration,
};
use portal_store::{
    Import,
    postgres::{
        HostTables, MirrorTables,
        sqlx::{
            self, Executor, PgConnection, PgPool, Postgres, Row, postgres::PgArguments,
            query::Query,
        },
    },
};
use portal_testkit::{
    AnyProvider, RecordingHost, StoppedClock,
    facts::{
        OrderFacts, RegistrationFacts, SURNAME, SessionFacts, contact, days, order, registration,
        session, today, viewer,
    },
};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::{ABOUT, AT, BY, OWED, REGISTRATIONS, TENANT};
use crate::{
    callers::{at_once, runtime},
    postgres::migrated,
};

/// Whose the tables are, to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are no others")]
pub enum Tables {
    /// The portal's: a commit is one statement.
    Mirror,
    /// The host's: a commit is a transaction.
    Hosts,
}

/// The portal over a database of its own.
#[derive(Debug)]
pub struct Ours {
    runtime: Runtime,
    desk: CustomerDesk,
    turns: Arc<Turns>,
}

/// The same statements on a database of their own.
#[derive(Debug)]
pub struct Floor {
    runtime: Runtime,
    pool: PgPool,
    tables: Tables,
    turns: Arc<Turns>,
}

/// How often each registration has moved, so that the next form sends it the other way.
#[derive(Debug)]
struct Turns {
    forms: AtomicU64,
    each: Vec<AtomicU64>,
}

/// One move.
struct Turn {
    command: Uuid,
    registration: String,
    from: String,
    to: String,
}

impl Turns {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            forms: AtomicU64::new(0),
            each: (0..REGISTRATIONS).map(|_| AtomicU64::new(0)).collect(),
        })
    }

    /// Each registration moves between two dates of its own: what many want at once is measured nowhere.
    fn next(&self, n: usize) -> Turn {
        let moved = self.each.get(n).unwrap().fetch_add(1, Relaxed);
        let (one, other) = (format!("a{n}"), format!("b{n}"));
        let (from, to) = if moved.is_multiple_of(2) {
            (one, other)
        } else {
            (other, one)
        };
        Turn {
            command: Uuid::from_u128(self.forms.fetch_add(1, Relaxed).into()),
            registration: format!("r{n}"),
            from,
            to,
        }
    }
}

async fn filled() -> (MirrorTables, PgPool) {
    let db = migrated().await;
    let tables = MirrorTables::new(&db, TENANT);
    let mut batch = Import::new()
        .contact(contact("ana"))
        .contact(contact("boss"));
    for n in 0..REGISTRATIONS {
        let date = |id: &str| session(id).starting_in(days(9)).with_places(9);
        let (one, other) = (date(&format!("a{n}")), date(&format!("b{n}")));
        let order = order(&format!("o{n}")).ordered_by(&contact("boss"));
        let r = registration(&format!("r{n}"))
            .on_order(order.clone())
            .on(one.clone());
        batch = batch.session(one).session(other).registration(r);
        batch = batch.order(OrderDetails::new(order, vec![]));
    }
    tables.import(batch).await.unwrap();
    (tables, db.pool().clone())
}

impl Ours {
    /// A fresh database.
    #[must_use]
    pub fn open(whose: Tables) -> Self {
        let runtime = runtime();
        let desk = runtime.block_on(async {
            let portal = portal_over(whose).await;
            portal.customer(viewer(&contact("ana")))
        });
        Self {
            runtime,
            desk,
            turns: Turns::new(),
        }
    }

    /// So many transfers, from this many callers at once; each has registrations of its own.
    pub fn at_once(&self, n: usize, callers: usize) {
        let (desk, turns) = (self.desk.clone(), Arc::clone(&self.turns));
        at_once(&self.runtime, n, callers, REGISTRATIONS, move |k| {
            let (desk, turn) = (desk.clone(), turns.next(k));
            async move {
                let (from, to) = (Id::new(turn.from), Id::new(turn.to));
                let (command, id) = (CommandId(turn.command), Id::new(turn.registration));
                let form = TransferRegistration::new(command, id, from, to, SURNAME);
                desk.submit(&form).await.unwrap();
            }
        });
    }
}

async fn portal_over(whose: Tables) -> Portal {
    let (tables, pool) = filled().await;
    let store = match whose {
        Tables::Mirror => tables.store(),
        Tables::Hosts => {
            let db = portal_store::postgres::Postgres::over(pool);
            db.tenant(TENANT, Arc::new(LikeAHost(tables.clone())))
        }
    };
    let (tables, store) = (Arc::new(tables), Arc::new(store));
    let payments = Arc::clone(&store);
    Portal::builder(store, Arc::clone(&tables) as _)
        .courses(tables)
        .payments(Arc::new(AnyProvider::taking(["EUR"])))
        .payment_store(payments)
        .host(Arc::new(RecordingHost::default()))
        .clock(Arc::new(StoppedClock::at(today())))
        .build()
        .unwrap()
}

/// The mirror tables, which the store does not recognise.
#[derive(Debug)]
struct LikeAHost(MirrorTables);

#[async_trait]
impl HostTables for LikeAHost {
    async fn holds(&self, tx: &mut PgConnection, it: &Expectation) -> Result<bool, StoreError> {
        self.0.holds(tx, it).await
    }

    async fn apply(
        &self,
        tx: &mut PgConnection,
        change: &Change,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        self.0.apply(tx, change, decision).await
    }
}

/// What the portal's own statements are, word for word.
const FACTS: &str = "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select r.*, t.facts as to_facts, t.places_left as to_left from portal_mirror_registration_now r
                 left join portal_mirror_session_now t
                     on t.tenant = r.tenant and t.id = $3 and t.course = r.course
                 where r.tenant = me.tenant and r.id = $2 limit 1
             ) found";
const COMMIT: &str = "select portal_mirror_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
const CLAIM: &str = "select portal_claim($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const STANDS: &str = "select portal_mirror_stands($1, $2, $3, $4)";
const TRIES: &str = "select portal_tries($1, $2, $3)";
const APPLY: &str = "select portal_mirror_apply($1, $2::text::json)";

impl Floor {
    /// A fresh database.
    #[must_use]
    pub fn open(tables: Tables) -> Self {
        let runtime = runtime();
        let (_, pool) = runtime.block_on(filled());
        Self {
            runtime,
            pool,
            tables,
            turns: Turns::new(),
        }
    }

    /// So many transfers, from this many callers at once; each has registrations of its own.
    pub fn at_once(&self, n: usize, callers: usize) {
        let (pool, turns, whose) = (self.pool.clone(), Arc::clone(&self.turns), self.tables);
        at_once(&self.runtime, n, callers, REGISTRATIONS, move |k| {
            let (pool, turn) = (pool.clone(), turns.next(k));
            async move {
                let expected = facts(&pool, &turn).await;
                match whose {
                    Tables::Mirror => in_one(&pool, &turn, &expected).await,
                    Tables::Hosts => in_many(&pool, &turn, &expected).await,
                }
            }
        });
    }
}

/// What was read, to be expected when it is written.
struct Expected([(&'static str, String, String); 3]);

async fn facts(pool: &PgPool, turn: &Turn) -> Expected {
    let row = sqlx::query(FACTS)
        .bind(TENANT)
        .bind(&turn.registration)
        .bind(&turn.to)
        .fetch_one(pool)
        .await
        .unwrap();
    for column in [
        "status",
        "facts",
        "contact_facts",
        "session_facts",
        "order_facts",
        "to_facts",
    ] {
        black_box(row.get::<String, _>(column));
    }
    let order: i64 = row.get("order_version");
    Expected([
        (
            "registration",
            turn.registration.clone(),
            row.get("version"),
        ),
        (
            "order",
            turn.registration.replace('r', "o"),
            order.to_string(),
        ),
        ("places", turn.to.clone(), "1".to_owned()),
    ])
}

fn changes(turn: &Turn) -> String {
    let Turn {
        registration,
        from,
        to,
        ..
    } = turn;
    format!(
        r#"{{"course":{{"transferred":{{"registration":"{registration}","from":"{from}","to":"{to}"}}}}}}"#
    )
}

/// The claim and what it owes, bound.
fn claimed(sql: &'static str, turn: &Turn) -> Query<'static, Postgres, PgArguments> {
    let command = turn.command.to_string();
    let id = |(topic, kind): (&str, &str)| {
        let what = format!("{topic} {kind}");
        Uuid::new_v5(&turn.command, what.as_bytes()).to_string()
    };
    sqlx::query(sql)
        .bind(TENANT)
        .bind(command.clone())
        .bind(command)
        .bind(BY)
        .bind(AT)
        .bind("registration.transfer")
        .bind(ABOUT)
        .bind(format!("[{}]", changes(turn)))
        .bind(OWED.map(id))
        .bind(OWED.map(|(topic, _)| topic))
        .bind(OWED.map(|(_, kind)| kind))
}

async fn in_one(pool: &PgPool, turn: &Turn, Expected(all): &Expected) {
    let mut whats: Vec<_> = all.iter().map(|(what, ..)| *what).collect();
    let mut keys: Vec<_> = all.iter().map(|(_, key, _)| key.clone()).collect();
    let mut values: Vec<_> = all.iter().map(|(.., value)| value.clone()).collect();
    whats.push("tries");
    keys.push("surname:account-of-ana".to_owned());
    values.push("5".to_owned());
    let row = claimed(COMMIT, turn)
        .bind(whats)
        .bind(keys)
        .bind(values)
        .bind(["", "", "", AT])
        .bind(None::<&str>)
        .bind(None::<&str>)
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(row.get::<i32, _>(0), 0);
}

async fn in_many(pool: &PgPool, turn: &Turn, Expected(all): &Expected) {
    let mut tx = pool
        .begin_with("begin isolation level read committed")
        .await
        .unwrap();
    let claimed = claimed(CLAIM, turn).fetch_one(&mut *tx).await.unwrap();
    assert!(claimed.get::<Option<i64>, _>(0).is_some());
    for (what, key, value) in all {
        assert!(so(&mut *tx, STANDS, &[TENANT, what, key, value]).await);
    }
    let tries: i64 = sqlx::query_scalar(TRIES)
        .bind(TENANT)
        .bind("surname:account-of-ana")
        .bind(AT)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(tries, 0);
    assert!(so(&mut *tx, APPLY, &[TENANT, &changes(turn)]).await);
    tx.commit().await.unwrap();
}

async fn so<'c>(
    db: impl Executor<'c, Database = Postgres>,
    sql: &'static str,
    of: &[&str],
) -> bool {
    let mut query = sqlx::query_scalar(sql);
    for value in of {
        query = query.bind((*value).to_owned());
    }
    query.fetch_one(db).await.unwrap()
}
