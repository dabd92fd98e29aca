//! A tenant whose records are all in mirror tables, whichever database they are in.
use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use portal_core::{
    Directory, Refusals, Store,
    accounting::AccountingStore,
    accounts::{AccountStore, People},
    courses::CourseRecords,
    payment::PaymentStore,
    profile::ProfileRecords,
};
use portal_store::Import;
use portal_testkit::{Facts, World};

/// Why the host refuses what people change about themselves, while it does.
pub(crate) type Closed = Arc<Mutex<Option<Refusals>>>;

/// Something that is being opened.
pub(crate) type Opened<T> = Pin<Box<dyn Future<Output = T> + Send>>;

type Again<T> = Arc<dyn Fn() -> Opened<T> + Send + Sync>;

/// What keeps everything the portal does.
pub(crate) trait Keeps:
    Store + AccountStore + PaymentStore + AccountingStore + portal_core::store::MessageLog + Clone
{
}

impl<
    S: Store + AccountStore + PaymentStore + AccountingStore + portal_core::store::MessageLog + Clone,
> Keeps for S
{
}

/// Mirror tables, in either database.
#[async_trait]
pub(crate) trait Mirror:
    Directory + CourseRecords + People + ProfileRecords + Clone
{
    async fn take_in(&self, batch: Import);
}

#[cfg(feature = "sqlite")]
#[async_trait]
impl Mirror for portal_store::sqlite::MirrorTables {
    async fn take_in(&self, batch: Import) {
        self.import(batch).await.unwrap();
    }
}

#[cfg(feature = "postgres")]
#[async_trait]
impl Mirror for portal_store::postgres::MirrorTables {
    async fn take_in(&self, batch: Import) {
        self.import(batch).await.unwrap();
    }
}

/// One tenant.
#[derive(Clone)]
pub(crate) struct Tenant<S, T> {
    pub(crate) store: S,
    tables: T,
    moody: Option<(S, Closed)>,
    again: Option<Again<Self>>,
}

impl<S: Keeps, T: Mirror> Tenant<S, T> {
    /// A tenant whose host takes everything.
    pub(crate) fn new(store: S, tables: T) -> Self {
        Self {
            store,
            tables,
            moody: None,
            again: None,
        }
    }

    /// While the host refuses something, this store is used, which goes by what is in `closed`.
    pub(crate) fn moody(mut self, store: S, closed: Closed) -> Self {
        self.moody = Some((store, closed));
        self
    }

    /// It is opened anew like this.
    pub(crate) fn opened_anew(
        mut self,
        again: impl Fn() -> Opened<Self> + Send + Sync + 'static,
    ) -> Self {
        self.again = Some(Arc::new(again));
        self
    }

    fn bound(&self) -> S {
        let moody = self.moody.as_ref();
        let moody = moody.filter(|(_, closed)| closed.lock().unwrap().is_some());
        moody.map_or(&self.store, |(store, _)| store).clone()
    }
}

impl<S: fmt::Debug, T: fmt::Debug> fmt::Debug for Tenant<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenant")
            .field("store", &self.store)
            .field("tables", &self.tables)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl<S: Keeps, T: Mirror> World for Tenant<S, T> {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.bound())
    }

    fn directory(&self) -> Arc<dyn Directory> {
        Arc::new(self.tables.clone())
    }

    fn courses(&self) -> Arc<dyn CourseRecords> {
        Arc::new(self.tables.clone())
    }

    fn accounts(&self) -> Arc<dyn AccountStore> {
        Arc::new(self.bound())
    }

    fn people(&self) -> Arc<dyn People> {
        Arc::new(self.tables.clone())
    }

    fn profiles(&self) -> Arc<dyn ProfileRecords> {
        Arc::new(self.tables.clone())
    }

    fn payments(&self) -> Arc<dyn PaymentStore> {
        Arc::new(self.bound())
    }

    fn books(&self) -> Arc<dyn AccountingStore> {
        Arc::new(self.bound())
    }

    fn messages(&self) -> Arc<dyn portal_core::store::MessageLog> {
        Arc::new(self.bound())
    }

    async fn put(&self, facts: Facts) {
        let mut batch = Import::new();
        batch.overruled_contacts = facts.contacts.iter().map(|c| c.id.clone()).collect();
        batch.contacts = facts.contacts;
        batch.persons = facts.people;
        batch.profiles = facts.profiles;
        batch.sessions = facts.sessions;
        batch.overruled_orders = facts.orders.iter().map(|o| o.order.id.clone()).collect();
        batch.orders = facts.orders;
        batch.overruled = facts.registrations.iter().map(|r| r.id.clone()).collect();
        batch.registrations = facts.registrations;
        batch.waiting_places = facts.waiting_places;
        batch.modules = facts.modules;
        self.tables.take_in(batch).await;
    }

    async fn reject_contact_changes(&self, because: Option<Refusals>) {
        let moody = self.moody.as_ref();
        let (_, closed) = moody.expect("a host that takes everything");
        *closed.lock().unwrap() = because;
    }

    async fn reopen(&self) -> Option<Box<dyn World>> {
        match &self.again {
            Some(again) => Some(Box::new(again().await)),
            None => None,
        }
    }
}
