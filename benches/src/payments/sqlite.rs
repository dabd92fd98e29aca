use std::{hint::black_box, path::Path};

use portal_core::{
    Change, Decision, Effect, Expectation, Order, RecordRef,
    order::OrderChange,
    payment::{Applied, AttemptKey, MoneyChange, PaymentRef},
};
use rusqlite::{Connection, params_from_iter, types::Value};
use tokio::runtime::Runtime;

use super::{
    Mirror, TENANT,
    recorded::{Asked, Rehearsal},
    unpaid,
};
use crate::{callers::runtime, ratio::Filled};

/// The same statements on a file of their own.
#[derive(Debug)]
pub struct Floor {
    runtime: Runtime,
    tables: Mirror,
    db: Connection,
    rehearsal: Rehearsal,
    steps: Vec<Step>,
    made: usize,
}

#[derive(Debug)]
enum Step {
    Run(&'static str),
    Read(&'static str, Vec<Value>),
    Write(&'static str, Vec<Value>),
    Claim(Vec<Value>),
    Owe(String),
}

/// What the portal's own statements are, word for word.
const ORDER: &str =
    "select version, facts, lines from portal_mirror_order where tenant = ?1 and id = ?2";
const ATTEMPT: &str = "select version, facts from portal_payment where tenant = ?1 and id = ?2";
const LIVE: &str =
    "select version, facts from portal_payment where tenant = ?1 and order_id = ?2 and live = 1";
const SESSION: &str = "select version, facts from portal_payment indexed by portal_payment_by_session
             where tenant = ?1 and account = ?2 and real_money = ?3 and session = ?4 order by id limit 1";
const ATTEMPTS: &str =
    "select version, facts from portal_payment where tenant = ?1 and order_id = ?2
         order by begun_at desc, id limit ?3";
const RECEIVED: &str = "select version, facts from portal_received where tenant = ?1 and id = ?2";
const CLAIM: &str = "insert into portal_command (tenant, row, command, form, by, at, action, about, changes)
         values (?1, (select coalesce(max(row), 0) + 1 from portal_command where tenant = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (tenant, command) do nothing
         returning row";
const ORDER_IS: &str =
    "select cast(version as text) = ?3 from portal_mirror_order where tenant = ?1 and id = ?2";
const ATTEMPT_IS: &str = "select version from portal_payment where tenant = ?1 and id = ?2";
const RECEIVED_IS: &str = "select version from portal_received where tenant = ?1 and id = ?2";
const KNOWN: &str =
    "select facts, paying, passed from portal_mirror_order where tenant = ?1 and id = ?2";
const CHANGED: &str =
    "update portal_mirror_order set version = version + 1, facts = ?3, paying = ?4, passed = ?5
             where tenant = ?1 and id = ?2";
const PUT_ATTEMPT: &str = "insert into portal_payment (tenant, id, order_id, account, real_money, state, live, begun_at, session, payment, facts)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         on conflict (tenant, id) do update
         set version = version + 1, order_id = excluded.order_id, account = excluded.account, real_money = excluded.real_money,
             state = excluded.state, live = excluded.live, begun_at = excluded.begun_at, session = excluded.session,
             payment = excluded.payment, facts = excluded.facts";
const PUT_RECEIVED: &str = "insert into portal_received (tenant, id, account, real_money, payment, unapplied, first_seen, facts)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (tenant, id) do update
         set version = version + 1, unapplied = excluded.unapplied, first_seen = excluded.first_seen, facts = excluded.facts";
const OWE: &str = "insert into portal_outbox (tenant, row, n, id, topic, kind, ready_at)
         select ?1, ?2, id, substr(key, 1, 36), substr(key, 37), value, ?3 from json_each(?4)";

const AT: &str = "2027-03-01T09:00:00.000000000Z";

impl Floor {
    /// Over a fresh file, as durable as ours.
    #[must_use]
    pub fn open() -> Self {
        let runtime = runtime();
        let tables = runtime.block_on(Mirror::sqlite());
        let db = match &tables {
            Mirror::Sqlite(_, dir) => bare(&dir.path().join("portal.db")),
            Mirror::Postgres(_) => bare(Path::new("")),
        };
        Self {
            runtime,
            tables,
            db,
            rehearsal: Rehearsal::new(),
            steps: vec![],
            made: 0,
        }
    }
}

fn bare(file: &Path) -> Connection {
    let db = Connection::open(file).unwrap();
    let how = "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;";
    db.execute_batch(how).unwrap();
    db.set_prepared_statement_cache_capacity(64);
    db
}

impl Filled for Floor {
    fn fill(&mut self, n: usize) {
        let all = self.made..self.made + n;
        self.made += n;
        self.steps.clear();
        self.runtime.block_on(async {
            self.tables.import(all.clone()).await;
            for k in all {
                let order = unpaid(k).order;
                for asked in self.rehearsal.of(k).await {
                    self.steps.extend(steps(&asked, &order));
                }
            }
        });
    }

    fn run(&mut self, _: usize) {
        let mut row = 0;
        for step in self.steps.drain(..) {
            match step {
                Step::Run(sql) => self.db.execute_batch(sql).unwrap(),
                Step::Read(sql, values) => read(&self.db, sql, values),
                Step::Write(sql, values) => {
                    let mut write = self.db.prepare_cached(sql).unwrap();
                    assert_eq!(write.execute(params_from_iter(values)).unwrap(), 1);
                }
                Step::Claim(values) => {
                    let mut claim = self.db.prepare_cached(CLAIM).unwrap();
                    let claimed = claim.query_row(params_from_iter(values), |row| row.get(0));
                    row = claimed.unwrap();
                }
                Step::Owe(owed) => {
                    let mut owe = self.db.prepare_cached(OWE).unwrap();
                    owe.execute((TENANT, row, AT, owed)).unwrap();
                }
            }
        }
    }
}

fn read(db: &Connection, sql: &str, values: Vec<Value>) {
    let mut read = db.prepare_cached(sql).unwrap();
    let columns = read.column_count();
    let mut rows = read.query(params_from_iter(values)).unwrap();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            black_box(row.get::<_, Value>(column).unwrap());
        }
    }
}

fn steps(asked: &Asked, order: &Order) -> Vec<Step> {
    match asked {
        Asked::Order(id) => vec![Step::Read(ORDER, of(id.as_str()))],
        Asked::Attempt(by) => vec![by_key(by)],
        Asked::Attempts(of_order) => {
            let mut values = of(of_order.as_str());
            values.push(Value::Integer(100));
            vec![Step::Read(ATTEMPTS, values)]
        }
        Asked::Received(id) => vec![Step::Read(RECEIVED, of(id.as_str()))],
        Asked::Commit(decision) => commit(decision, order),
    }
}

fn by_key(by: &AttemptKey) -> Step {
    match by {
        AttemptKey::Attempt(attempt) => Step::Read(ATTEMPT, of(&attempt.to_string())),
        AttemptKey::LiveOf(order) => Step::Read(LIVE, of(order.as_str())),
        AttemptKey::Session(merchant, session) => {
            let mut values = of(&merchant.account);
            values.push(merchant.live.into());
            values.push(text(session.as_str()));
            Step::Read(SESSION, values)
        }
        other => unreachable!(
            "the bare statements know no {other:?}: add it, or the ratio compares two different things"
        ),
    }
}

fn commit(decision: &Decision, order: &Order) -> Vec<Step> {
    let mut steps = vec![Step::Run("begin immediate")];
    let command = decision.command.to_string();
    let mut claim = of(&command);
    claim.extend([
        text(&decision.form.to_string()),
        text(&json(&decision.audit.by)),
        text(AT),
        text(&decision.audit.action),
        text(&json(&decision.audit.about)),
        text(&json(&decision.changes)),
    ]);
    steps.push(Step::Claim(claim));
    for expected in &decision.expect {
        let Expectation::Unchanged(record, version) = expected else {
            continue;
        };
        let mut values = of(record.key());
        let sql = match record {
            RecordRef::Order(_) => {
                values.push(text(version.as_str()));
                ORDER_IS
            }
            RecordRef::Payment(_) => ATTEMPT_IS,
            _ => RECEIVED_IS,
        };
        steps.push(Step::Read(sql, values));
    }
    for change in &decision.changes {
        match change {
            Change::Order(change) => steps.extend(of_order(change, order)),
            Change::Money(change) => steps.extend(of_money(change)),
            other => unreachable!(
                "the bare statements know no {other:?}: add it, or the ratio compares two different things"
            ),
        }
    }
    if !decision.effects.is_empty() {
        steps.push(Step::Owe(owed(&decision.effects)));
    }
    steps.push(Step::Run("commit"));
    steps
}

fn of_order(change: &OrderChange, order: &Order) -> [Step; 2] {
    let id = order.id.as_str();
    let (paying, passed) = match change {
        OrderChange::PaymentStands { payment, .. } => (payment.is_some(), Value::Null),
        _ => (false, text(&json(&[order.balance.paid()]))),
    };
    let mut values = of(id);
    values.extend([text(&json(order)), paying.into(), passed]);
    [Step::Read(KNOWN, of(id)), Step::Write(CHANGED, values)]
}

fn of_money(change: &MoneyChange) -> Vec<Step> {
    match change {
        MoneyChange::Attempt(attempt) => {
            let mut values = of(&attempt.attempt.to_string());
            let session = attempt.page.as_ref().map(|page| page.session.as_str());
            let payment = attempt.payment.as_ref().map(PaymentRef::as_str);
            values.extend([
                text(attempt.order.as_str()),
                text(&attempt.merchant.account),
                attempt.merchant.live.into(),
                text(attempt.state.as_str()),
                attempt.is_live().into(),
                text(AT),
                session.map_or(Value::Null, text),
                payment.map_or(Value::Null, text),
                text(&json(attempt)),
            ]);
            let live = Step::Read(LIVE, of(attempt.order.as_str()));
            let put = Step::Write(PUT_ATTEMPT, values);
            let first = attempt.is_live().then_some(live);
            first.into_iter().chain([put]).collect()
        }
        MoneyChange::Received(received) => {
            let mut values = of(received.id().as_str());
            values.extend([
                text(&received.merchant.account),
                received.merchant.live.into(),
                text(received.payment.as_str()),
                matches!(received.applied, Applied::Not(_)).into(),
                text(AT),
                text(&json(received)),
            ]);
            vec![Step::Write(PUT_RECEIVED, values)]
        }
        other => unreachable!(
            "the bare statements know no {other:?}: add it, or the ratio compares two different things"
        ),
    }
}

/// As the store writes what is owed: each effect under its id and topic.
fn owed(effects: &[Effect]) -> String {
    let one = |effect: &Effect| {
        let (id, topic) = (effect.id, effect.topic().as_str());
        format!("\"{id}{topic}\":{}", json(&effect.kind))
    };
    let all: Vec<_> = effects.iter().map(one).collect();
    format!("{{{}}}", all.join(","))
}

fn of(id: &str) -> Vec<Value> {
    vec![text(TENANT), text(id)]
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}
