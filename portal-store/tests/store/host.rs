//! A host with two tables of its own, and decisions about them.
use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    Ask, Change, CommandId, Contact, Decision, Expectation, Id, RecordRef, StoreError, Version,
    Viewer,
    courses::CourseChange,
    effect::{MailKind, Recipient},
};
use portal_store::sqlite::{
    HostTables, Sqlite, SqliteOptions, SqliteStore,
    rusqlite::{Connection, OptionalExtension, params},
    store_error,
};
use tempfile::TempDir;
use uuid::Uuid;

/// Seats and who sits on them. Registrations named `panics…` and `fails…` do so when they are moved.
#[derive(Debug)]
pub(crate) struct Seats;

const SCHEMA: &str = "
    create table seat_session (
        id text not null primary key, used integer not null, capacity integer not null,
        check (used between 0 and capacity)
    ) strict;
    create table seat_registration (id text not null primary key, session text not null, rev integer not null) strict;
    insert into seat_session values ('from', 500, 500), ('to', 0, 400), ('one', 0, 1);
    with recursive n (n) as (select 0 union all select n + 1 from n where n < 199)
    insert into seat_registration select 'r' || n, 'from', 1 from n;
    insert into seat_registration values ('panics', 'from', 1), ('fails', 'from', 1), ('breaks-a-check', 'from', 1);
";

impl HostTables for Seats {
    fn holds(&self, tx: &Connection, expectation: &Expectation) -> Result<bool, StoreError> {
        match expectation {
            Expectation::Unchanged(RecordRef::Registration(id), version) => tx
                .prepare_cached("select rev from seat_registration where id = ?")
                .and_then(|mut rev| rev.query_row([id.as_str()], |row| row.get(0)).optional())
                .map(|rev| rev.is_some_and(|rev| version.is_number(rev)))
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
        let run = |sql, of: &[&str]| {
            tx.prepare_cached(sql)
                .and_then(|mut statement| {
                    statement.execute(rusqlite::params_from_iter(of.iter().copied()))
                })
                .map_err(store_error)
        };
        run(
            "update seat_registration set session = ?, rev = rev + 1 where id = ?",
            &[to.as_str(), registration.as_str()],
        )?;
        run(
            "update seat_session set used = used - 1 where id = ?",
            &[from.as_str()],
        )?;
        match registration.as_str() {
            "panics" => panic!("the host's own mistake"),
            "fails" => return Err(StoreError::Unavailable("the host's own trouble".into())),
            "breaks-a-check" => {
                run("update seat_session set used = capacity + 1", &[])?;
            }
            _ => {}
        }
        run(
            "update seat_session set used = used + 1 where id = ?",
            &[to.as_str()],
        )
        .map(drop)
    }
}

/// A database file with the host's tables and ours.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) db: Sqlite,
    pub(crate) store: SqliteStore,
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::opened(&Sqlite::options()).await
    }

    pub(crate) async fn opened(options: &SqliteOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = options.open(folder.path().join("host.db")).unwrap();
        db.migrate().await.unwrap();
        db.write(|db| db.execute_batch(SCHEMA).map_err(store_error))
            .await
            .unwrap();
        let store = db.tenant("acme", Arc::new(Seats));
        Self { folder, db, store }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("host.db")
    }

    /// Somebody with the sqlite3 shell.
    pub(crate) fn raw(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }

    /// Has them change something.
    #[expect(
        clippy::unused_async,
        reason = "what both stores' suites share waits for PostgreSQL"
    )]
    pub(crate) async fn edit(&self, sql: &str) {
        self.raw().execute(sql, []).unwrap();
    }

    pub(crate) fn count(&self, sql: &str) -> i64 {
        self.raw().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Rows a decision adds to: audit, outbox, registrations that moved, places taken.
    pub(crate) fn traces(&self) -> [i64; 4] {
        [
            self.count("select count(*) from portal_command"),
            self.count("select count(*) from portal_outbox"),
            self.count("select count(*) from seat_registration where rev > 1"),
            self.count("select sum(used) from seat_session where id <> 'from'"),
        ]
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

pub(crate) fn command(n: u128) -> CommandId {
    CommandId(Uuid::from_u128(n))
}

/// Somebody's yes to form `n`, which changes nothing and owes one message.
pub(crate) fn yes(n: u128) -> Decision {
    let ana = Contact::new(Id::new("ana"), Id::new("c1"), "Ana", "Cruz");
    let by = Viewer::new(Id::new("a1"), ana, now());
    let at = now() + TimeDelta::seconds(i64::try_from(n).unwrap());
    let ask = Ask::new(&by, at, command(n));
    let about = RecordRef::Registration(Id::new("r1"));
    // Nobody else is written to, so that no message waits for another.
    let to = Recipient::Contact(Id::new(format!("reader {n}")));
    Decision::new(&ask, "registration.transfer", about).mail(MailKind::RegistrationTransferred, to)
}

/// Moves a registration as it was at first from `from` to another date, and owes two messages.
pub(crate) fn moving(n: u128, registration: &str, to: &str) -> Decision {
    let record = RecordRef::Registration(Id::new(registration));
    yes(n)
        .expecting(Expectation::Unchanged(record, Version::number(1)))
        .expecting(Expectation::PlacesLeft {
            session: Id::new(to),
            at_least: 1,
        })
        .changed(CourseChange::Transferred {
            registration: Id::new(registration),
            from: Id::new("from"),
            to: Id::new(to),
        })
        .mail(MailKind::TransferNotice, Recipient::Contact(Id::new("ben")))
}
