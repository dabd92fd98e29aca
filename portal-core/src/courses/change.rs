use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Registration, Session, WaitingPlace};
use crate::{Contact, Id};

/// What happened to a registration or on a waiting list. The host runs its own routine for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CourseChange {
    /// A registration moved to another date: one place came free, one was taken.
    Transferred {
        /// Which registration.
        registration: Id<Registration>,
        /// From which date.
        from: Id<Session>,
        /// To which date.
        to: Id<Session>,
    },
    /// A registration was cancelled: its place came free.
    Cancelled {
        /// Which registration.
        registration: Id<Registration>,
        /// On which date.
        session: Id<Session>,
    },
    /// Someone took the place they were offered: register them.
    PlaceAccepted {
        /// Which entry of the waiting list; it is done.
        place: Id<WaitingPlace>,
        /// For which date.
        session: Id<Session>,
        /// Whom to register.
        contact: Id<Contact>,
        /// The place was kept free for them; otherwise it is taken from the free ones.
        held: bool,
    },
    /// Someone left the waiting list.
    LeftWaitingList {
        /// Which entry; it is done.
        place: Id<WaitingPlace>,
        /// For which date.
        session: Id<Session>,
        /// A place was kept free for them, and comes free.
        held: bool,
    },
    /// An offer ran out.
    OfferExpired {
        /// Its last instant.
        at: DateTime<Utc>,
        /// Which entry; it is done.
        place: Id<WaitingPlace>,
        /// For which date.
        session: Id<Session>,
        /// A place was kept free for them, and comes free.
        held: bool,
    },
}
