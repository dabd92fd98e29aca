use std::{fmt, sync::Arc};

use async_trait::async_trait;
use portal_core::{
    Contact, Directory, Id, Order, OrderDetails, Refusals, Store,
    accounting::AccountingStore,
    accounts::{AccountStore, People, Person},
    courses::{Course, CourseRecords, Module, Registration, Session, WaitingPlace},
    payment::PaymentStore,
    profile::{FieldValue, ProfileRecords},
};

use crate::facts::course;

/// One store with the host's records behind it, empty at first: what the suites run against.
///
/// Everything else is seen through the ports, as the portal sees it. One world may serve many rounds, so nothing may depend on it being empty.
#[async_trait]
pub trait World: fmt::Debug + Send + Sync + 'static {
    /// The store under test. Every call may answer the same one.
    fn store(&self) -> Arc<dyn Store>;

    /// The host's answers about people and orders.
    fn directory(&self) -> Arc<dyn Directory>;

    /// The host's answers about courses.
    fn courses(&self) -> Arc<dyn CourseRecords>;

    /// What the store keeps about accounts; [`World::store`] records what happens to them.
    fn accounts(&self) -> Arc<dyn AccountStore>;

    /// The host's answers about people who want in.
    fn people(&self) -> Arc<dyn People>;

    /// The host's answers about profiles.
    fn profiles(&self) -> Arc<dyn ProfileRecords>;

    /// What the store keeps about money; [`World::store`] records what happens to it.
    fn payments(&self) -> Arc<dyn PaymentStore>;

    /// What the store keeps about the books; [`World::store`] records what happens to it.
    fn books(&self) -> Arc<dyn AccountingStore>;

    /// What the store remembers of messages.
    fn messages(&self) -> Arc<dyn portal_core::store::MessageLog>;

    /// Puts facts where the ports read them, as the host's own back office would: a record that is there already is replaced, and its version
    /// changes.
    async fn put(&self, facts: Facts);

    /// From now on the host takes no change of what it keeps about a person, for these reasons, as a CRM would that is closed for the night; with none, it
    /// takes them again.
    async fn reject_contact_changes(&self, because: Option<Refusals>);

    /// Closes the store as a crash would, and opens what it left behind; `None` for a store that keeps nothing.
    async fn reopen(&self) -> Option<Box<dyn World>>;
}

/// What a case needs the host to know. Complete in itself: whatever a registration names is in here too, once.
///
/// [`Session::places_left`] is what is left when all of this is in place. A host that counts seats instead gives a session `places_left` + its
/// active registrations + its held offers of them.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Facts {
    /// People.
    pub contacts: Vec<Contact>,
    /// What their customer records say; the people are above.
    pub people: Vec<Person>,
    /// What is in the fields of their profiles; the people are above.
    pub profiles: Vec<(Id<Contact>, Vec<FieldValue>)>,
    /// Orders with their lines.
    pub orders: Vec<OrderDetails>,
    /// The courses of everything below.
    pub courses: Vec<Course>,
    /// Dates.
    pub sessions: Vec<Session>,
    /// Registrations; what they name is above.
    pub registrations: Vec<Registration>,
    /// Places on waiting lists; what they name is above.
    pub waiting_places: Vec<WaitingPlace>,
    /// E-learning.
    pub modules: Vec<Module>,
}

impl Facts {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A person.
    #[must_use]
    pub fn contact(mut self, contact: Contact) -> Self {
        if let Some(person) = self.people.iter_mut().find(|p| p.contact.id == contact.id) {
            person.contact = contact.clone();
        }
        replace(&mut self.contacts, contact, |c| &c.id);
        self
    }

    /// A person, and what their customer record says.
    #[must_use]
    pub fn person(mut self, person: Person) -> Self {
        self = self.contact(person.contact.clone());
        replace(&mut self.people, person, |p| &p.contact.id);
        self
    }

    /// A person, and what is in the fields of their profile.
    #[must_use]
    pub fn profile(mut self, contact: Contact, fields: Vec<FieldValue>) -> Self {
        replace(&mut self.profiles, (contact.id.clone(), fields), |p| &p.0);
        self.contact(contact)
    }

    /// An order with its lines.
    #[must_use]
    pub fn order(mut self, details: OrderDetails) -> Self {
        replace(&mut self.orders, details, |d| &d.order.id);
        self
    }

    /// A date, and its course if that is new.
    #[must_use]
    pub fn session(mut self, session: Session) -> Self {
        if !self.courses.iter().any(|c| c.id == session.course) {
            self.courses.push(course(session.course.as_str()));
        }
        replace(&mut self.sessions, session, |s| &s.id);
        self
    }

    /// A registration, its registrant, course and date, and the header of its order if that is new.
    #[must_use]
    pub fn registration(mut self, registration: Registration) -> Self {
        replace(&mut self.courses, registration.course.clone(), |c| &c.id);
        if let Some(order) = &registration.order {
            self = self.header(order);
        }
        self = self
            .contact(registration.registrant.clone())
            .session(registration.session.clone());
        replace(&mut self.registrations, registration, |r| &r.id);
        self
    }

    /// A place on a waiting list, who waits, and for what.
    #[must_use]
    pub fn waiting_place(mut self, place: WaitingPlace) -> Self {
        replace(&mut self.courses, place.course.clone(), |c| &c.id);
        self = self
            .contact(place.contact.clone())
            .session(place.session.clone());
        replace(&mut self.waiting_places, place, |p| &p.id);
        self
    }

    /// A module of e-learning.
    #[must_use]
    pub fn module(mut self, module: Module) -> Self {
        replace(&mut self.modules, module, |m| &m.id);
        self
    }

    fn header(self, order: &Order) -> Self {
        if self.orders.iter().any(|d| d.order.id == order.id) {
            return self;
        }
        self.order(OrderDetails::new(order.clone(), vec![]))
    }
}

fn replace<T, K: PartialEq>(all: &mut Vec<T>, one: T, key: impl Fn(&T) -> &K) {
    match all.iter_mut().find(|old| key(old) == key(&one)) {
        Some(old) => *old = one,
        None => all.push(one),
    }
}
