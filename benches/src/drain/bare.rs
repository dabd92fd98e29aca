//! Claim and settle, bare.
use std::hint::black_box;

use portal_core::Topic;
use portal_store::postgres::{
    Postgres,
    sqlx::{self, PgPool},
};
use rusqlite::{Connection, params};
use tokio::runtime::Runtime;

use super::{BATCH, FILE, Outbox, Owes, TENANT};
use crate::{callers::runtime, ratio::Filled};

const NOW: &str = "2027-03-01T09:00:00.000000000Z";
const UNTIL: &str = "2027-03-01T09:02:00.000000000Z";

/// On `SQLite`, on one connection.
#[derive(Debug)]
pub struct OnSqlite {
    runtime: Runtime,
    outbox: Outbox,
    db: Connection,
}

/// On `PostgreSQL`, from one caller.
#[derive(Debug)]
pub struct OnPostgres {
    runtime: Runtime,
    outbox: Outbox,
    pool: PgPool,
}

/// What the store's own statements are, word for word.
const IN_LINE: &str = "select ready_at, row, n from portal_outbox o
         where tenant = ?1 and topic = ?2 and dead = 0 and ready_at <= ?3
             and not exists (select 1 from portal_outbox e indexed by portal_outbox_line where e.tenant = ?1 and e.line = o.line and e.dead = 0 and (e.row, e.n) < (o.row, o.n))
         order by ready_at, row, n limit ?4";
const TAKE: &str = "update portal_outbox set tries = tries + 1, claimed = 1, ready_at = ?2
             where tenant = ?1 and (row, n) in (select value ->> 0, value ->> 1 from json_each(?3))
             returning row, n, id, kind, tries,
                 (select at from portal_command c where c.tenant = ?1 and c.row = portal_outbox.row) as since";
const DONE: &str = "delete from portal_outbox indexed by portal_outbox_claimed
                 where tenant = ?1 and id = ?2 and tries = ?3 and claimed = 1";
const REMEMBER: &str = "insert into portal_post (tenant, row, n, id, line, kind, tries, ended_at, why)
         select tenant, row, n, id, line, kind, tries, ?4, ?5 from portal_outbox indexed by portal_outbox_claimed
         where tenant = ?1 and id = ?2 and tries = ?3 and claimed = 1";
const CLAIM: &str =
    "select of_row, n, id, kind, tries from portal_claim_effects($1, $2, $3, $4, $5)";
const SETTLE: &str = "select portal_settle($1, $2, $3, $4, $5)";
const REMEMBER_THERE: &str = "select portal_remember($1, $2, $3, $4, $5)";

impl OnSqlite {
    /// A fresh database, as durable as ours.
    #[must_use]
    pub fn open(owes: Owes) -> Self {
        let runtime = runtime();
        let (outbox, _) = runtime.block_on(Outbox::on_sqlite(owes));
        let file = outbox.dir.as_ref().unwrap().path().join(FILE);
        let db = Connection::open(file).unwrap();
        db.execute_batch("pragma journal_mode = wal; pragma synchronous = full;")
            .unwrap();
        Self {
            runtime,
            outbox,
            db,
        }
    }

    fn claim(&self) -> Vec<(String, u32)> {
        let db = &self.db;
        let mut line = db.prepare_cached(IN_LINE).unwrap();
        let keys: Vec<String> = line
            .query_map(
                params![TENANT, self.outbox.owes.topic().as_str(), NOW, BATCH],
                |row| {
                    let (row, n): (i64, i64) = (row.get(1)?, row.get(2)?);
                    Ok(format!("[{row},{n}]"))
                },
            )
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        if keys.is_empty() {
            return vec![];
        }
        let keys = format!("[{}]", keys.join(","));
        let mut take = db.prepare_cached(TAKE).unwrap();
        let taken = take.query_map(params![TENANT, UNTIL, keys], |row| {
            black_box(row.get::<_, String>(3)?);
            Ok((row.get(2)?, row.get(4)?))
        });
        taken.unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn durable<T>(&self, run: impl FnOnce(&Self) -> T) -> T {
        let bare = |sql| self.db.prepare_cached(sql).unwrap().execute([]).unwrap();
        bare("begin immediate");
        let done = run(self);
        bare("commit");
        done
    }
}

impl Filled for OnSqlite {
    fn fill(&mut self, n: usize) {
        self.runtime.block_on(self.outbox.fill(n));
    }

    fn run(&mut self, n: usize) {
        let mut left = n;
        while left > 0 {
            let taken = self.durable(Self::claim);
            for (id, tries) in &taken {
                self.durable(|bare| {
                    if bare.outbox.owes.topic() == Topic::Mail {
                        let mut sent = bare.db.prepare_cached(REMEMBER).unwrap();
                        let values = params![TENANT, id, tries, NOW, None::<&str>];
                        assert_eq!(sent.execute(values).unwrap(), 1);
                    }
                    let mut done = bare.db.prepare_cached(DONE).unwrap();
                    assert_eq!(done.execute(params![TENANT, id, tries]).unwrap(), 1);
                });
            }
            left -= taken.len();
        }
        assert!(self.claim().is_empty());
    }
}

impl OnPostgres {
    /// A fresh database.
    #[must_use]
    pub fn open(owes: Owes) -> Self {
        let runtime = runtime();
        let db: Postgres = runtime.block_on(crate::postgres::migrated());
        Self {
            runtime,
            outbox: Outbox::on_postgres(&db, owes),
            pool: db.pool().clone(),
        }
    }
}

impl Filled for OnPostgres {
    fn fill(&mut self, n: usize) {
        self.runtime.block_on(self.outbox.fill(n));
    }

    fn run(&mut self, n: usize) {
        self.runtime.block_on(async {
            let (mut left, owes) = (n, self.outbox.owes);
            while left > 0 {
                let taken = claim(&self.pool, owes).await;
                for (.., id, kind, tries) in &taken {
                    black_box(kind);
                    settle(&self.pool, owes, id, *tries).await;
                }
                left -= taken.len();
            }
            assert!(claim(&self.pool, owes).await.is_empty());
        });
    }
}

async fn claim(pool: &PgPool, owes: Owes) -> Vec<(i64, i64, String, String, i64)> {
    sqlx::query_as(CLAIM)
        .bind(TENANT)
        .bind(NOW)
        .bind(UNTIL)
        .bind([owes.topic().as_str()])
        .bind(i64::from(BATCH))
        .fetch_all(pool)
        .await
        .unwrap()
}

async fn settle(pool: &PgPool, owes: Owes, id: &str, tries: i64) {
    let (settle, at) = match owes {
        Owes::PlacesFreed => (SETTLE, None),
        Owes::Messages | Owes::MessagesInLine => (REMEMBER_THERE, Some(NOW)),
    };
    let settled: bool = sqlx::query_scalar(settle)
        .bind(TENANT)
        .bind(id)
        .bind(tries)
        .bind(at)
        .bind(None::<&str>)
        .fetch_one(pool)
        .await
        .unwrap();
    assert!(settled);
}
