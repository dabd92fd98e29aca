use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Memory, State, pages};
use crate::{
    Contact, Id, Loaded, RecordRef, StoreError,
    courses::{
        CourseChange, CourseRecords, DateChoices, Module, Registration, RegistrationStatus,
        Session, Shelf, TransferFacts, WaitingPlace, WaitingState, shelf,
    },
    store::{Listing, Page},
};

impl Memory {
    /// The host adds or edits a date.
    pub fn put_session(&self, session: Session) {
        let mut state = self.state();
        state.edited(RecordRef::Session(session.id.clone()));
        state.sessions.insert(session.id.clone(), session);
    }

    /// The host adds or edits a registration. Its date, order and registrant are read from where they were put, if they were.
    pub fn put_registration(&self, registration: Registration) {
        let mut state = self.state();
        state.edited(RecordRef::Registration(registration.id.clone()));
        let id = registration.id.clone();
        state.registrations.insert(id, registration);
    }

    /// The host adds or edits a place on a waiting list. Its date is read from where it was put, if it was.
    pub fn put_waiting_place(&self, place: WaitingPlace) {
        let mut state = self.state();
        state.edited(RecordRef::WaitingPlace(place.id.clone()));
        state.waiting.insert(place.id.clone(), place);
    }

    /// The host adds or edits a module.
    pub fn put_module(&self, module: Module) {
        self.state().modules.insert(module.id.clone(), module);
    }
}

/// What a change can touch, as it was.
pub(super) struct Before {
    versions: BTreeMap<RecordRef, i64>,
    sessions: BTreeMap<Id<Session>, Session>,
    registrations: BTreeMap<Id<Registration>, Registration>,
    waiting: BTreeMap<Id<WaitingPlace>, WaitingPlace>,
}

impl State {
    pub(super) fn course_records(&self) -> Before {
        Before {
            versions: self.versions.clone(),
            sessions: self.sessions.clone(),
            registrations: self.registrations.clone(),
            waiting: self.waiting.clone(),
        }
    }

    pub(super) fn restore(&mut self, before: Before) {
        self.versions = before.versions;
        self.sessions = before.sessions;
        self.registrations = before.registrations;
        self.waiting = before.waiting;
    }

    pub(super) fn apply(&mut self, change: &CourseChange) -> Result<(), StoreError> {
        match change {
            CourseChange::Transferred {
                registration,
                from,
                to,
            } => {
                self.take_place(to)?;
                self.free_place(from);
                let session = self.sessions.get(to).cloned();
                self.edit_registration(registration, |r| {
                    if let Some(session) = session {
                        r.session = session;
                    }
                })
            }
            CourseChange::Cancelled {
                registration,
                session,
            } => {
                self.free_place(session);
                self.edit_registration(registration, |r| {
                    r.status = RegistrationStatus::Cancelled;
                })
            }
            CourseChange::PlaceAccepted {
                place,
                session,
                held,
                ..
            } => {
                if !held {
                    self.take_place(session)?;
                }
                let waited = self.edit_waiting(place, WaitingState::Accepted)?;
                self.register(waited);
                Ok(())
            }
            CourseChange::LeftWaitingList {
                place,
                session,
                held,
            } => {
                self.edit_waiting(place, WaitingState::Left)?;
                self.free_held(session, *held);
                Ok(())
            }
            CourseChange::OfferExpired {
                at,
                place,
                session,
                held,
            } => {
                self.edit_waiting(place, WaitingState::Expired { at: *at })?;
                self.free_held(session, *held);
                Ok(())
            }
        }
    }

    fn register(&mut self, waited: WaitingPlace) {
        let id = Id::new(format!("accepted-{}", waited.id));
        let price = self.sessions.get(&waited.session.id).and_then(|s| s.price);
        let mut r = Registration::new(id, waited.contact, waited.course, waited.session);
        r.price = price;
        self.edited(RecordRef::Registration(r.id.clone()));
        self.registrations.insert(r.id.clone(), r);
    }

    fn take_place(&mut self, session: &Id<Session>) -> Result<(), StoreError> {
        let full = || StoreError::Unavailable("the date has no place left to take".into());
        let session = self.sessions.get_mut(session).ok_or_else(full)?;
        session.places_left = session.places_left.checked_sub(1).ok_or_else(full)?;
        Ok(())
    }

    fn free_place(&mut self, session: &Id<Session>) {
        if let Some(session) = self.sessions.get_mut(session) {
            session.places_left += 1;
        }
    }

    fn free_held(&mut self, session: &Id<Session>, held: bool) {
        if held {
            self.free_place(session);
        }
    }

    fn edit_registration(
        &mut self,
        id: &Id<Registration>,
        edit: impl FnOnce(&mut Registration),
    ) -> Result<(), StoreError> {
        self.edited(RecordRef::Registration(id.clone()));
        let found = self.registrations.get_mut(id);
        found.map(edit).ok_or_else(gone)
    }

    fn edit_waiting(
        &mut self,
        id: &Id<WaitingPlace>,
        to: WaitingState,
    ) -> Result<WaitingPlace, StoreError> {
        self.edited(RecordRef::WaitingPlace(id.clone()));
        let place = self.waiting.get_mut(id).ok_or_else(gone)?;
        place.state = to;
        Ok(place.clone())
    }

    fn live_session(&self, session: &Session) -> Session {
        let live = self.sessions.get(&session.id);
        live.unwrap_or(session).clone()
    }

