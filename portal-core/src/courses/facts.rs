use std::{str::FromStr, sync::Arc};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::RegistrationPolicy;
use crate::{Contact, Document, Id, Money, Order, StoreError};

/// What is taught, on however many dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Course {
    /// The host's key.
    pub id: Id<Course>,
    /// As the host calls it.
    pub title: Arc<str>,
    /// How it is taught.
    pub delivery: Delivery,
}

/// How a course is taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Delivery {
    /// On dates, in a room or a call.
    Scheduled,
    /// Online, whenever one likes. Not moved or cancelled by customers.
    Elearning,
}

/// One date of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Session {
    /// The host's key.
    pub id: Id<Session>,
    /// Which course.
    pub course: Id<Course>,
    /// Where, as the host calls it.
    pub venue: Arc<str>,
    /// The first minute.
    pub starts_at: DateTime<Utc>,
    /// The last minute.
    pub ends_at: DateTime<Utc>,
    /// The zone whose clocks the participants read. Cut-offs count in it.
    pub zone: Tz,
    /// Free places that nobody is being offered.
    pub places_left: u32,
    /// Customers may register for it.
    pub open: bool,
    /// What one place costs; `None` is free.
    pub price: Option<Money>,
}

/// One person's place on one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Registration {
    /// The host's key.
    pub id: Id<Registration>,
    /// Who takes part.
    pub registrant: Contact,
    /// What.
    pub course: Course,
    /// When and where.
    pub session: Session,
    /// What became of it.
    pub status: RegistrationStatus,
    /// What it was ordered on; a free place may have none.
    pub order: Option<Order>,
    /// What this course lets customers do; without it the settings say.
    pub policy: Option<RegistrationPolicy>,
    /// What was paid or is owed for this place; `None` is free.
    pub price: Option<Money>,
    /// The certificate.
    pub certificate: Certificate,
}

/// What became of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RegistrationStatus {
    /// It stands.
    Active,
    /// It is over.
    Completed,
    /// It was cancelled.
    Cancelled,
    /// It went over to another registration.
    TransferredAway,
}

/// Whether a certificate was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Certificate {
    /// None was sent.
    NotSent,
    /// Sent, and there for copies.
    Sent {
        /// The paper.
        document: Id<Document>,
        /// When.
        at: DateTime<Utc>,
    },
}

/// Under which tab something is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "every list has exactly these tabs")]
pub enum Shelf {
    /// Upcoming and under way.
    Current,
    /// Over.
    Completed,
    /// Cancelled or moved away: under neither tab.
    History,
}

/// A place on the waiting list of a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WaitingPlace {
    /// The host's key.
    pub id: Id<WaitingPlace>,
    /// Who waits.
    pub contact: Contact,
    /// For what.
    pub course: Course,
    /// For which date.
    pub session: Session,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Where it stands.
    pub state: WaitingState,
    /// What accepting leads to.
    pub accepted_by: AcceptedBy,
}

/// Where a place on a waiting list stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WaitingState {
    /// Nothing offered yet.
    Waiting,
    /// A place is offered.
    Offered(PlaceOffer),
    /// The offer was taken.
    Accepted,
    /// They left the list.
    Left,
    /// The offer ran out.
    Expired {
        /// When.
        at: DateTime<Utc>,
    },
}

/// An offer of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlaceOffer {
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Until when it stands; without it the settings say.
    pub expires_at: Option<DateTime<Utc>>,
    /// The place is kept free for this person. Otherwise the first to take it has it.
    pub held: bool,
}

/// What accepting a place leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AcceptedBy {
    /// The host registers them at once.
    Registering,
    /// The host needs more from them, on this page of its own.
    CompletingAt(String),
}

/// A module of e-learning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Module {
    /// The host's key.
    pub id: Id<Module>,
    /// Whose.
    pub registrant: Id<Contact>,
    /// As the host calls it.
    pub title: Arc<str>,
    /// What the host says about it.
    pub about: String,
    /// How much is done, from 0 to 100.
    pub percent_done: u8,
    /// When all of it was.
    pub completed_at: Option<DateTime<Utc>>,
    /// Where the module runs. The desk gives it out to its owner alone.
    pub launch: String,
}

impl Course {
    /// A course on dates.
    pub fn new(id: Id<Self>, title: impl Into<Arc<str>>) -> Self {
        Self {
            id,
            title: title.into(),
            delivery: Delivery::Scheduled,
        }
    }

    /// Taught online, whenever one likes.
    #[must_use]
    pub fn as_elearning(mut self) -> Self {
        self.delivery = Delivery::Elearning;
        self
    }
}

impl Session {
    /// An open date without a free place, at no cost.
    #[must_use]
    pub fn new(
        id: Id<Self>,
        course: Id<Course>,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        zone: Tz,
    ) -> Self {
        Self {
            id,
            course,
            venue: Arc::default(),
            starts_at,
            ends_at,
            zone,
            places_left: 0,
            open: true,
            price: None,
        }
    }

