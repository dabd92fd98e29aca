//! Rates to look at, beside a floor in the same run: `cargo test --release -p portal-store --test rates -- --ignored --nocapture`.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(
    clippy::cast_precision_loss,
    reason = "a rate is for looking at, not for counting"
)]
use std::{
    path::Path,
    sync::{Arc, mpsc},
    time::Instant,
};

use chrono::{DateTime, Utc};
use portal_core::{
    Ask, Change, CommandId, Contact, Decision, Expectation, Id, RecordRef, Store, StoreError,
    Version, Viewer,
    courses::CourseChange,
    effect::{MailKind, Recipient},
};
use portal_store::sqlite::{HostTables, Sqlite, SqliteStore, commit_in, store_error};
use rusqlite::{Connection, params};
use tokio::sync::oneshot;
use uuid::Uuid;

#[derive(Debug)]
struct Seats;

impl HostTables for Seats {
    fn holds(&self, tx: &Connection, expectation: &Expectation) -> Result<bool, StoreError> {
        match expectation {
            Expectation::Unchanged(RecordRef::Registration(id), version) => tx
                .prepare_cached("select rev from seat_registration where id = ?")
                .and_then(|mut rev| rev.query_row([id.as_str()], |row| row.get(0)))
                .map(|rev| version.is_number(rev))
                .map_err(store_error),
            Expectation::PlacesLeft { session, at_least } => tx
                .prepare_cached("select capacity - used >= ?2 from seat_session where id = ?1")
                .and_then(|mut left| {
                    left.query_row(params![session.as_str(), at_least], |row| row.get(0))
                })
                .map_err(store_error),
            _ => Err(StoreError::Unsupported("this expectation")),
        }
    }

    fn apply(&self, tx: &Connection, change: &Change, _: &Decision) -> Result<(), StoreError> {
        let Change::Course(CourseChange::Transferred {
            registration,
            from,
            to,
        }) = change
        else {
            return Err(StoreError::Unsupported("this change"));
        };
        moved(tx, registration.as_str(), from.as_str(), to.as_str()).map_err(store_error)
    }
}

fn moved(tx: &Connection, registration: &str, from: &str, to: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("update seat_registration set session = ?, rev = rev + 1 where id = ?")?
        .execute([to, registration])?;
    tx.prepare_cached(
        "update seat_session set used = used + case id when ?1 then -1 else 1 end where id in (?1, ?2)",
    )?
    .execute([from, to])
    .map(drop)
}

fn seats(db: &Connection) {
    db.execute_batch(
        "create table seat_session (id text primary key, used integer, capacity integer, check (used between 0 and capacity));
         create table seat_registration (id text primary key, session text, rev integer);
         insert into seat_session values ('from', 100000, 100000), ('to', 0, 100000);
         with recursive n (n) as (select 0 union all select n + 1 from n where n < 9999)
         insert into seat_registration select 'r' || n, 'from', 1 from n;",
    )
    .unwrap();
}

fn decide(n: usize) -> Decision {
    let ana = Contact::new(Id::new("ana"), Id::new("c1"), "Ana", "Cruz");
    let by = Viewer::new(Id::new("a1"), ana, DateTime::<Utc>::UNIX_EPOCH);
    let command = Uuid::new_v5(&Uuid::NAMESPACE_OID, &n.to_be_bytes());
    let ask = Ask::new(&by, DateTime::<Utc>::UNIX_EPOCH, CommandId(command));
    let id: Id<_> = Id::new(format!("r{n}"));
    let about = RecordRef::Registration(id.clone());
    Decision::new(&ask, "registration.transfer", about.clone())
        .expecting(Expectation::Unchanged(about, Version::number(1)))
        .expecting(Expectation::PlacesLeft {
            session: Id::new("to"),
            at_least: 1,
        })
        .changed(CourseChange::Transferred {
            registration: id,
            from: Id::new("from"),
            to: Id::new("to"),
        })
        .mail(
            MailKind::RegistrationTransferred,
            Recipient::Contact(Id::new("ana")),
        )
        .mail(MailKind::TransferNotice, Recipient::Contact(Id::new("ben")))
}

/// The least that does the same: the reads, the updates, an audit row and two outbox rows, on tables of the plainest kind.
fn bare(db: &Connection, n: usize) -> rusqlite::Result<()> {
    let id = format!("r{n}");
    let command = Uuid::new_v5(&Uuid::NAMESPACE_OID, &n.to_be_bytes()).to_string();
    db.prepare_cached("select rev from seat_registration where id = ?")?
        .query_row([&id], |row| row.get::<_, i64>(0))?;
    db.prepare_cached("select used, capacity from seat_session where id = ?")?
        .query_row(["to"], |row| row.get::<_, i64>(0))?;
    moved(db, &id, "from", "to")?;
    db.prepare_cached("insert into bare_audit values (?, ?, ?, ?)")?
        .execute(params![
            command,
            "a1",
            "1970-01-01",
            "registration.transfer"
        ])?;
    let mut mail = db.prepare_cached("insert into bare_outbox values (?, ?, ?)")?;
    for kind in ["registration-transferred", "transfer-notice"] {
        let effect = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{n}{kind}").as_bytes());
        mail.execute(params![effect.to_string(), kind, id])?;
    }
    Ok(())
}

fn bare_file(folder: &Path, name: &str) -> Connection {
    let db = Connection::open(folder.join(name)).unwrap();
    db.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full;
         create table bare_audit (id text primary key, by text, at text, action text);
         create table bare_outbox (id text primary key, kind text, about text);",
    )
    .unwrap();
    db.set_prepared_statement_cache_capacity(64);
    seats(&db);
    db
}

