use std::{fmt, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    AuditEntry, CommandId, Commit, Decision, Listing, Page, Receipt, Store, StoreError, TryKey,
    store::{Claim, ClaimedEffect, EffectOutcome, QueuedEffect},
};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    HostTables, Postgres, audit, commit, effects, outbox, retry::retried, tries, written::Written,
};
use crate::owed::PASSED_OVER;

/// What the portal of one tenant keeps.
///
/// Cheap to clone; clones are the same store.
#[derive(Clone)]
pub struct PostgresStore {
    db: Postgres,
    tenant: Arc<str>,
    tables: Tables,
}

/// Whose tables a commit writes to.
#[derive(Debug, Clone)]
enum Tables {
    /// The host's own.
    Hosts(Arc<dyn HostTables>),
    /// Ours, which need one statement.
    #[cfg(feature = "mirror")]
    Mirror,
}

impl PostgresStore {
    pub(super) fn new<H: HostTables>(db: Postgres, tenant: Arc<str>, tables: Arc<H>) -> Self {
        #[cfg(feature = "mirror")]
        if super::mirror::are_of(&*tables, &tenant) {
            let tables = Tables::Mirror;
            return Self { db, tenant, tables };
        }
        let tables = Tables::Hosts(tables);
        Self { db, tenant, tables }
    }

    /// The tenant this store is bound to.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    pub(super) fn pool(&self) -> &PgPool {
        self.db.pool()
    }

    pub(super) async fn attempt(
        &self,
        decision: &Decision,
        written: &Written,
    ) -> Result<Commit, StoreError> {
        let (pool, tenant) = (self.pool(), self.tenant());
        match &self.tables {
            Tables::Hosts(tables) => {
                commit::commit(pool, tenant, decision, written, &**tables).await
            }
            #[cfg(feature = "mirror")]
            Tables::Mirror => super::mirror::commit(pool, tenant, decision, written).await,
        }
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn commit(&self, decision: Decision) -> Result<Commit, StoreError> {
        let written = Written::of(&decision)?;
        retried(|| self.attempt(&decision, &written)).await
    }

    async fn receipt(&self, command: CommandId) -> Result<Option<Receipt>, StoreError> {
        audit::receipt(self.pool(), &self.tenant, command).await
    }

    async fn note_try(
        &self,
        of: &TryKey,
        at: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        retried(|| tries::note(self.pool(), &self.tenant, of, at, since)).await
    }

    async fn claim_effects(&self, claim: &Claim) -> Result<Vec<ClaimedEffect>, StoreError> {
        for _ in 0..PASSED_OVER {
            let claimed = retried(|| effects::claim(self.pool(), &self.tenant, claim));
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
        retried(|| effects::settle(self.pool(), &self.tenant, id, tries, &outcome)).await
    }

    async fn outbox(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        outbox::list(self.pool(), &self.tenant, page).await
    }

    async fn audit(&self, page: &Page) -> Result<Listing<AuditEntry>, StoreError> {
        audit::list(self.pool(), &self.tenant, page).await
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("tenant", &self.tenant)
            .field("tables", &self.tables)
            .finish_non_exhaustive()
    }
}
