use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Module, Registration, Session, Shelf, WaitingPlace};
use crate::{
    Contact, Id, Loaded,
    store::{Listing, Page, StoreError},
};

/// What a host that runs courses answers. Each method is one use case, so that a host can answer it in one go.
///
/// Lists carry full facts: drawing the buttons of a page costs no second query. The portal checks whose every record is; a host
/// that filters by contact does it for speed.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CourseRecords: fmt::Debug + Send + Sync + 'static {
    /// One registration.
    async fn registration(
        &self,
        id: &Id<Registration>,
    ) -> Result<Option<Loaded<Registration>>, StoreError>;

    /// The registrations of one person under one tab, by start of their session: the next first under Current, the latest first elsewhere.
    ///
    /// The tab is the one [`shelf`](super::shelf) answers. In SQL: `status = 'active' and ends_at >= :now` is Current; `status = 'completed' or (status =
    /// 'active' and ends_at < :now)` is Completed; all else is History. A host that keeps whole seconds rounds `now` up.
    async fn registrations(
        &self,
        of: &Id<Contact>,
        shelf: Shelf,
        now: DateTime<Utc>,
        page: &Page,
    ) -> Result<Listing<Registration>, StoreError>;

    /// A registration, and the other dates of its course that begin after `now`, soonest first; at most 100.
    async fn dates(
        &self,
        id: &Id<Registration>,
        now: DateTime<Utc>,
    ) -> Result<Option<DateChoices>, StoreError>;

    /// What a transfer is decided on: the registration, and the date it is to move to if that is a date of the same course.
    async fn transfer(
        &self,
        id: &Id<Registration>,
        to: &Id<Session>,
    ) -> Result<Option<TransferFacts>, StoreError>;

    /// The places on waiting lists of one person who still waits, longest waiting first.
    async fn waiting(
        &self,
        of: &Id<Contact>,
        page: &Page,
    ) -> Result<Listing<WaitingPlace>, StoreError>;

    /// One place on a waiting list.
    async fn waiting_place(
        &self,
        id: &Id<WaitingPlace>,
    ) -> Result<Option<Loaded<WaitingPlace>>, StoreError>;

    /// Every place that is offered and not answered, of anyone, in any stable order.
    async fn standing_offers(
        &self,
        page: &Page,
    ) -> Result<Listing<Loaded<WaitingPlace>>, StoreError>;

    /// The modules of one person under one tab, by title.
    async fn modules(
        &self,
        of: &Id<Contact>,
        shelf: Shelf,
        page: &Page,
    ) -> Result<Listing<Module>, StoreError>;

    /// One module.
    async fn module(&self, id: &Id<Module>) -> Result<Option<Module>, StoreError>;
}

/// A registration and where it might move.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DateChoices {
    /// The registration.
    pub registration: Registration,
    /// Other dates of its course, full and closed ones included.
    pub dates: Vec<Session>,
}

/// A registration and where it is to move.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransferFacts {
    /// The registration.
    pub registration: Loaded<Registration>,
    /// The date, if it is one of the same course.
    pub to: Option<Session>,
}

impl DateChoices {
    /// A registration and where it might move.
    #[must_use]
    pub fn new(registration: Registration, dates: Vec<Session>) -> Self {
        Self {
            registration,
            dates,
        }
    }
}

impl TransferFacts {
    /// A registration and where it is to move.
    #[must_use]
    pub fn new(registration: Loaded<Registration>, to: Option<Session>) -> Self {
        Self { registration, to }
    }
}