    fn live(&self, r: &Registration) -> Registration {
        let mut r = r.clone();
        r.session = self.live_session(&r.session);
        if let Some(contact) = self.contacts.get(&r.registrant.id) {
            r.registrant = contact.clone();
        }
        if let Some(order) = &mut r.order
            && let Some(live) = self.orders.get(&order.id)
        {
            *order = live.order.clone();
        }
        r
    }

    fn live_waiting(&self, place: &WaitingPlace) -> WaitingPlace {
        let mut place = place.clone();
        place.session = self.live_session(&place.session);
        place
    }

    fn loaded_registration(&self, id: &Id<Registration>) -> Option<Loaded<Registration>> {
        let r = self.live(self.registrations.get(id)?);
        let order = r.order.as_ref().map(|o| RecordRef::Order(o.id.clone()));
        let facts = self.loaded(r, RecordRef::Registration(id.clone()));
        Some(match order {
            Some(order) => {
                let version = self.version(&order);
                facts.and(order, version)
            }
            None => facts,
        })
    }

    fn loaded_waiting(&self, place: &WaitingPlace) -> Loaded<WaitingPlace> {
        let record = RecordRef::WaitingPlace(place.id.clone());
        self.loaded(self.live_waiting(place), record)
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the record is gone".into())
}

#[async_trait]
impl CourseRecords for Memory {
    async fn registration(
        &self,
        id: &Id<Registration>,
    ) -> Result<Option<Loaded<Registration>>, StoreError> {
        Ok(self.state().loaded_registration(id))
    }

    async fn registrations(
        &self,
        of: &Id<Contact>,
        wanted: Shelf,
        now: DateTime<Utc>,
        page: &Page,
    ) -> Result<Listing<Registration>, StoreError> {
        let state = self.state();
        let all = state.registrations.values().map(|r| state.live(r));
        let mine: Vec<_> = all
            .filter(|r| r.registrant.id == *of && shelf(r, now) == wanted)
            .collect();
        let key = |r: &Registration| match wanted {
            Shelf::Current => pages::earliest_first(r.session.starts_at, r.id.as_str()),
            Shelf::Completed | Shelf::History => {
                pages::latest_first(r.session.starts_at, r.id.as_str())
            }
        };
        let rows = mine.iter().map(|r| (key(r), r)).collect();
        pages::page("registrations", rows, page)
    }

    async fn dates(
        &self,
        id: &Id<Registration>,
        now: DateTime<Utc>,
    ) -> Result<Option<DateChoices>, StoreError> {
        let state = self.state();
        let Some(r) = state.registrations.get(id).map(|r| state.live(r)) else {
            return Ok(None);
        };
        let others = state
            .sessions
            .values()
            .filter(|s| s.course == r.course.id && s.id != r.session.id && s.starts_at > now);
        let mut dates: Vec<_> = others.cloned().collect();
        dates.sort_by(|one, other| (one.starts_at, &one.id).cmp(&(other.starts_at, &other.id)));
        dates.truncate(100);
        Ok(Some(DateChoices::new(r, dates)))
    }

    async fn transfer(
        &self,
        id: &Id<Registration>,
        to: &Id<Session>,
    ) -> Result<Option<TransferFacts>, StoreError> {
        let state = self.state();
        let Some(r) = state.loaded_registration(id) else {
            return Ok(None);
        };
        let to = state.sessions.get(to);
        let same_course = to.filter(|s| s.course == r.value.course.id).cloned();
        Ok(Some(TransferFacts::new(r, same_course)))
    }

    async fn waiting(
        &self,
        of: &Id<Contact>,
        page: &Page,
    ) -> Result<Listing<WaitingPlace>, StoreError> {
        let state = self.state();
        let all = state.waiting.values();
        let mine: Vec<_> = all
            .filter(|place| place.contact.id == *of && place.is_active())
            .map(|place| state.live_waiting(place))
            .collect();
        let rows = mine
            .iter()
            .map(|p| (pages::earliest_first(p.since, p.id.as_str()), p))
            .collect();
        pages::page("waiting", rows, page)
    }

    async fn waiting_place(
        &self,
        id: &Id<WaitingPlace>,
    ) -> Result<Option<Loaded<WaitingPlace>>, StoreError> {
        let state = self.state();
        let found = state.waiting.get(id);
        Ok(found.map(|place| state.loaded_waiting(place)))
    }

    async fn standing_offers(
        &self,
        page: &Page,
    ) -> Result<Listing<Loaded<WaitingPlace>>, StoreError> {
        let state = self.state();
        let offered = |place: &&WaitingPlace| matches!(place.state, WaitingState::Offered(_));
        let all = state.waiting.values().filter(offered);
        let all: Vec<_> = all.map(|place| state.loaded_waiting(place)).collect();
        let rows = all
            .iter()
            .map(|p| (pages::by_text("", p.value.id.as_str()), p))
            .collect();
        pages::page("offers", rows, page)
    }

    async fn modules(
        &self,
        of: &Id<Contact>,
        wanted: Shelf,
        page: &Page,
    ) -> Result<Listing<Module>, StoreError> {
        let state = self.state();
        let all = state.modules.values();
        let rows = all
            .filter(|module| module.registrant == *of && module.shelf() == wanted)
            .map(|module| (pages::by_text(&module.title, module.id.as_str()), module))
            .collect();
        pages::page("modules", rows, page)
    }

    async fn module(&self, id: &Id<Module>) -> Result<Option<Module>, StoreError> {
        Ok(self.state().modules.get(id).cloned())
    }
}