    /// Where it is.
    #[must_use]
    pub fn at(mut self, venue: impl Into<Arc<str>>) -> Self {
        self.venue = venue.into();
        self
    }

    /// How many places are free.
    #[must_use]
    pub fn with_places(mut self, left: u32) -> Self {
        self.places_left = left;
        self
    }

    /// What one place costs.
    #[must_use]
    pub fn priced(mut self, price: Money) -> Self {
        self.price = Some(price);
        self
    }

    /// Nobody can register.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.open = false;
        self
    }
}

impl Registration {
    /// A free place that stands, on no order, under the settings' policy.
    #[must_use]
    pub fn new(id: Id<Self>, registrant: Contact, course: Course, session: Session) -> Self {
        Self {
            id,
            registrant,
            course,
            session,
            status: RegistrationStatus::Active,
            order: None,
            policy: None,
            price: None,
            certificate: Certificate::NotSent,
        }
    }

    /// What it was ordered on.
    #[must_use]
    pub fn on_order(mut self, order: Order) -> Self {
        self.order = Some(order);
        self
    }

    /// What this course lets customers do.
    #[must_use]
    pub fn under(mut self, policy: RegistrationPolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// What this place costs.
    #[must_use]
    pub fn priced(mut self, price: Money) -> Self {
        self.price = Some(price);
        self
    }

    /// What became of it.
    #[must_use]
    pub fn now(mut self, status: RegistrationStatus) -> Self {
        self.status = status;
        self
    }

    /// A certificate went out.
    #[must_use]
    pub fn certified(mut self, document: Id<Document>, at: DateTime<Utc>) -> Self {
        self.certificate = Certificate::Sent { document, at };
        self
    }
}

impl RegistrationStatus {
    /// Stable key for stores, words and tests.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::TransferredAway => "transferred_away",
        }
    }
}

impl FromStr for RegistrationStatus {
    type Err = StoreError;

    /// Reads what [`as_str`](Self::as_str) wrote.
    fn from_str(text: &str) -> Result<Self, StoreError> {
        let all = [
            Self::Active,
            Self::Completed,
            Self::Cancelled,
            Self::TransferredAway,
        ];
        let found = all.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| StoreError::Corrupt(format!("no registration is `{text}`").into()))
    }
}

impl WaitingPlace {
    /// Someone waits; once they accept, the host registers them.
    #[must_use]
    pub fn new(
        id: Id<Self>,
        contact: Contact,
        course: Course,
        session: Session,
        since: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            contact,
            course,
            session,
            since,
            state: WaitingState::Waiting,
            accepted_by: AcceptedBy::Registering,
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn now(mut self, state: WaitingState) -> Self {
        self.state = state;
        self
    }

    /// Accepting leads to a page of the host's.
    #[must_use]
    pub fn completing_at(mut self, url: impl Into<String>) -> Self {
        self.accepted_by = AcceptedBy::CompletingAt(url.into());
        self
    }

    /// Whether the person still waits, offered or not.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self.state, WaitingState::Waiting | WaitingState::Offered(_))
    }
}

impl PlaceOffer {
    /// A place kept free for the person, for as long as the settings say.
    #[must_use]
    pub fn held(made_at: DateTime<Utc>) -> Self {
        Self {
            made_at,
            expires_at: None,
            held: true,
        }
    }

    /// A place the first to take it has.
    #[must_use]
    pub fn open_to_others(made_at: DateTime<Utc>) -> Self {
        Self {
            held: false,
            ..Self::held(made_at)
        }
    }

    /// Until when it stands.
    #[must_use]
    pub fn until(mut self, expires_at: DateTime<Utc>) -> Self {
        self.expires_at = Some(expires_at);
        self
    }
}

impl Module {
    /// A module not yet begun.
    pub fn new(
        id: Id<Self>,
        registrant: Id<Contact>,
        title: impl Into<Arc<str>>,
        launch: impl Into<String>,
    ) -> Self {
        Self {
            id,
            registrant,
            title: title.into(),
            about: String::new(),
            percent_done: 0,
            completed_at: None,
            launch: launch.into(),
        }
    }

    /// What the host says about it.
    #[must_use]
    pub fn about(mut self, text: impl Into<String>) -> Self {
        self.about = text.into();
        self
    }

    /// How much is done, from 0 to 100.
    #[must_use]
    pub fn done(mut self, percent: u8) -> Self {
        self.percent_done = percent.min(100);
        self
    }

    /// All of it is done.
    #[must_use]
    pub fn completed(mut self, at: DateTime<Utc>) -> Self {
        self.percent_done = 100;
        self.completed_at = Some(at);
        self
    }
}
