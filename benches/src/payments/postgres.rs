use std::collections::BTreeMap;

use portal_core::{
    Change, Decision, Expectation,
    payment::{Applied, AttemptKey, MoneyChange},
};
use portal_store::postgres::sqlx::{self, PgPool, Row};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{
    Mirror, TENANT,
    recorded::{Asked, Rehearsal},
};
use crate::{callers::runtime, ratio::Filled};

/// The same statements on a database of their own, through the same kind of pool.
#[derive(Debug)]
pub struct Floor {
    runtime: Runtime,
    tables: Mirror,
    pool: PgPool,
    rehearsal: Rehearsal,
    steps: Vec<Step>,
    made: usize,
}

#[derive(Debug)]
enum Step {
    /// What is read is expected later, in the version that it has.
    Read {
        sql: &'static str,
        kind: &'static str,
        id: String,
    },
    BySession {
        account: String,
        real_money: bool,
        session: String,
    },
    List(String),
    Commit(Box<Written>),
}

/// A commit, in columns.
#[derive(Debug)]
struct Written {
    texts: Vec<String>,
    ids: Vec<String>,
    topics: Vec<&'static str>,
    kinds: Vec<String>,
    expected: Vec<(&'static str, String)>,
    in_full: String,
}

/// What the portal's own statements are, word for word.
const ORDER: &str = "select version, facts, lines
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select * from portal_mirror_order o where o.tenant = me.tenant and id = $2 limit 1
             ) found";
const ATTEMPT: &str = "
    select found.version, found.facts
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select version, facts from portal_payment p where p.tenant = me.tenant and id = $2 limit 1
    ) found";
const LIVE: &str = "
    select found.version, found.facts
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select version, facts from portal_payment p where p.tenant = me.tenant and order_id = $2 and live limit 1
    ) found";
const SESSION: &str = "
    select found.version, found.facts
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select version, facts from portal_payment p
        where p.tenant = me.tenant and account = $2 and real_money = $3 and session = $4 order by id limit 1
    ) found";
const ATTEMPTS: &str = "select found.facts
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select begun_at, id, facts from portal_payment p where p.tenant = me.tenant and order_id = $2
             order by begun_at desc, id limit $3
         ) found
         order by begun_at desc, id";
const RECEIVED: &str = "select found.version, found.facts
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select version, facts from portal_received r where r.tenant = me.tenant and id = $2 limit 1
         ) found";
const COMMIT: &str = "select portal_mirror_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

const AT: &str = "2027-03-01T09:00:00.000000000Z";

impl Floor {
    /// Over a fresh database.
    #[must_use]
    pub fn open() -> Self {
        let runtime = runtime();
        let (tables, pool) = runtime.block_on(Mirror::postgres_and_pool());
        Self {
            runtime,
            tables,
            pool,
            rehearsal: Rehearsal::new(),
            steps: vec![],
            made: 0,
        }
    }
}

impl Filled for Floor {
    fn fill(&mut self, n: usize) {
        let all = self.made..self.made + n;
        self.made += n;
        self.steps.clear();
        self.runtime.block_on(async {
            self.tables.import(all.clone()).await;
            for k in all {
                let asked = self.rehearsal.of(k).await;
                self.steps.extend(asked.iter().map(step));
            }
        });
    }

    fn run(&mut self, _: usize) {
        let steps = std::mem::take(&mut self.steps);
        self.runtime.block_on(async {
            let mut versions = BTreeMap::new();
            for step in steps {
                done(&self.pool, step, &mut versions).await;
            }
        });
    }
}