fn floor_alone(folder: &Path, each: usize) -> f64 {
    let db = bare_file(folder, "alone.db");
    let start = Instant::now();
    for n in 0..each {
        db.execute_batch("begin immediate").unwrap();
        bare(&db, n).unwrap();
        db.execute_batch("commit").unwrap();
    }
    each as f64 / start.elapsed().as_secs_f64()
}

/// One writer that takes so many per transaction, with nobody to answer.
fn floor_batched(folder: &Path, batch: usize, all: usize) -> f64 {
    let db = bare_file(folder, "batched.db");
    let start = Instant::now();
    for first in (0..all).step_by(batch) {
        db.execute_batch("begin immediate").unwrap();
        for n in first..(first + batch).min(all) {
            bare(&db, n).unwrap();
        }
        db.execute_batch("commit").unwrap();
    }
    all as f64 / start.elapsed().as_secs_f64()
}

/// One writer thread, a channel, and callers that wait for each answer.
async fn floor_asked(folder: &Path, callers: usize, all: usize) -> f64 {
    let db = bare_file(folder, "asked.db");
    let (ask, asked) = mpsc::channel::<(usize, oneshot::Sender<()>)>();
    let writer = std::thread::spawn(move || {
        while let Ok(first) = asked.recv() {
            let batch: Vec<_> = std::iter::once(first)
                .chain(asked.try_iter().take(63))
                .collect();
            db.execute_batch("begin immediate").unwrap();
            for (n, _) in &batch {
                bare(&db, *n).unwrap();
            }
            db.execute_batch("commit").unwrap();
            for (_, answer) in batch {
                answer.send(()).unwrap();
            }
        }
    });
    let start = Instant::now();
    let each = all / callers;
    let tasks: Vec<_> = (0..callers)
        .map(|c| {
            let ask = ask.clone();
            tokio::spawn(async move {
                for n in 0..each {
                    let (answer, answered) = oneshot::channel();
                    ask.send((c * each + n, answer)).unwrap();
                    answered.await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let rate = (each * callers) as f64 / start.elapsed().as_secs_f64();
    drop(ask);
    writer.join().unwrap();
    rate
}

async fn ours(folder: &Path, callers: usize, all: usize) -> f64 {
    let db = Sqlite::open(folder.join("ours.db")).unwrap();
    db.migrate().await.unwrap();
    db.write(|db| {
        seats(db);
        Ok(())
    })
    .await
    .unwrap();
    let store: SqliteStore = db.tenant("acme", Arc::new(Seats));
    let start = Instant::now();
    let each = all / callers;
    let tasks: Vec<_> = (0..callers)
        .map(|c| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0..each {
                    store.commit(decide(c * each + n)).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    (each * callers) as f64 / start.elapsed().as_secs_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a rate, to look at"]
async fn commits_per_second_beside_the_floor() {
    const ALL: usize = 3_200;
    for callers in [1, 16, 64] {
        let mut rounds = vec![];
        for _ in 0..5 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path();
            let floor = if callers == 1 {
                floor_alone(path, ALL)
            } else {
                floor_batched(path, callers, ALL)
            };
            let asked = floor_asked(path, callers, ALL).await;
            rounds.push((ours(path, callers, ALL).await, floor, asked));
        }
        rounds.sort_by(|one, other| (one.0 / one.1).total_cmp(&(other.0 / other.1)));
        let (ours, floor, asked) = rounds[2];
        println!(
            "{callers:>3} callers: {ours:>7.0}/s, floor {floor:>7.0}/s (x {:.2}), floor that is asked {asked:>7.0}/s (x {:.2})",
            ours / floor,
            ours / asked
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a rate, to look at"]
async fn reads_per_second_beside_the_floor() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reads.db");
    let db = Sqlite::open(&file).unwrap();
    db.write(|db| {
        seats(db);
        Ok(())
    })
    .await
    .unwrap();
    let one = |db: &Connection| {
        db.prepare_cached("select rev from seat_registration where id = ?")
            .and_then(|mut rev| rev.query_row(["r77"], |row| row.get::<_, i64>(0)))
            .map_err(store_error)
    };
    let bare = Connection::open(&file).unwrap();
    let start = Instant::now();
    for _ in 0..20_000 {
        one(&bare).unwrap();
    }
    let floor = 20_000. / start.elapsed().as_secs_f64();
    let start = Instant::now();
    for _ in 0..20_000 {
        db.read(move |db| one(db)).await.unwrap();
    }
    let ours = 20_000. / start.elapsed().as_secs_f64();
    println!("one small read: {ours:.0}/s, floor {floor:.0}/s");
}

/// What the same statements cost in one transaction of 64, without a thread to ask.
#[test]
#[ignore = "a rate, to look at"]
fn one_commit_in_a_batch_beside_the_floor() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("inline.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { Sqlite::open(&file).unwrap().migrate().await.unwrap() });
    let db = Connection::open(&file).unwrap();
    db.execute_batch("pragma synchronous = full").unwrap();
    db.set_prepared_statement_cache_capacity(64);
    seats(&db);
    let decisions: Vec<_> = (0..3_200).map(decide).collect();
    let start = Instant::now();
    for batch in decisions.chunks(64) {
        db.execute_batch("begin immediate").unwrap();
        for decision in batch {
            commit_in(&db, "acme", decision, &Seats).unwrap();
        }
        db.execute_batch("commit").unwrap();
    }
    let ours = 3_200. / start.elapsed().as_secs_f64();
    let floor = floor_batched(folder.path(), 64, 3_200);
    println!(
        "inline: {ours:.0}/s, floor {floor:.0}/s (x {:.2})",
        ours / floor
    );
}
