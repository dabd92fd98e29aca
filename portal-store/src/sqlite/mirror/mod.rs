//! Tables of the portal's own, for a host that keeps none for it. Facts are kept as JSON; what lists sort and filter by has columns beside it.
mod apply;
#[cfg(feature = "accounts")]
mod contacts;
mod courses;
mod directory;
mod holds;
mod import;
mod orders;
#[cfg(feature = "accounts")]
mod passed;
#[cfg(feature = "accounts")]
mod people;
mod places;
mod rows;
mod tabs;

use std::{fmt, sync::Arc};

use portal_core::{Change, Decision, Expectation, StoreError};
use rusqlite::Connection;

use super::{HostTables, Sqlite, SqliteStore};
use crate::import::{Import, Imported};

/// Tables of the portal's own, for a host that keeps none for it: it hands over its records by [`import`](Self::import), as often as it likes.
///
/// It is all three: the tables a store writes to, the [`Directory`](portal_core::Directory) and the
/// [`CourseRecords`](portal_core::courses::CourseRecords) a portal reads from. With the feature `accounts` it also answers about people who want in, and
/// about profiles. Those of whom no import said what their customer record says are answered for as if the portal was switched off for them.
///
/// # How places are counted
/// A date has as many places left as its last import says, less those taken here that no import has told of since, plus those that came free here
/// after that import. An import tells of a place taken here when it says what the portal did: the registration is on the new date, the person from
/// the waiting list is registered. So an import made before a transfer never gives the place away again, however late it arrives; and a place that
/// came free here is not given away by the portal once an import came in that does not know of it yet.
///
/// # Who is right
/// Where a registration was moved or cancelled here, an import that still has it in a state it was in before is older, and what was done here
/// stands. An import that says anything else is newer, and counts. A host that means the former state all the same says so with
/// [`Import::overruling`]. Likewise an address or a field of a profile that was changed here: an import that still has what was there before is older, and
/// everything else it says counts.
///
/// Likewise what was paid of an order. Where a payment was counted here, or one paid back, an import that still says what was paid before is older; so is one
/// that says less than stands here after money came: it cannot know of that money, and nobody is asked for the same money twice. What is paid stays as
/// it is here, and everything else such an import says counts. An import that says as much as stands here, or more, knows of it. A host that means less says
/// so with [`Import::overruling_order`]. A payment that is under way here is until it ends here, whatever imports say.
/// An order that the portal has put into the books, or may have, stands there as it does here, whatever imports say: none opens it for payment.
///
/// Hosts whose imports may overtake each other say when each was read, with [`Import::read_at`].
#[derive(Clone)]
pub struct MirrorTables {
    db: Sqlite,
    tenant: Arc<str>,
}

impl MirrorTables {
    /// The mirror tables of one tenant.
    #[must_use]
    pub fn new(db: &Sqlite, tenant: &str) -> Self {
        Self {
            db: db.clone(),
            tenant: tenant.into(),
        }
    }

    /// The store of the same tenant over these tables: the two cannot be mixed up.
    #[must_use]
    pub fn store(&self) -> SqliteStore {
        self.db.tenant(&self.tenant, Arc::new(self.clone()))
    }

    /// Takes over what the host says: all of it, or none. The same again changes nothing.
    ///
    /// Commands wait while it is written: hand over some thousand records at a time.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn import(&self, batch: Import) -> Result<Imported, StoreError> {
        let tenant = Arc::clone(&self.tenant);
        self.db
            .write(move |db| import::import(db, &tenant, &batch))
            .await
    }

    async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let tenant = Arc::clone(&self.tenant);
        self.db.read(move |db| f(db, &tenant)).await
    }
}

impl HostTables for MirrorTables {
    fn holds(&self, tx: &Connection, expectation: &Expectation) -> Result<bool, StoreError> {
        holds::holds(tx, &self.tenant, expectation)
    }

    fn apply(&self, tx: &Connection, change: &Change, _: &Decision) -> Result<(), StoreError> {
        apply::apply(tx, &self.tenant, change)
    }
}

impl fmt::Debug for MirrorTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MirrorTables")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}
