//! What a host that keeps no tables for the portal hands over, as often as it likes: nightly, hourly, at every change.
use chrono::{DateTime, Utc};
#[cfg(feature = "accounts")]
use portal_core::accounts::{FieldValue, Person};
use portal_core::{
    Contact, Id, Order, OrderDetails,
    courses::{Module, Registration, Session, WaitingPlace},
};

/// Records of the host, to be put into the mirror tables: all of it or none.
///
/// A record that is there already is replaced, and counts as changed only if it says something else than before. What is not mentioned stays.
///
/// Read all of it from one snapshot of your tables, and hand over sessions no later than the registrations that count on them: a registration that tells of a
/// move beside a count of places from before it would give that place away twice.
///
/// The registrant, the session and the order inside a registration are records too, as are the person and the session inside a place on a waiting
/// list. Where one is also listed by itself, the listed one counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Import {
    /// People.
    pub contacts: Vec<Contact>,
    /// People with what their customer record says. Nobody else signs in; one who is mentioned elsewhere as well keeps the standing they have.
    #[cfg(feature = "accounts")]
    pub persons: Vec<Person>,
    /// What is in people's profiles, whole: a field that is left out is empty. A profile of nobody is not taken.
    #[cfg(feature = "accounts")]
    pub profiles: Vec<(Id<Contact>, Vec<FieldValue>)>,
    /// Orders with their lines.
    pub orders: Vec<OrderDetails>,
    /// Dates of courses, with the places the host would still give away.
    pub sessions: Vec<Session>,
    /// Registrations.
    pub registrations: Vec<Registration>,
    /// Places on waiting lists.
    pub waiting_places: Vec<WaitingPlace>,
    /// E-learning.
    pub modules: Vec<Module>,
    /// Registrations the host has decided about: what was done with them in the portal does not stand.
    pub overruled: Vec<Id<Registration>>,
    /// Orders the host has decided about: what it says was paid counts, whatever was counted in the portal.
    pub overruled_orders: Vec<Id<Order>>,
    /// People the host has decided about: an address or a profile they changed in the portal does not stand.
    #[cfg(feature = "accounts")]
    pub overruled_contacts: Vec<Id<Contact>>,
    /// When the host read all this from its own tables. What was read before something that is in already changes nothing.
    pub read_at: Option<DateTime<Utc>>,
}

/// What became of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// Records that were not there.
    pub added: u64,
    /// Records that said something else before.
    pub changed: u64,
    /// Records that said the same.
    pub unchanged: u64,
    /// Records older than what was done in the portal since: what was done here stands.
    pub outdated: u64,
}

impl Import {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A person.
    #[must_use]
    pub fn contact(mut self, contact: Contact) -> Self {
        self.contacts.push(contact);
        self
    }

    /// A person with what their customer record says.
    #[cfg(feature = "accounts")]
    #[must_use]
    pub fn person(mut self, person: Person) -> Self {
        self.persons.push(person);
        self
    }

    /// What is in a person's profile, whole.
    #[cfg(feature = "accounts")]
    #[must_use]
    pub fn profile(mut self, of: Id<Contact>, fields: Vec<FieldValue>) -> Self {
        self.profiles.push((of, fields));
        self
    }

    /// An order with its lines.
    #[must_use]
    pub fn order(mut self, details: OrderDetails) -> Self {
        self.orders.push(details);
        self
    }

    /// A date of a course.
    #[must_use]
    pub fn session(mut self, session: Session) -> Self {
        self.sessions.push(session);
        self
    }

    /// A registration, with its registrant, its session and its order.
    #[must_use]
    pub fn registration(mut self, registration: Registration) -> Self {
        self.registrations.push(registration);
        self
    }

    /// A place on a waiting list, with the person and the session.
    #[must_use]
    pub fn waiting_place(mut self, place: WaitingPlace) -> Self {
        self.waiting_places.push(place);
        self
    }

    /// A module of e-learning.
    #[must_use]
    pub fn module(mut self, module: Module) -> Self {
        self.modules.push(module);
        self
    }

    /// The host knows what was done with this registration in the portal, and what it says here counts all the same.
    #[must_use]
    pub fn overruling(mut self, registration: Id<Registration>) -> Self {
        self.overruled.push(registration);
        self
    }

    /// The host knows what the portal counted for this order, and what it says here was paid counts all the same.
    #[must_use]
    pub fn overruling_order(mut self, order: Id<Order>) -> Self {
        self.overruled_orders.push(order);
        self
    }

    /// The host knows what this person changed in the portal, and what it says here counts all the same.
    #[cfg(feature = "accounts")]
    #[must_use]
    pub fn overruling_contact(mut self, contact: Id<Contact>) -> Self {
        self.overruled_contacts.push(contact);
        self
    }

    /// When the host read all this from its own tables: two imports that overtake each other then do no harm.
    #[must_use]
    pub fn read_at(mut self, at: DateTime<Utc>) -> Self {
        self.read_at = Some(at);
        self
    }

    /// How many records are listed.
    pub(crate) fn len(&self) -> usize {
        let people = self.contacts.len() + self.orders.len() + self.modules.len();
        #[cfg(feature = "accounts")]
        let people = people + self.persons.len() + self.profiles.len();
        people + self.sessions.len() + self.registrations.len() + self.waiting_places.len()
    }
}