async fn done(pool: &PgPool, step: Step, versions: &mut BTreeMap<&'static str, i64>) {
    match step {
        Step::Read { sql, kind, id } => {
            let read = sqlx::query(sql).bind(TENANT).bind(id);
            let row = read.fetch_optional(pool).await.unwrap();
            versions.insert(kind, row.map_or(0, |row| row.get(0)));
        }
        Step::BySession {
            account,
            real_money,
            session,
        } => {
            let read = sqlx::query(SESSION).bind(TENANT).bind(account);
            let read = read.bind(real_money).bind(session);
            let row = read.fetch_one(pool).await.unwrap();
            versions.insert("payment", row.get(0));
        }
        Step::List(order) => {
            let read = sqlx::query(ATTEMPTS).bind(TENANT).bind(order).bind(100_i64);
            read.fetch_all(pool).await.unwrap();
        }
        Step::Commit(written) => {
            let Written { expected, .. } = &*written;
            let whats: Vec<_> = expected.iter().map(|(what, _)| *what).collect();
            let keys: Vec<_> = expected.iter().map(|(_, key)| key.clone()).collect();
            let known = |what: &str| versions.get(what).copied().unwrap_or(0).to_string();
            let values: Vec<_> = whats.iter().map(|what| known(what)).collect();
            let sinces = vec![""; whats.len()];
            let mut commit = sqlx::query(COMMIT).bind(TENANT);
            for text in written.texts {
                commit = commit.bind(text);
            }
            let row = commit
                .bind(written.ids)
                .bind(written.topics)
                .bind(written.kinds)
                .bind(whats)
                .bind(keys)
                .bind(values)
                .bind(sinces)
                .bind(written.in_full)
                .bind(None::<&str>)
                .fetch_one(pool)
                .await
                .unwrap();
            assert_eq!(row.get::<i32, _>(0), 0);
        }
    }
}

fn step(asked: &Asked) -> Step {
    let read = |sql, kind, id: &str| Step::Read {
        sql,
        kind,
        id: id.to_owned(),
    };
    match asked {
        Asked::Order(id) => read(ORDER, "order", id.as_str()),
        Asked::Attempt(AttemptKey::Attempt(attempt)) => {
            read(ATTEMPT, "payment", &attempt.to_string())
        }
        Asked::Attempt(AttemptKey::LiveOf(order)) => read(LIVE, "live", order.as_str()),
        Asked::Attempt(AttemptKey::Session(merchant, session)) => Step::BySession {
            account: merchant.account.to_string(),
            real_money: merchant.live,
            session: session.to_string(),
        },
        Asked::Attempt(other) => unreachable!(
            "the bare statements know no {other:?}: add it, or the ratio compares two different things"
        ),
        Asked::Attempts(of) => Step::List(of.to_string()),
        Asked::Received(id) => read(RECEIVED, "received", id.as_str()),
        Asked::Commit(decision) => Step::Commit(Box::new(written(decision))),
    }
}

fn written(decision: &Decision) -> Written {
    let audit = &decision.audit;
    let texts = vec![
        decision.command.to_string(),
        decision.form.to_string(),
        text(&audit.by),
        AT.to_owned(),
        audit.action.to_string(),
        text(&audit.about),
        text(&decision.changes),
    ];
    let effects = decision.effects.iter();
    let expected = decision
        .expect
        .iter()
        .filter_map(|expected| match expected {
            Expectation::Unchanged(record, _) => Some((record.kind(), record.key().to_owned())),
            _ => None,
        });
    let changes: Vec<_> = decision.changes.iter().map(in_full).collect();
    Written {
        texts,
        ids: effects.clone().map(|e| e.id.to_string()).collect(),
        topics: effects.clone().map(|e| e.topic().as_str()).collect(),
        kinds: effects.map(|e| text(&e.kind)).collect(),
        expected: expected.collect(),
        in_full: text(&changes),
    }
}

fn in_full(change: &Change) -> Value {
    match change {
        Change::Money(MoneyChange::Attempt(attempt)) => json!({ "money": { "attempt": {
            "id": attempt.attempt.to_string(),
            "order": attempt.order,
            "account": attempt.merchant.account,
            "real_money": attempt.merchant.live,
            "state": attempt.state.as_str(),
            "live": attempt.is_live(),
            "begun_at": AT,
            "session": attempt.page.as_ref().map(|page| &page.session),
            "payment": attempt.payment,
            "facts": text(attempt),
        } } }),
        Change::Money(MoneyChange::Received(received)) => json!({ "money": { "received": {
            "id": received.id(),
            "account": received.merchant.account,
            "real_money": received.merchant.live,
            "payment": received.payment,
            "unapplied": matches!(received.applied, Applied::Not(_)),
            "first_seen": AT,
            "facts": text(received),
        } } }),
        other => serde_json::to_value(other).unwrap(),
    }
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}
