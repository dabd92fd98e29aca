use std::{fmt, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Change, Contact, Directory, Expectation, Id, Listing, Loaded, Order, OrderDetails, Page,
    StoreError,
    courses::{
        CourseRecords, DateChoices, Module, Registration, Session, Shelf, TransferFacts,
        WaitingPlace,
    },
};
use rusqlite::Connection;

use super::{HostTables, Sqlite};
use crate::import::{Import, Imported};

/// Tables of the portal's own, for a host that keeps none for it.
#[derive(Clone)]
pub struct MirrorTables {
    db: Sqlite,
    tenant: Arc<str>,
}

const NOT_YET: StoreError = StoreError::Unsupported("anything in mirror tables yet");

impl MirrorTables {
    /// The mirror tables of one tenant.
    #[must_use]
    pub fn new(db: &Sqlite, tenant: &str) -> Self {
        Self {
            db: db.clone(),
            tenant: tenant.into(),
        }
    }

    /// Takes over what the host says: all of it, or none.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn import(&self, batch: Import) -> Result<Imported, StoreError> {
        let _ = (batch, &self.db);
        Err(NOT_YET)
    }
}

impl HostTables for MirrorTables {
    fn holds(&self, _: &Connection, _: &Expectation) -> Result<bool, StoreError> {
        Err(NOT_YET)
    }

    fn apply(&self, _: &Connection, _: &Change) -> Result<(), StoreError> {
        Err(NOT_YET)
    }
}

#[async_trait]
impl Directory for MirrorTables {
    async fn contact(&self, _: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        Err(NOT_YET)
    }
    async fn order(&self, _: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        Err(NOT_YET)
    }
    async fn orders(&self, _: &Id<Contact>, _: &Page) -> Result<Listing<Order>, StoreError> {
        Err(NOT_YET)
    }
}

#[async_trait]
impl CourseRecords for MirrorTables {
    async fn registration(
        &self,
        _: &Id<Registration>,
    ) -> Result<Option<Loaded<Registration>>, StoreError> {
        Err(NOT_YET)
    }
    async fn registrations(
        &self,
        _: &Id<Contact>,
        _: Shelf,
        _: DateTime<Utc>,
        _: &Page,
    ) -> Result<Listing<Registration>, StoreError> {
        Err(NOT_YET)
    }
    async fn dates(
        &self,
        _: &Id<Registration>,
        _: DateTime<Utc>,
    ) -> Result<Option<DateChoices>, StoreError> {
        Err(NOT_YET)
    }
    async fn transfer(
        &self,
        _: &Id<Registration>,
        _: &Id<Session>,
    ) -> Result<Option<TransferFacts>, StoreError> {
        Err(NOT_YET)
    }
    async fn waiting(
        &self,
        _: &Id<Contact>,
        _: &Page,
    ) -> Result<Listing<WaitingPlace>, StoreError> {
        Err(NOT_YET)
    }
    async fn waiting_place(
        &self,
        _: &Id<WaitingPlace>,
    ) -> Result<Option<Loaded<WaitingPlace>>, StoreError> {
        Err(NOT_YET)
    }
    async fn standing_offers(&self, _: &Page) -> Result<Listing<Loaded<WaitingPlace>>, StoreError> {
        Err(NOT_YET)
    }
    async fn modules(
        &self,
        _: &Id<Contact>,
        _: Shelf,
        _: &Page,
    ) -> Result<Listing<Module>, StoreError> {
        Err(NOT_YET)
    }
    async fn module(&self, _: &Id<Module>) -> Result<Option<Module>, StoreError> {
        Err(NOT_YET)
    }
}

impl fmt::Debug for MirrorTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MirrorTables")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}
