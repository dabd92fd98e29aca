//! Killed at any moment, the store has kept everything it acknowledged, and nothing by halves.
//!
//! The test runs its own program again as a child that commits from several tasks, each time with a row of the sign-in log, and names on stdout each
//! command it was told is committed. It kills the child at a random moment, opens what is left, compares, and starts the next child on the same file.
//! `PORTAL_KILLS` says how often.
#![cfg(feature = "accounts")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use std::{
    collections::HashSet,
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use chrono::{DateTime, Utc};
use portal_core::{
    Ask, Change, CommandId, Contact, Decision, Expectation, Id, RecordRef, StoreError, Viewer,
    accounts::{AccountStore, Attempt, Flow, Outcome, Then},
    courses::CourseChange,
    effect::{MailKind, Recipient},
};
use portal_store::{
    AuditCheck,
    sqlite::{HostTables, Sqlite, store_error},
};
use rusqlite::Connection;
use uuid::Uuid;

/// Where the child finds its file, and from which number on it counts.
const FILE: &str = "PORTAL_CRASH_FILE";
const FIRST: &str = "PORTAL_CRASH_FIRST";

/// One row for each move, and a count that must always agree with them.
#[derive(Debug)]
struct Moves;

impl HostTables for Moves {
    fn holds(&self, tx: &Connection, _: &Expectation) -> Result<bool, StoreError> {
        tx.prepare_cached("select moved < 1000000 from crash_count")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(store_error)
    }

    fn apply(&self, tx: &Connection, change: &Change, _: &Decision) -> Result<(), StoreError> {
        let Change::Course(CourseChange::Transferred { registration, .. }) = change else {
            return Err(StoreError::Unsupported("this change"));
        };
        let run = |sql, id: &[&str]| {
            tx.prepare_cached(sql)
                .and_then(|mut statement| {
                    statement.execute(rusqlite::params_from_iter(id.iter().copied()))
                })
                .map(drop)
                .map_err(store_error)
        };
        run(
            "insert into crash_move (command) values (?)",
            &[registration.as_str()],
        )?;
        run("update crash_count set moved = moved + 1", &[])
    }
}

fn decide(n: u64) -> Decision {
    let ana = Contact::new(Id::new("ana"), Id::new("c1"), "Ana", "Cruz");
    let by = Viewer::new(Id::new("a1"), ana, DateTime::<Utc>::UNIX_EPOCH);
    let command = CommandId(Uuid::from_u128(n.into()));
    let ask = Ask::new(&by, DateTime::<Utc>::UNIX_EPOCH, command);
    let moved: Id<_> = Id::new(command.to_string());
    Decision::new(
        &ask,
        "registration.transfer",
        RecordRef::Registration(moved.clone()),
    )
    .expecting(Expectation::PlacesLeft {
        session: Id::new("s2"),
        at_least: 1,
    })
    .changed(CourseChange::Transferred {
        registration: moved,
        from: Id::new("s1"),
        to: Id::new("s2"),
    })
    .mail(
        MailKind::RegistrationTransferred,
        Recipient::Contact(Id::new("ana")),
    )
    .mail(MailKind::TransferNotice, Recipient::Contact(Id::new("ben")))
}

/// The child: commits from eight tasks until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_until_it_is_killed() {
    let (Ok(file), Ok(first)) = (env::var(FILE), env::var(FIRST)) else {
        return;
    };
    let first: u64 = first.parse().unwrap();
    let db = Sqlite::open(file).unwrap();
    let store = db.tenant("acme", Arc::new(Moves));
    println!("begun");
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in (first + task..first + 8_000).step_by(8) {
                    let decision = decide(n);
                    let mut row = Attempt::new(decision.audit.at, Flow::FollowLink, Outcome::Done);
                    row.agent = Some(decision.command.to_string());
                    let then = Then::Commit(Box::new(decision));
                    store.conclude(row, then).await.unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "\nacknowledged {n}").unwrap();
                    out.flush().unwrap();
                }
            })
        })
        .collect();
    // Sealing runs beside it, as it would.
    while !tasks.iter().all(tokio::task::JoinHandle::is_finished) {
        store.seal_audit(50).await.unwrap();
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
}

/// Numbers that look drawn, the same in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (n ^ (n >> 31)) % bound
    }
}

