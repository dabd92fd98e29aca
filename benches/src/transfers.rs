//! One transfer committed: read, decided, written with its audit line and what it owes, durable. Ours through the portal; the floor runs the same
//! statements, with ready-made values, on one bare connection.
pub mod postgres;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use portal_core::{CommandId, CustomerDesk, Id, courses::TransferRegistration};
use portal_testkit::facts::{SURNAME, contact, days, today};
use rusqlite::{Connection, params};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    callers::{at_once, runtime},
    host::{COUNT, Host, MOVE, PLACES, REV, TRANSFER_FACTS, transfer_facts},
};

/// How many registrations move about.
const REGISTRATIONS: usize = 256;

/// The portal over a database of its own.
#[derive(Debug)]
pub struct Ours {
    runtime: tokio::runtime::Runtime,
    desk: CustomerDesk,
    moves: Arc<Moves>,
    _dir: TempDir,
}

/// How often each registration has moved, so that the next form sends it the other way.
#[derive(Debug)]
struct Moves {
    forms: AtomicU64,
    each: Vec<AtomicU64>,
}

/// The same statements on a database of their own.
#[derive(Debug)]
pub struct Floor {
    db: Connection,
    moves: usize,
    _dir: TempDir,
}

impl Ours {
    /// A fresh database.
    #[must_use]
    pub fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ours.db");
        let runtime = runtime();
        let host = runtime.block_on(Host::open(&file));
        fill(&file);
        let moves = Moves {
            forms: AtomicU64::new(0),
            each: (0..REGISTRATIONS).map(|_| AtomicU64::new(0)).collect(),
        };
        Self {
            runtime,
            desk: host.desk(&contact("ana")),
            moves: Arc::new(moves),
            _dir: dir,
        }
    }

    /// So many transfers, one after the other.
    pub fn alone(&self, n: usize) {
        self.at_once(n, 1);
    }

    /// So many transfers, from this many callers at once; each has registrations of its own.
    pub fn at_once(&self, n: usize, callers: usize) {
        let (desk, moves) = (self.desk.clone(), Arc::clone(&self.moves));
        at_once(&self.runtime, n, callers, REGISTRATIONS, move |k| {
            let (desk, form) = (desk.clone(), moves.next(k));
            async move { drop(desk.submit(&form).await.unwrap()) }
        });
    }
}

impl Moves {
    /// The form that moves this registration to where it is not.
    fn next(&self, registration: usize) -> TransferRegistration {
        let registration = registration % REGISTRATIONS;
        let moved = self.each.get(registration).unwrap().fetch_add(1, Relaxed);
        let (from, to) = if moved.is_multiple_of(2) {
            ("s1", "s2")
        } else {
            ("s2", "s1")
        };
        let command = CommandId(Uuid::from_u128(self.forms.fetch_add(1, Relaxed).into()));
        let id = Id::new(format!("r{registration}"));
        TransferRegistration::new(command, id, Id::new(from), Id::new(to), SURNAME)
    }
}

