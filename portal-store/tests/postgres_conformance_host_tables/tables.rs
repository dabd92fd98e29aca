//! The host's tables, and what it writes for the portal: two matches.
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use portal_core::{
    Change, Decision, Expectation, Id, Order, OrderDetails, RecordRef, Refusals, StoreError,
    courses::{
        CourseChange, Registration, RegistrationStatus, Session, WaitingPlace, WaitingState,
    },
    order::OrderChange,
};
use portal_store::postgres::{
    HostTables, Postgres,
    sqlx::{self, PgConnection, PgPool},
    store_error,
};
use portal_testkit::Facts;
use serde::{Serialize, de::DeserializeOwned};

use crate::people;

#[derive(Debug, Clone)]
pub(crate) struct Host {
    pub(crate) pool: PgPool,
    /// Why no change of a person is taken now.
    pub(crate) closed: Arc<Mutex<Option<Refusals>>>,
}

pub(crate) type Done = Result<(), StoreError>;

const SCHEMA: &str = "
    create table if not exists contact (
        id text primary key, rev bigint not null default 1, facts text not null, standing text, profile text
    );
    create table if not exists booking (id text primary key, rev bigint not null default 1, facts text not null);
    create table if not exists session (
        id text primary key, used bigint not null, capacity bigint not null, course text not null, facts text not null,
        check (used between 0 and capacity)
    );
    create table if not exists registration (
        id text primary key, rev bigint not null default 1, session text not null references session, status text not null,
        contact text not null, facts text not null
    );
    create table if not exists waiting (
        id text primary key, rev bigint not null default 1, state text not null, contact text not null, facts text not null
    );
    create table if not exists module (id text primary key, facts text not null);
    create index if not exists registration_of on registration (contact);
    create index if not exists waiting_of on waiting (contact);
    create index if not exists session_of on session (course);
";

pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Corrupt(Box::new(e)))
}

/// Changes exactly one row.
pub(crate) async fn run(tx: &mut PgConnection, sql: &'static str, values: &[&str]) -> Done {
    let mut query = sqlx::query(sql);
    for value in values {
        query = query.bind(*value);
    }
    let done = query.execute(tx).await.map_err(store_error)?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    Err(StoreError::Unavailable("the record is gone".into()))
}

impl Host {
    pub(crate) fn new(db: &Postgres) -> Self {
        Self {
            pool: db.pool().clone(),
            closed: Arc::default(),
        }
    }

    pub(crate) async fn create(&self) -> Done {
        let created = sqlx::raw_sql(SCHEMA).execute(&self.pool).await;
        created.map(drop).map_err(store_error)
    }

