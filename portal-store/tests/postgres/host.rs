//! A host with two tables of its own, and decisions about them.
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    Ask, Change, CommandId, Contact, Decision, Expectation, Id, RecordRef, StoreError, Version,
    Viewer,
    courses::CourseChange,
    effect::{MailKind, Recipient},
};
use portal_store::postgres::{
    HostTables, Postgres, PostgresStore,
    sqlx::{self, AssertSqlSafe, PgConnection, SqlSafeStr},
    store_error,
};
use uuid::Uuid;

use crate::server::SERVER;

/// Seats and who sits on them. Registrations named `panics` and `fails` do so when they are moved.
#[derive(Debug)]
pub(crate) struct Seats;

const SCHEMA: &str = "
    create table seat_session (
        id text not null primary key, used bigint not null, capacity bigint not null,
        check (used between 0 and capacity)
    );
    create table seat_registration (id text not null primary key, session text not null, rev bigint not null);
    insert into seat_session values ('from', 5000, 5000), ('to', 0, 4000), ('one', 0, 1);
    insert into seat_registration select 'r' || n, 'from', 1 from generate_series(0, 4000) n;
    insert into seat_registration values ('panics', 'from', 1), ('fails', 'from', 1), ('breaks-a-check', 'from', 1);
";

#[async_trait]
impl HostTables for Seats {
    async fn holds(
        &self,
        tx: &mut PgConnection,
        expectation: &Expectation,
    ) -> Result<bool, StoreError> {
        match expectation {
            Expectation::Unchanged(RecordRef::Registration(id), version) => {
                let rev = "select rev from seat_registration where id = $1 for update";
                let rev: Option<i64> = sqlx::query_scalar(rev)
                    .bind(id.as_str())
                    .fetch_optional(tx)
                    .await
                    .map_err(store_error)?;
                Ok(rev.is_some_and(|rev| version.is_number(rev)))
            }
            Expectation::PlacesLeft { session, at_least } => {
                let left = "select capacity - used from seat_session where id = $1 for update";
                let left: i64 = sqlx::query_scalar(left)
                    .bind(session.as_str())
                    .fetch_one(tx)
                    .await
                    .map_err(store_error)?;
                Ok(left >= i64::from(*at_least))
            }
            _ => Err(StoreError::Unsupported("this expectation")),
        }
    }

    async fn apply(
        &self,
        tx: &mut PgConnection,
        change: &Change,
        _: &Decision,
    ) -> Result<(), StoreError> {
        let Change::Course(CourseChange::Transferred {
            registration,
            from,
            to,
        }) = change
        else {
            return Err(StoreError::Unsupported("this change"));
        };
        let sql = "update seat_registration set session = $1, rev = rev + 1 where id = $2";
        run(tx, sql, &[to.as_str(), registration.as_str()]).await?;
        let sql = "update seat_session set used = used - 1 where id = $1";
        run(tx, sql, &[from.as_str()]).await?;
        match registration.as_str() {
            "panics" => panic!("the host's own mistake"),
            "fails" => return Err(StoreError::Unavailable("the host's own trouble".into())),
            "breaks-a-check" => {
                run(tx, "update seat_session set used = capacity + 1", &[]).await?;
            }
            _ => {}
        }
        let sql = "update seat_session set used = used + 1 where id = $1";
        run(tx, sql, &[to.as_str()]).await
    }
}

async fn run(tx: &mut PgConnection, sql: &'static str, of: &[&str]) -> Result<(), StoreError> {
    let mut query = sqlx::query(sql);
    for value in of {
        query = query.bind(*value);
    }
    query.execute(tx).await.map(drop).map_err(store_error)
}

/// A database with the host's tables and ours.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) db: Postgres,
    pub(crate) store: PostgresStore,
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::on(SERVER.migrated().await).await
    }

    pub(crate) async fn on(db: Postgres) -> Self {
        sqlx::raw_sql(SCHEMA).execute(db.pool()).await.unwrap();
        let store = db.tenant("acme", Arc::new(Seats));
        Self { db, store }
    }

    /// Somebody with `psql`, who works for one tenant.
    pub(crate) async fn run(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        self.run_any(sql).await
    }

    /// Has them change something that a test puts together.
    pub(crate) async fn edit(&self, sql: &str) {
        self.run_any(AssertSqlSafe(sql.to_owned())).await.unwrap();
    }

    async fn run_any(&self, sql: impl SqlSafeStr) -> Result<(), sqlx::Error> {
        let mut tx = self.db.pool().begin().await?;
        sqlx::query("select set_config('portal.tenant', 'acme', true)")
            .execute(&mut *tx)
            .await?;
        sqlx::raw_sql(sql).execute(&mut *tx).await?;
        tx.commit().await
    }

    /// Counts what that tenant has.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        self.count_of("acme", sql).await
    }

    pub(crate) async fn count_of(&self, tenant: &str, sql: &'static str) -> i64 {
        let mut tx = self.db.pool().begin().await.unwrap();
        sqlx::query("select set_config('portal.tenant', $1, true)")
            .bind(tenant)
            .execute(&mut *tx)
            .await
            .unwrap();
        let counted = sqlx::query_scalar(sql).fetch_one(&mut *tx).await;
        counted.unwrap()
    }

    /// Rows a decision adds to: audit, outbox, registrations that moved, places taken.
    pub(crate) async fn traces(&self) -> [i64; 4] {
        [
            self.count("select count(*) from portal_command").await,
            self.count("select count(*) from portal_outbox").await,
            self.count("select count(*) from seat_registration where rev > 1")
                .await,
            self.count("select sum(used)::bigint from seat_session where id <> 'from'")
                .await,
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
