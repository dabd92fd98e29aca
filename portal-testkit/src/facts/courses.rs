use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use portal_core::{
    Contact, Id,
    courses::{
        ChangePolicy, Course, Cutoff, Module, PlaceOffer, Registration, RegistrationPolicy,
        Session, WaitingPlace, WaitingState,
    },
};

use super::{contact, days, hours, today};

/// A course on dates.
#[must_use]
pub fn course(id: &str) -> Course {
    Course::new(Id::new(id), format!("All about {id}"))
}

/// A date of the course `rust`, in 48 hours, for eight hours, in Madrid, with ten places free, at no cost.
#[must_use]
pub fn session(id: &str) -> Session {
    let starts = today() + hours(48);
    Session::new(
        Id::new(id),
        Id::new("rust"),
        starts,
        starts + hours(8),
        Tz::Europe__Madrid,
    )
    .at("Room 1")
    .with_places(10)
}

/// A registration of `ana` for the date `s1` that she may move and cancel until it is over.
#[must_use]
pub fn registration(id: &str) -> Registration {
    Registration::new(Id::new(id), contact("ana"), course("rust"), session("s1"))
        .under(without_limits())
}

/// `ana` waits for a place on `s1`, which is full, for three days now.
#[must_use]
pub fn waiting_place(id: &str) -> WaitingPlace {
    WaitingPlace::new(
        Id::new(id),
        contact("ana"),
        course("rust"),
        session("s1").full(),
        today() - days(3),
    )
}

/// A module of `ana`'s, not yet begun.
#[must_use]
pub fn module(id: &str) -> Module {
    let launch = format!("https://learn.example/{id}");
    Module::new(Id::new(id), Id::new("ana"), format!("Module {id}"), launch)
}

/// Customers may move and cancel as long as the registration stands.
#[must_use]
pub fn without_limits() -> RegistrationPolicy {
    let always = ChangePolicy::Until(Cutoff::None);
    RegistrationPolicy::new(always, always)
}

/// Reads well on a [`Session`].
pub trait SessionFacts: Sized {
    /// Begins so long after [`today`], and takes as long as before.
    #[must_use]
    fn starting_in(self, wait: Duration) -> Self;

    /// Begins then, and takes as long as before.
    #[must_use]
    fn starting_at(self, instant: DateTime<Utc>) -> Self;

    /// Is a date of another course.
    #[must_use]
    fn of_course(self, course: &str) -> Self;

    /// Has no place free.
    #[must_use]
    fn full(self) -> Self;
}

impl SessionFacts for Session {
    fn starting_in(self, wait: Duration) -> Self {
        self.starting_at(today() + wait)
    }

    fn starting_at(mut self, instant: DateTime<Utc>) -> Self {
        let long = self.ends_at - self.starts_at;
        self.starts_at = instant;
        self.ends_at = instant + long;
        self
    }

    fn of_course(mut self, course: &str) -> Self {
        self.course = Id::new(course);
        self
    }

    fn full(self) -> Self {
        self.with_places(0)
    }
}

/// Reads well on a [`Registration`].
pub trait RegistrationFacts: Sized {
    /// Who takes part.
    #[must_use]
    fn of(self, contact: &Contact) -> Self;

    /// When and where; the course follows.
    #[must_use]
    fn on(self, session: Session) -> Self;
}

impl RegistrationFacts for Registration {
    fn of(mut self, contact: &Contact) -> Self {
        self.registrant = contact.clone();
        self
    }

    fn on(mut self, session: Session) -> Self {
        if session.course != self.course.id {
            self.course = course(session.course.as_str());
        }
        self.session = session;
        self
    }
}

/// Reads well on a [`WaitingPlace`].
pub trait WaitingPlaceFacts: Sized {
    /// Who waits.
    #[must_use]
    fn of(self, contact: &Contact) -> Self;

    /// For which date; the course follows.
    #[must_use]
    fn on(self, session: Session) -> Self;

    /// A place is offered.
    #[must_use]
    fn offered(self, offer: PlaceOffer) -> Self;
}

impl WaitingPlaceFacts for WaitingPlace {
    fn of(mut self, contact: &Contact) -> Self {
        self.contact = contact.clone();
        self
    }

    fn on(mut self, session: Session) -> Self {
        if session.course != self.course.id {
            self.course = course(session.course.as_str());
        }
        self.session = session;
        self
    }

    fn offered(self, offer: PlaceOffer) -> Self {
        self.now(WaitingState::Offered(offer))
    }
}
