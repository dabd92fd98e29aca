//! A store and a host's records in memory, for docs, tests and trying things out. Nothing survives the process.
//!
//! It keeps every promise of the ports but durability; `portal-testkit` holds it to them.
#[cfg(feature = "accounting")]
mod accounting;
#[cfg(feature = "accounts")]
mod accounts;
mod messages;
mod pages;
mod papers;
#[cfg(feature = "payments")]
mod payments;
#[cfg(feature = "accounts")]
mod profile;
#[cfg(feature = "courses")]
mod records;
#[cfg(feature = "requests")]
mod requests;
mod store;
#[cfg(feature = "tokens")]
mod tokens;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

#[cfg(feature = "courses")]
use crate::courses::{Module, Registration, Session, WaitingPlace};
#[cfg(feature = "accounts")]
use crate::profile::FieldValue;
#[cfg(feature = "requests")]
use crate::request::Request;
use crate::{
    CommandId, Contact, Directory, Effect, Id, Loaded, Order, OrderDetails, Receipt, RecordRef,
    TryKey, Version,
    store::{Listing, Page, QueueState, QueuedEffect, StoreError},
};

/// A store and a host's records, in one. Clones share what they hold.
///
/// ```
/// use std::sync::Arc;
/// use portal_core::{Contact, Customer, Id, Portal, memory::Memory};
///
/// let memory = Memory::default();
/// memory.put_contact(Contact::new(Id::new("ana"), Id::new("acme"), "Ana", "Cruz"));
/// let portal = Portal::builder(Arc::new(memory.clone()), Arc::new(memory)).build()?;
/// # Ok::<(), portal_core::ConfigError>(())
/// ```
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    receipts: BTreeMap<CommandId, Receipt>,
    /// In the order of their commits.
    trail: Vec<CommandId>,
    outbox: Vec<Queued>,
    /// Messages that were sent or need not be, in the order that was found out.
    post: Vec<QueuedEffect>,
    tries: BTreeMap<TryKey, Vec<DateTime<Utc>>>,
    versions: BTreeMap<RecordRef, i64>,
    contacts: BTreeMap<Id<Contact>, Contact>,
    orders: BTreeMap<Id<Order>, OrderDetails>,
    paperwork: papers::Paperwork,
    #[cfg(feature = "payments")]
    purse: payments::Purse,
    #[cfg(feature = "accounting")]
    books: accounting::Books,
    #[cfg(feature = "tokens")]
    tokens: tokens::Tokens,
    #[cfg(feature = "accounts")]
    profiles: BTreeMap<Id<Contact>, Vec<FieldValue>>,
    #[cfg(feature = "accounts")]
    ways_in: accounts::WaysIn,
    #[cfg(feature = "accounts")]
    door: accounts::Door,
    #[cfg(feature = "courses")]
    sessions: BTreeMap<Id<Session>, Session>,
    #[cfg(feature = "courses")]
    registrations: BTreeMap<Id<Registration>, Registration>,
    #[cfg(feature = "courses")]
    waiting: BTreeMap<Id<WaitingPlace>, WaitingPlace>,
    #[cfg(feature = "courses")]
    modules: BTreeMap<Id<Module>, Module>,
    #[cfg(feature = "requests")]
    requests: BTreeMap<Id<Request>, Request>,
}

#[derive(Clone)]
struct Queued {
    effect: Effect,
    since: DateTime<Utc>,
    tries: u32,
    state: QueueState,
    why: Option<String>,
    leased_until: Option<DateTime<Utc>>,
}

impl Memory {
    /// The host adds or edits a person.
    pub fn put_contact(&self, contact: Contact) {
        let mut state = self.state();
        state.edited(RecordRef::Contact(contact.id.clone()));
        state.contacts.insert(contact.id.clone(), contact);
    }

    /// The host adds or edits an order.
    pub fn put_order(&self, details: OrderDetails) {
        let mut state = self.state();
        state.edited(RecordRef::Order(details.order.id.clone()));
        state.orders.insert(details.order.id.clone(), details);
    }

    /// The host deletes an order.
    pub fn remove_order(&self, id: &Id<Order>) {
        let mut state = self.state();
        state.edited(RecordRef::Order(id.clone()));
        state.orders.remove(id);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock panics.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn edited(&mut self, record: RecordRef) {
        *self.versions.entry(record).or_default() += 1;
    }

    fn version(&self, record: &RecordRef) -> Version {
        Version::number(self.versions.get(record).copied().unwrap_or_default())
    }

    fn loaded<T>(&self, value: T, record: RecordRef) -> Loaded<T> {
        let version = self.version(&record);
        Loaded::one(value, record, version)
    }
}

#[async_trait]
impl Directory for Memory {
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        let state = self.state();
        let found = state.contacts.get(id).cloned();
        Ok(found.map(|contact| state.loaded(contact, RecordRef::Contact(id.clone()))))
    }

    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        let state = self.state();
        let found = state.orders.get(id).cloned();
        Ok(found.map(|details| state.loaded(details, RecordRef::Order(id.clone()))))
    }

    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError> {
        let state = self.state();
        let about = |order: &Order| {
            order.payer() == of || order.order_contact == *of || order.registrants.contains(of)
        };
        let orders = state.orders.values().map(|details| &details.order);
        let mine = orders.filter(|order| about(order));
        let rows = mine
            .map(|order| {
                (
                    pages::latest_first(order.placed_at, order.id.as_str()),
                    order,
                )
            })
            .collect();
        pages::page("orders", rows, page)
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}
