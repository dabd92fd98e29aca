//! The least host there can be: registrations that move between two dates, and orders of customers with few and many. The floor runs the same SQL.
use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Change, Contact, CustomerDesk, Decision, Directory, Expectation, Id, Listing, Loaded, Order,
    OrderDetails, Page, Portal, RecordRef, StoreError, Version,
    courses::{
        CourseChange, CourseRecords, DateChoices, Module, Registration, Session, Shelf,
        TransferFacts, WaitingPlace,
    },
};
use portal_store::sqlite::{HostTables, Sqlite, store_error};
use portal_testkit::{
    AnyProvider, RecordingHost, StoppedClock,
    facts::{RegistrationFacts, SessionFacts, order, registration, session, today, viewer},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::orders;

/// The tables of the host, without those of the portal.
pub const SCHEMA: &str = "
    create table bench_session (id text primary key, starts_at integer not null, capacity integer not null, used integer not null,
        check (used between 0 and capacity));
    create table bench_registration (id text primary key, session text not null, order_contact text not null, rev integer not null);
    create table bench_order (id text primary key, number text not null, placed_at integer not null, total integer not null, paid integer not null);
    create table bench_order_contact (contact text not null, placed_at integer not null, order_id text not null,
        primary key (contact, placed_at desc, order_id)) without rowid;
";

/// A registration with its order's contact, and the date it is to move to: one statement.
pub const TRANSFER_FACTS: &str = "
    select r.rev, r.order_contact, s.id, s.starts_at, s.capacity - s.used, t.id, t.starts_at, t.capacity - t.used
    from bench_registration r join bench_session s on s.id = r.session left join bench_session t on t.id = ?2 where r.id = ?1";
/// The version a registration has now.
pub const REV: &str = "select rev from bench_registration where id = ?1";
/// How many places a date has left.
pub const PLACES: &str = "select capacity - used from bench_session where id = ?1";
/// Moves a registration.
pub const MOVE: &str = "update bench_registration set session = ?2, rev = rev + 1 where id = ?1";
/// Counts a place from one date to the other.
pub const COUNT: &str = "update bench_session set used = used + case id when ?1 then -1 else 1 end where id in (?1, ?2)";

/// The host.
#[derive(Debug, Clone)]
pub struct Host {
    db: Sqlite,
}

impl Host {
    /// Opens a fresh database with the tables of both.
    pub async fn open(file: &Path) -> Self {
        Connection::open(file)
            .unwrap()
            .execute_batch(SCHEMA)
            .unwrap();
        let db = Sqlite::open(file).unwrap();
        db.migrate().await.unwrap();
        Self { db }
    }

    /// What one customer can see and do.
    #[must_use]
    pub fn desk(&self, contact: &Contact) -> CustomerDesk {
        let host = Arc::new(self.clone());
        let store = Arc::new(self.db.tenant("bench", Arc::clone(&host)));
        let payments = Arc::clone(&store);
        let portal = Portal::builder(store, Arc::clone(&host) as Arc<dyn Directory>)
            .courses(host)
            .payments(Arc::new(AnyProvider::taking(["EUR"])))
            .payment_store(payments)
            .host(Arc::new(RecordingHost::default()))
            .clock(Arc::new(StoppedClock::at(today())))
            .build()
            .unwrap();
        portal.customer(viewer(contact))
    }
}

/// The facts of a transfer, from one row.
///
/// # Errors
/// When the row is not one of [`TRANSFER_FACTS`].
pub fn transfer_facts(id: &Id<Registration>, row: &Row<'_>) -> rusqlite::Result<TransferFacts> {
    let date = |at: usize| -> rusqlite::Result<Option<Session>> {
        let Some(id) = row.get::<_, Option<String>>(at)? else {
            return Ok(None);
        };
        let start: i64 = row.get(at + 1)?;
        let start = DateTime::from_timestamp(start, 0).unwrap_or_default();
        let left: i64 = row.get(at + 2)?;
        let session = session(&id).starting_at(start);
        Ok(Some(session.with_places(u32::try_from(left).unwrap_or(0))))
    };
    let rev: i64 = row.get(0)?;
    let order_contact: String = row.get(1)?;
    let mut r = registration(id.as_str());
    if let Some(session) = date(2)? {
        r = r.on(session);
    }
    let mut order = order("o1");
    order.order_contact = Id::new(order_contact);
    let r = r.on_order(order);
    let record = RecordRef::Registration(id.clone());
    let facts = Loaded::one(r, record, Version::number(rev));
    Ok(TransferFacts::new(facts, date(5)?))
}

impl HostTables for Host {
    fn holds(&self, tx: &Connection, expectation: &Expectation) -> Result<bool, StoreError> {
        match expectation {
            Expectation::Unchanged(RecordRef::Registration(id), version) => tx
                .prepare_cached(REV)
                .and_then(|mut s| s.query_row([id.as_str()], |row| row.get(0)).optional())
                .map(|rev| rev.is_some_and(|rev| version.is_number(rev)))
                .map_err(store_error),
            Expectation::PlacesLeft { session, at_least } => tx
                .prepare_cached(PLACES)
                .and_then(|mut s| s.query_row([session.as_str()], |row| row.get(0)))
                .map(|left: i64| left >= i64::from(*at_least))
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
        tx.prepare_cached(MOVE)
            .and_then(|mut s| s.execute(params![registration.as_str(), to.as_str()]))
            .map_err(store_error)?;
        tx.prepare_cached(COUNT)
            .and_then(|mut s| s.execute(params![from.as_str(), to.as_str()]))
            .map(drop)
            .map_err(store_error)
    }
}

#[async_trait]
impl Directory for Host {
    async fn contact(&self, _: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        Ok(None)
    }

    async fn order(&self, _: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        Ok(None)
    }

    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError> {
        let (of, page) = (of.clone(), page.clone());
        self.db
            .read(move |db| orders::page(db, &of, &page).map_err(store_error))
            .await
    }
}

#[async_trait]
impl CourseRecords for Host {
    async fn transfer(
        &self,
        id: &Id<Registration>,
        to: &Id<Session>,
    ) -> Result<Option<TransferFacts>, StoreError> {
        let (id, to) = (id.clone(), to.clone());
        self.db
            .read(move |db| {
                db.prepare_cached(TRANSFER_FACTS)
                    .and_then(|mut s| {
                        let of = params![id.as_str(), to.as_str()];
                        s.query_row(of, |row| transfer_facts(&id, row)).optional()
                    })
                    .map_err(store_error)
            })
            .await
    }

    async fn registration(
        &self,
        _: &Id<Registration>,
    ) -> Result<Option<Loaded<Registration>>, StoreError> {
        Ok(None)
    }

    async fn registrations(
        &self,
        _: &Id<Contact>,
        _: Shelf,
        _: DateTime<Utc>,
        _: &Page,
    ) -> Result<Listing<Registration>, StoreError> {
        Ok(Listing::new(vec![], None))
    }

    async fn dates(
        &self,
        _: &Id<Registration>,
        _: DateTime<Utc>,
    ) -> Result<Option<DateChoices>, StoreError> {
        Ok(None)
    }

    async fn waiting(
        &self,
        _: &Id<Contact>,
        _: &Page,
    ) -> Result<Listing<WaitingPlace>, StoreError> {
        Ok(Listing::new(vec![], None))
    }

    async fn waiting_place(
        &self,
        _: &Id<WaitingPlace>,
    ) -> Result<Option<Loaded<WaitingPlace>>, StoreError> {
        Ok(None)
    }

    async fn standing_offers(&self, _: &Page) -> Result<Listing<Loaded<WaitingPlace>>, StoreError> {
        Ok(Listing::new(vec![], None))
    }

    async fn modules(
        &self,
        _: &Id<Contact>,
        _: Shelf,
        _: &Page,
    ) -> Result<Listing<Module>, StoreError> {
        Ok(Listing::new(vec![], None))
    }

    async fn module(&self, _: &Id<Module>) -> Result<Option<Module>, StoreError> {
        Ok(None)
    }
}