    /// The host's back office.
    pub(crate) async fn put(&self, facts: &Facts) -> Done {
        let mut tx = self.pool.begin().await.map_err(store_error)?;
        for c in &facts.contacts {
            let sql = "insert into contact as t (id, facts) values ($1, $2)
                on conflict (id) do update set rev = t.rev + 1, facts = excluded.facts";
            run(&mut tx, sql, &[c.id.as_str(), &json(c)]).await?;
        }
        people::put(&mut tx, facts).await?;
        for o in &facts.orders {
            let sql = "insert into booking as t (id, facts) values ($1, $2)
                on conflict (id) do update set rev = t.rev + 1, facts = excluded.facts";
            run(&mut tx, sql, &[o.order.id.as_str(), &json(o)]).await?;
        }
        for s in &facts.sessions {
            // Everybody who has a place by now sits on one of a thousand others.
            let sql = "insert into session (id, used, capacity, course, facts) values ($1, 1000, 1000 + $2::text::bigint, $3, $4)
                on conflict (id) do update
                set used = 1000, capacity = excluded.capacity, course = excluded.course, facts = excluded.facts";
            let (left, all) = (s.places_left.to_string(), json(s));
            run(
                &mut tx,
                sql,
                &[s.id.as_str(), &left, s.course.as_str(), &all],
            )
            .await?;
        }
        for r in &facts.registrations {
            let sql = "insert into registration as t (id, session, status, contact, facts) values ($1, $2, $3, $4, $5)
                on conflict (id) do update
                set rev = t.rev + 1, session = excluded.session, status = excluded.status, contact = excluded.contact, facts = excluded.facts";
            let (status, all) = (json(&r.status), json(r));
            let (id, on, of) = (r.id.as_str(), r.session.id.as_str(), &r.registrant.id);
            run(&mut tx, sql, &[id, on, &status, of.as_str(), &all]).await?;
        }
        for p in &facts.waiting_places {
            let sql = "insert into waiting as t (id, state, contact, facts) values ($1, $2, $3, $4)
                on conflict (id) do update set rev = t.rev + 1, state = excluded.state, contact = excluded.contact, facts = excluded.facts";
            let (state, all) = (json(&p.state), json(p));
            let values = [p.id.as_str(), &state, p.contact.id.as_str(), &all];
            run(&mut tx, sql, &values).await?;
        }
        for m in &facts.modules {
            let sql = "insert into module (id, facts) values ($1, $2) on conflict (id) do update set facts = excluded.facts";
            run(&mut tx, sql, &[m.id.as_str(), &json(m)]).await?;
        }
        tx.commit().await.map_err(store_error)
    }
}

#[async_trait]
impl HostTables for Host {
    async fn holds(
        &self,
        tx: &mut PgConnection,
        expectation: &Expectation,
    ) -> Result<bool, StoreError> {
        let (sql, id) = match expectation {
            Expectation::Unchanged(record, _) => match record {
                RecordRef::Contact(id) => (
                    "select rev from contact where id = $1 for update",
                    id.as_str(),
                ),
                RecordRef::Order(id) => (
                    "select rev from booking where id = $1 for update",
                    id.as_str(),
                ),
                RecordRef::Registration(id) => (
                    "select rev from registration where id = $1 for update",
                    id.as_str(),
                ),
                RecordRef::WaitingPlace(id) => (
                    "select rev from waiting where id = $1 for update",
                    id.as_str(),
                ),
                _ => return Err(StoreError::Unsupported("the version of such a record")),
            },
            Expectation::PlacesLeft { session, .. } => (
                "select capacity - used from session where id = $1 for update",
                session.as_str(),
            ),
            _ => return Err(StoreError::Unsupported("this expectation")),
        };
        let found: Option<i64> = sqlx::query_scalar(sql)
            .bind(id)
            .fetch_optional(tx)
            .await
            .map_err(store_error)?;
        Ok(found.is_some_and(|found| match expectation {
            Expectation::Unchanged(_, version) => version.is_number(found),
            Expectation::PlacesLeft { at_least, .. } => found >= i64::from(*at_least),
            _ => false,
        }))
    }

    async fn apply(
        &self,
        tx: &mut PgConnection,
        change: &Change,
        _: &Decision,
    ) -> Result<(), StoreError> {
        match change {
            Change::Order(change) => order(tx, change).await,
            Change::Contact(change) => {
                let because = self.closed.lock().unwrap().clone();
                match because {
                    Some(because) => Err(StoreError::Rejected(Box::new(because))),
                    None => people::apply(tx, change).await,
                }
            }
            Change::Course(CourseChange::Transferred {
                registration,
                from,
                to,
            }) => {
                free(tx, from).await?;
                take(tx, to).await?;
                let sql = "update registration set session = $2, rev = rev + 1 where id = $1";
                run(tx, sql, &[registration.as_str(), to.as_str()]).await
            }
            Change::Course(CourseChange::Cancelled {
                registration,
                session,
            }) => {
                free(tx, session).await?;
                let sql = "update registration set status = $2, rev = rev + 1 where id = $1";
                let status = json(&RegistrationStatus::Cancelled);
                run(tx, sql, &[registration.as_str(), &status]).await
            }
            Change::Course(CourseChange::PlaceAccepted {
                place,
                session,
                held,
                ..
            }) => {
                if !held {
                    take(tx, session).await?;
                }
                ended(tx, place, &WaitingState::Accepted).await?;
                register(tx, place).await
            }
            Change::Course(CourseChange::LeftWaitingList {
                place,
                session,
                held,
            }) => {
                if *held {
                    free(tx, session).await?;
                }
                ended(tx, place, &WaitingState::Left).await
            }
            Change::Course(CourseChange::OfferExpired {
                at,
                place,
                session,
                held,
            }) => {
                if *held {
                    free(tx, session).await?;
                }
                ended(tx, place, &WaitingState::Expired { at: *at }).await
            }
            _ => Err(StoreError::Unsupported("this change")),
        }
    }
}