/// What the portal's own statements are: word for word, on the same tables.
const CLAIM: &str = "insert into portal_command (tenant, row, command, form, by, at, action, about, changes)
    values (?1, (select coalesce(max(row), 0) + 1 from portal_command where tenant = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    on conflict (tenant, command) do nothing
    returning row";
const TRIES: &str =
    "select coalesce(sum(times), 0) from portal_try where tenant = ?1 and key = ?2 and at > ?3";
const OWE: &str = "insert into portal_outbox (tenant, row, n, id, topic, kind, ready_at)
    select ?1, ?2, id, substr(key, 1, 36), substr(key, 37), value, ?3 from json_each(?4)";

const AT: &str = "2027-03-01T09:00:00.000000000Z";
const BY: &str = r#"{"account":"account-of-ana"}"#;
const ABOUT: &str = r#"{"registration":"r1"}"#;
const CHANGES: &str = r#"[{"course":{"transferred":{"registration":"r1","from":"s1","to":"s2"}}}]"#;
const OWED: [(&str, &str); 3] = [
    (
        "mail",
        r#"{"mail":{"kind":"registration-transferred","to":{"contact":"ana"},"about":{"registration":"r1"}}}"#,
    ),
    (
        "mail",
        r#"{"mail":{"kind":"transfer-notice","to":{"contact":"boss"},"about":{"registration":"r1"}}}"#,
    ),
    ("host", r#"{"place_freed":{"session":"s1"}}"#),
];

impl Floor {
    /// A fresh database with the same tables, as durable as ours.
    #[must_use]
    pub fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("floor.db");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        drop(runtime.block_on(Host::open(&file)));
        let db = Connection::open(&file).unwrap();
        db.execute_batch("pragma journal_mode = wal; pragma synchronous = full;")
            .unwrap();
        fill(&file);
        Self {
            db,
            moves: 0,
            _dir: dir,
        }
    }

    /// So many transfers, `together` in one transaction.
    pub fn batches(&mut self, n: usize, together: usize) {
        let mut left = n;
        while left > 0 {
            let now = left.min(together);
            self.db.execute_batch("begin immediate").unwrap();
            for _ in 0..now {
                self.one();
            }
            self.db.execute_batch("commit").unwrap();
            left -= now;
        }
    }

    fn one(&mut self) {
        let k = self.moves;
        self.moves += 1;
        let id = format!("r{}", k % REGISTRATIONS);
        let (from, to) = if (k / REGISTRATIONS).is_multiple_of(2) {
            ("s1", "s2")
        } else {
            ("s2", "s1")
        };
        let db = &self.db;
        let prepared = |sql: &str| db.prepare_cached(sql).unwrap();
        let facts = prepared(TRANSFER_FACTS)
            .query_row(params![id, to], |row| {
                transfer_facts(&Id::new(id.as_str()), row)
            })
            .unwrap();
        std::hint::black_box(facts);
        let command = Uuid::from_u128(k as u128).to_string();
        let row: i64 = prepared(CLAIM)
            .query_row(
                params![
                    TENANT,
                    command,
                    command,
                    BY,
                    AT,
                    "registration.transfer",
                    ABOUT,
                    CHANGES
                ],
                |row| row.get(0),
            )
            .unwrap();
        let read = |sql: &str, of: &str| -> i64 {
            prepared(sql).query_row([of], |row| row.get(0)).unwrap()
        };
        std::hint::black_box(read(REV, &id));
        std::hint::black_box(read(PLACES, to));
        let tries: i64 = prepared(TRIES)
            .query_row(params![TENANT, "surname:account-of-ana", AT], |row| {
                row.get(0)
            })
            .unwrap();
        std::hint::black_box(tries);
        prepared(MOVE).execute(params![id, to]).unwrap();
        prepared(COUNT).execute(params![from, to]).unwrap();
        let owed: Vec<String> = OWED
            .into_iter()
            .enumerate()
            .map(|(n, (topic, kind))| {
                let id = Uuid::from_u128((k * 8 + n) as u128 | 1 << 120);
                format!("\"{id}{topic}\":{kind}")
            })
            .collect();
        let owed = format!("{{{}}}", owed.join(","));
        prepared(OWE)
            .execute(params![TENANT, row, AT, owed])
            .unwrap();
    }
}

const TENANT: &str = "bench";

fn fill(file: &Path) {
    let db = Connection::open(file).unwrap();
    let starts = (today() + days(9)).timestamp();
    for (id, used) in [("s1", 256), ("s2", 0)] {
        db.execute(
            "insert into bench_session values (?, ?, 1000000, ?)",
            params![id, starts, used],
        )
        .unwrap();
    }
    for n in 0..REGISTRATIONS {
        db.execute(
            "insert into bench_registration values (?, 's1', 'boss', 1)",
            [format!("r{n}")],
        )
        .unwrap();
    }
}
