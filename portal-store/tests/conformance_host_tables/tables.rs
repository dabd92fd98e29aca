//! The host's tables, and what it writes for the portal: two matches.
use std::sync::{Arc, Mutex};

use portal_core::{
    Change, Decision, Expectation, Id, MoneyError, Order, OrderDetails, RecordRef, Refusals,
    StoreError,
    courses::{
        CourseChange, Registration, RegistrationStatus, Session, WaitingPlace, WaitingState,
    },
    order::OrderChange,
};
use portal_store::sqlite::{
    HostTables, Sqlite,
    rusqlite::{Connection, OptionalExtension, Params, params},
    store_error,
};
use portal_testkit::Facts;
use serde::{Serialize, de::DeserializeOwned};

use crate::people;

#[derive(Debug, Clone)]
pub(crate) struct Host {
    pub(crate) db: Sqlite,
    /// Why no change of a person is taken now.
    pub(crate) closed: Arc<Mutex<Option<Refusals>>>,
}

impl Host {
    pub(crate) fn new(db: &Sqlite) -> Self {
        Self {
            db: db.clone(),
            closed: Arc::default(),
        }
    }
}

pub(crate) fn create(db: &Connection) -> Result<(), StoreError> {
    db.execute_batch(
        "create table if not exists contact (
             id text primary key, rev integer not null default 1, facts text not null, standing text, profile text
         );
         create table if not exists booking (id text primary key, rev integer not null default 1, facts text not null);
         create table if not exists session (
             id text primary key, used integer not null, capacity integer not null, facts text not null,
             check (used between 0 and capacity)
         );
         create table if not exists registration (
             id text primary key, rev integer not null default 1, session text not null references session, status text not null, facts text not null
         );
         create table if not exists waiting (id text primary key, rev integer not null default 1, state text not null, facts text not null);
         create index if not exists registration_of on registration (facts ->> '$.registrant.id');
         create index if not exists waiting_of on waiting (facts ->> '$.contact.id');
         create index if not exists session_of on session (facts ->> '$.course');
         create table if not exists module (id text primary key, facts text not null);",
    )
    .map_err(store_error)
}

pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Corrupt(Box::new(e)))
}

pub(crate) fn run(
    tx: &Connection,
    sql: &'static str,
    values: impl Params,
) -> Result<usize, StoreError> {
    tx.prepare_cached(sql)
        .and_then(|mut statement| statement.execute(values))
        .map_err(store_error)
}

/// The host's back office.
pub(crate) fn put(db: &Connection, facts: &Facts) -> Result<(), StoreError> {
    for c in &facts.contacts {
        run(
            db,
            "insert into contact (id, facts) values (?, ?) on conflict do update set rev = rev + 1, facts = excluded.facts",
            params![c.id.as_str(), json(c)],
        )?;
    }
    people::put(db, facts)?;
    for o in &facts.orders {
        run(
            db,
            "insert into booking (id, facts) values (?, ?) on conflict do update set rev = rev + 1, facts = excluded.facts",
            params![o.order.id.as_str(), json(o)],
        )?;
    }
    for s in &facts.sessions {
        // Everybody who has a place by now sits on one of a thousand others.
        run(
            db,
            "insert into session (id, used, capacity, facts) values (?1, 1000, 1000 + ?2, ?3)
             on conflict do update set used = 1000, capacity = excluded.capacity, facts = excluded.facts",
            params![s.id.as_str(), s.places_left, json(s)],
        )?;
    }
    for r in &facts.registrations {
        run(
            db,
            "insert into registration (id, session, status, facts) values (?1, ?2, ?3, ?4)
             on conflict do update set rev = rev + 1, session = excluded.session, status = excluded.status, facts = excluded.facts",
            params![r.id.as_str(), r.session.id.as_str(), json(&r.status), json(r)],
        )?;
    }
    for p in &facts.waiting_places {
        run(
            db,
            "insert into waiting (id, state, facts) values (?1, ?2, ?3)
             on conflict do update set rev = rev + 1, state = excluded.state, facts = excluded.facts",
            params![p.id.as_str(), json(&p.state), json(p)],
        )?;
    }
    for m in &facts.modules {
        run(
            db,
            "insert into module (id, facts) values (?, ?) on conflict do update set facts = excluded.facts",
            params![m.id.as_str(), json(m)],
        )?;
    }
    Ok(())
}

impl HostTables for Host {
    fn holds(&self, tx: &Connection, expectation: &Expectation) -> Result<bool, StoreError> {
        let ask = |sql, id: &str| {
            tx.prepare_cached(sql)
                .and_then(|mut statement| statement.query_row([id], |row| row.get(0)).optional())
                .map_err(store_error)
        };
        match expectation {
            Expectation::Unchanged(record, version) => {
                let rev: Option<i64> = match record {
                    RecordRef::Contact(id) => {
                        ask("select rev from contact where id = ?", id.as_str())?
                    }
                    RecordRef::Order(id) => {
                        ask("select rev from booking where id = ?", id.as_str())?
                    }
                    RecordRef::Registration(id) => {
                        ask("select rev from registration where id = ?", id.as_str())?
                    }
                    RecordRef::WaitingPlace(id) => {
                        ask("select rev from waiting where id = ?", id.as_str())?
                    }
                    _ => return Err(StoreError::Unsupported("the version of such a record")),
                };
                Ok(rev.is_some_and(|rev| version.is_number(rev)))
            }
            Expectation::PlacesLeft { session, at_least } => {
                let left = "select capacity - used from session where id = ?";
                let left: Option<i64> = ask(left, session.as_str())?;
                Ok(left.is_some_and(|left| left >= i64::from(*at_least)))
            }
            _ => Err(StoreError::Unsupported("this expectation")),
        }
    }