/// Runs a child and kills it; answers which commands it was told are committed.
fn killed(file: &Path, first: u64, after: Duration) -> HashSet<u64> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "commits_until_it_is_killed", "--nocapture"])
        .env(FILE, file)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.ends_with("begun\n") {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it never began");
    }
    let reader = thread::spawn(move || {
        let mut acknowledged = HashSet::new();
        let mut line = String::new();
        while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
            // A line cut off by the kill was never said in full.
            if let Some(n) = line.strip_suffix('\n') {
                acknowledged.extend(
                    n.strip_prefix("acknowledged ")
                        .and_then(|n| n.parse::<u64>().ok()),
                );
            }
            line.clear();
        }
        acknowledged
    });
    thread::sleep(after);
    // SIGKILL: nothing of the child's runs after it.
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

/// What is in the file after a kill: commands with all their rows. Panics over one that has some and not all.
fn whole_commands(db: &Connection) -> HashSet<u64> {
    let torn: i64 = db
        .query_row(
            "select (select count(*) from portal_command c where not exists (select 1 from crash_move m where m.command = c.command))
                  + (select count(*) from crash_move m where not exists (select 1 from portal_command c where c.tenant = 'acme' and c.command = m.command))
                  + (select count(*) from portal_command c where 2 <> (
                        select count(*) from portal_outbox o where o.tenant = c.tenant and o.row = c.row))
                  + (select count(*) from portal_outbox o where not exists (
                        select 1 from portal_command c where c.tenant = o.tenant and c.row = o.row))
                  + (select count(*) from portal_command where command not in (
                        select agent from portal_attempt where tenant = 'acme' and agent is not null))
                  + (select count(*) <> (select count(*) from portal_command) from portal_attempt)
                  + (select moved <> (select count(*) from crash_move) from crash_count)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(torn, 0, "something is there by halves");
    let mut all = db.prepare("select command from portal_command").unwrap();
    let rows = all.query_map([], |row| row.get::<_, String>(0)).unwrap();
    rows.map(|id| {
        let id = Uuid::try_parse(&id.unwrap()).unwrap();
        u64::try_from(id.as_u128()).unwrap()
    })
    .collect()
}

/// Keeps the file small: what was checked once need not be checked five hundred times. The audit trail of these rows goes with them.
fn forget(db: &Connection) {
    db.execute_batch(
        "begin immediate;
         drop trigger portal_command_is_never_deleted;
         drop trigger portal_seal_is_never_deleted;
         delete from portal_command;
         delete from portal_seal;
         delete from portal_outbox;
         delete from portal_attempt;
         delete from crash_move;
         update crash_count set moved = 0;
         create trigger portal_command_is_never_deleted before delete on portal_command
         begin select raise(abort, 'the audit trail is append-only'); end;
         create trigger portal_seal_is_never_deleted before delete on portal_seal
         begin select raise(abort, 'the audit trail is append-only'); end;
         commit;",
    )
    .unwrap();
}

/// Faults, part 4 of the threats: "acknowledged = present after restart; unacknowledged = all or nothing".
#[test]
fn killed_at_any_moment_it_keeps_what_it_acknowledged_and_nothing_by_halves() {
    if env::var(FILE).is_ok() {
        return;
    }
    let kills: u64 = env::var("PORTAL_KILLS").map_or(500, |kills| kills.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crash.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = Sqlite::open(&file).unwrap();
        db.migrate().await.unwrap();
        db.write(|db| {
            db.execute_batch(
                "create table crash_move (command text primary key);
                 create table crash_count (moved integer not null);
                 insert into crash_count values (0);",
            )
            .map_err(store_error)
        })
        .await
        .unwrap();
    });
    let mut seeded = Seeded(0x0bad_cafe);
    let (mut acknowledged_in_all, mut unacknowledged) = (0, 0);
    for kill in 0..kills {
        let first = kill * 10_000;
        let after = Duration::from_millis(5 + seeded.below(56));
        let acknowledged = killed(&file, first, after);
        // As the next process finds it, before anything tidied up.
        let db = Connection::open(&file).unwrap();
        let whole = whole_commands(&db);
        let lost: Vec<_> = acknowledged.difference(&whole).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        acknowledged_in_all += acknowledged.len();
        unacknowledged += whole
            .difference(&acknowledged)
            .filter(|n| **n >= first)
            .count();
        if kill % 25 == 24 {
            let sound: String = db
                .query_row("pragma integrity_check", [], |row| row.get(0))
                .unwrap();
            assert_eq!(sound, "ok");
            let trail = runtime.block_on(async {
                let db = Sqlite::open(&file).unwrap();
                db.tenant("acme", Arc::new(Moves)).check_audit(None).await
            });
            assert!(matches!(trail.unwrap(), AuditCheck::Sound { .. }));
            forget(&db);
        }
    }
    println!(
        "{kills} kills: {acknowledged_in_all} acknowledged, {unacknowledged} committed and not heard of, 0 lost, 0 torn"
    );
    assert!(acknowledged_in_all > usize::try_from(kills).unwrap());
}