/// What happened to one of the host's orders: it keeps no count of copies.
async fn order(tx: &mut PgConnection, change: &OrderChange) -> Done {
    match change {
        OrderChange::InvoiceCopyRequested { .. } => Ok(()),
        OrderChange::PaymentStands { order, payment } => {
            let mut details = locked(tx, order).await?;
            details.order.payment.clone_from(payment);
            edited(tx, &details).await
        }
        OrderChange::LedgerStands { order, ledger } => {
            let mut details = locked(tx, order).await?;
            details.order.ledger.clone_from(ledger);
            edited(tx, &details).await
        }
        OrderChange::PaymentCounted { order, was, is, .. } => {
            let mut details = locked(tx, order).await?;
            let counted = details.order.balance.counting(*was, *is);
            details.order.balance = counted.map_err(|e| StoreError::Corrupt(e.into()))?;
            edited(tx, &details).await
        }
        _ => Err(StoreError::Unsupported("this change of an order")),
    }
}

async fn locked(tx: &mut PgConnection, id: &Id<Order>) -> Result<OrderDetails, StoreError> {
    let facts: String = sqlx::query_scalar("select facts from booking where id = $1 for update")
        .bind(id.as_str())
        .fetch_one(&mut *tx)
        .await
        .map_err(store_error)?;
    parse(&facts)
}

async fn edited(tx: &mut PgConnection, details: &OrderDetails) -> Done {
    let sql = "update booking set facts = $2, rev = rev + 1 where id = $1";
    let id = details.order.id.as_str();
    run(tx, sql, &[id, &json(details)]).await
}

async fn take(tx: &mut PgConnection, session: &Id<Session>) -> Done {
    let sql = "update session set used = used + 1 where id = $1";
    run(tx, sql, &[session.as_str()]).await
}

async fn free(tx: &mut PgConnection, session: &Id<Session>) -> Done {
    let sql = "update session set used = used - 1 where id = $1";
    run(tx, sql, &[session.as_str()]).await
}

async fn ended(tx: &mut PgConnection, place: &Id<WaitingPlace>, state: &WaitingState) -> Done {
    let sql = "update waiting set state = $2, rev = rev + 1 where id = $1";
    run(tx, sql, &[place.as_str(), &json(state)]).await
}

async fn register(tx: &mut PgConnection, place: &Id<WaitingPlace>) -> Done {
    let facts: String = sqlx::query_scalar("select facts from waiting where id = $1")
        .bind(place.as_str())
        .fetch_one(&mut *tx)
        .await
        .map_err(store_error)?;
    let p: WaitingPlace = parse(&facts)?;
    let id = Id::new(format!("of-{}", p.id));
    let r = Registration::new(id, p.contact, p.course, p.session);
    let sql = "insert into registration (id, session, status, contact, facts) values ($1, $2, $3, $4, $5)";
    let (status, all) = (json(&r.status), json(&r));
    let (on, of) = (r.session.id.as_str(), r.registrant.id.as_str());
    run(tx, sql, &[r.id.as_str(), on, &status, of, &all]).await
}