    fn apply(&self, tx: &Connection, change: &Change, _: &Decision) -> Result<(), StoreError> {
        match change {
            Change::Order(change) => order(tx, change),
            Change::Contact(change) => match &*self.closed.lock().unwrap() {
                Some(because) => Err(StoreError::Rejected(Box::new(because.clone()))),
                None => people::apply(tx, change),
            },
            Change::Course(CourseChange::Transferred {
                registration,
                from,
                to,
            }) => {
                used(tx, from, -1)?;
                used(tx, to, 1)?;
                one(run(
                    tx,
                    "update registration set session = ?2, rev = rev + 1 where id = ?1",
                    [registration.as_str(), to.as_str()],
                )?)
            }
            Change::Course(CourseChange::Cancelled {
                registration,
                session,
            }) => {
                used(tx, session, -1)?;
                one(run(
                    tx,
                    "update registration set status = ?2, rev = rev + 1 where id = ?1",
                    params![registration.as_str(), json(&RegistrationStatus::Cancelled)],
                )?)
            }
            Change::Course(CourseChange::PlaceAccepted {
                place,
                session,
                held,
                ..
            }) => {
                if !held {
                    used(tx, session, 1)?;
                }
                ended(tx, place, &WaitingState::Accepted)?;
                register(tx, place)
            }
            Change::Course(CourseChange::LeftWaitingList {
                place,
                session,
                held,
            }) => {
                used(tx, session, if *held { -1 } else { 0 })?;
                ended(tx, place, &WaitingState::Left)
            }
            Change::Course(CourseChange::OfferExpired {
                at,
                place,
                session,
                held,
            }) => {
                used(tx, session, if *held { -1 } else { 0 })?;
                ended(tx, place, &WaitingState::Expired { at: *at })
            }
            _ => Err(StoreError::Unsupported("this change")),
        }
    }
}

/// What happened to one of the host's orders: it keeps no count of copies.
fn order(tx: &Connection, change: &OrderChange) -> Result<(), StoreError> {
    let edit = |id: &Id<Order>, edited: &dyn Fn(&mut Order) -> Result<(), MoneyError>| {
        let facts = tx
            .query_row(
                "select facts from booking where id = ?",
                [id.as_str()],
                |row| row.get::<_, String>(0),
            )
            .map_err(store_error)?;
        let mut details: OrderDetails = parse(&facts)?;
        edited(&mut details.order).map_err(|e| StoreError::Corrupt(e.into()))?;
        one(run(
            tx,
            "update booking set facts = ?2, rev = rev + 1 where id = ?1",
            params![id.as_str(), json(&details)],
        )?)
    };
    match change {
        OrderChange::InvoiceCopyRequested { .. } => Ok(()),
        OrderChange::PaymentStands { order, payment } => edit(order, &|order| {
            order.payment.clone_from(payment);
            Ok(())
        }),
        OrderChange::LedgerStands { order, ledger } => edit(order, &|order| {
            order.ledger.clone_from(ledger);
            Ok(())
        }),
        OrderChange::PaymentCounted { order, was, is, .. } => edit(order, &|order| {
            order.balance = order.balance.counting(*was, *is)?;
            Ok(())
        }),
        _ => Err(StoreError::Unsupported("this change of an order")),
    }
}

fn used(tx: &Connection, session: &Id<Session>, more: i64) -> Result<(), StoreError> {
    one(run(
        tx,
        "update session set used = used + ?2 where id = ?1",
        params![session.as_str(), more],
    )?)
}

fn ended(
    tx: &Connection,
    place: &Id<WaitingPlace>,
    state: &WaitingState,
) -> Result<(), StoreError> {
    one(run(
        tx,
        "update waiting set state = ?2, rev = rev + 1 where id = ?1",
        params![place.as_str(), json(state)],
    )?)
}

fn register(tx: &Connection, place: &Id<WaitingPlace>) -> Result<(), StoreError> {
    let facts: String = tx
        .query_row(
            "select facts from waiting where id = ?",
            [place.as_str()],
            |row| row.get(0),
        )
        .map_err(store_error)?;
    let p: WaitingPlace = parse(&facts)?;
    let id = Id::new(format!("of-{}", p.id));
    let r = Registration::new(id, p.contact, p.course, p.session);
    one(run(
        tx,
        "insert into registration (id, session, status, facts) values (?1, ?2, ?3, ?4)",
        params![
            r.id.as_str(),
            r.session.id.as_str(),
            json(&r.status),
            json(&r)
        ],
    )?)
}

pub(crate) fn one(rows: usize) -> Result<(), StoreError> {
    if rows == 1 {
        return Ok(());
    }
    Err(StoreError::Unavailable("the record is gone".into()))
}
