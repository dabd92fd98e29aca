//! Tables of the portal's own, for a host that keeps none for it. Facts are kept as JSON; what lists sort and filter by has columns beside it.
mod commit;
mod courses;
mod directory;
mod import;
#[cfg(any(feature = "accounts", feature = "payments"))]
mod in_full;
#[cfg(feature = "accounts")]
mod people;
mod rows;
mod tabs;

use std::{any::Any, fmt, sync::Arc};

use async_trait::async_trait;
use portal_core::{Change, Decision, Expectation, StoreError};
use sqlx::{PgConnection, PgPool};

pub(super) use commit::commit;
#[cfg(any(feature = "accounts", feature = "payments"))]
pub(super) use in_full::in_full;

use super::{HostTables, Postgres, PostgresStore};
use crate::import::{Import, Imported};

/// Tables of the portal's own, for a host that keeps none for it: it hands over its records by [`import`](Self::import), as often as it likes.
///
/// It is all three: the tables a store writes to, the [`Directory`](portal_core::Directory) and the
/// [`CourseRecords`](portal_core::courses::CourseRecords) a portal reads from. A store bound to the mirror tables of its own tenant commits in one
/// statement.
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
/// [`Import::overruling`]. The same goes for an address or a profile that somebody changed here.
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
    db: Postgres,
    tenant: Arc<str>,
}

impl MirrorTables {
    /// The mirror tables of one tenant.
    #[must_use]
    pub fn new(db: &Postgres, tenant: &str) -> Self {
        Self {
            db: db.clone(),
            tenant: tenant.into(),
        }
    }

    /// The store of the same tenant over these tables: the two cannot be mixed up.
    #[must_use]
    pub fn store(&self) -> PostgresStore {
        self.db.tenant(&self.tenant, Arc::new(self.clone()))
    }

    /// Takes over what the host says: all of it, or none. The same again changes nothing.
    ///
    /// Commands of this tenant wait while it is written: hand over some thousand records at a time.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn import(&self, batch: Import) -> Result<Imported, StoreError> {
        let told = import::Told::of(&batch)?;
        super::retry::retried(|| import::import(self.pool(), &self.tenant, &batch, &told)).await
    }

    fn pool(&self) -> &PgPool {
        self.db.pool()
    }
}

/// Whether these are the mirror tables of that tenant.
pub(super) fn are_of(tables: &dyn Any, tenant: &str) -> bool {
    let mirror = tables.downcast_ref::<MirrorTables>();
    mirror.is_some_and(|mirror| *mirror.tenant == *tenant)
}

#[async_trait]
impl HostTables for MirrorTables {
    async fn holds(
        &self,
        tx: &mut PgConnection,
        expectation: &Expectation,
    ) -> Result<bool, StoreError> {
        commit::holds(tx, &self.tenant, expectation).await
    }

    async fn apply(
        &self,
        tx: &mut PgConnection,
        change: &Change,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        commit::apply(tx, &self.tenant, change, decision).await
    }
}

impl fmt::Debug for MirrorTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MirrorTables")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}
