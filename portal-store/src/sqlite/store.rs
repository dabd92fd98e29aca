use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    AuditEntry, CommandId, Commit, Decision, Listing, Page, Receipt, Store, StoreError, TryKey,
    store::{Claim, ClaimedEffect, EffectOutcome, QueuedEffect},
};
use rusqlite::Connection;
use uuid::Uuid;

use super::{
    HostTables, Sqlite, audit,
    commit::{self, Written},
    effects,
    migrate::not_newer,
    outbox, tries,
};
use crate::owed::PASSED_OVER;

/// What the portal of one tenant keeps.
///
/// Cheap to clone; clones are the same store.
#[derive(Clone)]
pub struct SqliteStore {
    db: Sqlite,
    tenant: Arc<str>,
    tables: Arc<dyn HostTables>,
    /// The database was seen not to be a newer release's.
    ours: Arc<AtomicBool>,
}

impl SqliteStore {
    pub(super) fn new(db: Sqlite, tenant: Arc<str>, tables: Arc<dyn HostTables>) -> Self {
        let ours = Arc::default();
        Self {
            db,
            tenant,
            tables,
            ours,
        }
    }

    /// The tenant this store is bound to.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    #[cfg(feature = "accounts")]
    pub(super) fn tables(&self) -> Arc<dyn HostTables> {
        Arc::clone(&self.tables)
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let tenant = Arc::clone(&self.tenant);
        self.db.read(move |db| f(db, &tenant)).await
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (tenant, ours) = (Arc::clone(&self.tenant), Arc::clone(&self.ours));
        self.db
            .write(move |db| {
                // Once for each store: who forgot to verify must not write into what a newer release keeps otherwise.
                if !ours.load(Relaxed) {
                    not_newer(db)?;
                    ours.store(true, Relaxed);
                }
                f(db, &tenant)
            })
            .await
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, decision: Decision) -> Result<Commit, StoreError> {
        let tables = Arc::clone(&self.tables);
        let written = Written::of(&decision)?;
        self.write(move |db, tenant| commit::record(db, tenant, &decision, &written, &*tables))
            .await
    }

    async fn receipt(&self, command: CommandId) -> Result<Option<Receipt>, StoreError> {
        self.read(move |db, tenant| audit::receipt(db, tenant, command))
            .await
    }

    async fn note_try(
        &self,
        of: &TryKey,
        at: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let of = of.clone();
        self.write(move |db, tenant| tries::note(db, tenant, &of, at, since))
            .await
    }

    async fn claim_effects(&self, claim: &Claim) -> Result<Vec<ClaimedEffect>, StoreError> {
        for _ in 0..PASSED_OVER {
            let claim = claim.clone();
            let claimed = self.write(move |db, tenant| effects::claim(db, tenant, &claim));
            if let Some(claimed) = claimed.await? {
                return Ok(claimed);
            }
        }
        Ok(vec![])
    }

    async fn settle_effect(
        &self,
        id: Uuid,
        tries: u32,
        outcome: EffectOutcome,
    ) -> Result<bool, StoreError> {
        self.write(move |db, tenant| effects::settle(db, tenant, id, tries, &outcome))
            .await
    }

    async fn outbox(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        let page = page.clone();
        self.read(move |db, tenant| outbox::list(db, tenant, &page))
            .await
    }

    async fn audit(&self, page: &Page) -> Result<Listing<AuditEntry>, StoreError> {
        let page = page.clone();
        self.read(move |db, tenant| audit::list(db, tenant, &page))
            .await
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("tenant", &self.tenant)
            .field("tables", &self.tables)
            .finish_non_exhaustive()
    }
}
