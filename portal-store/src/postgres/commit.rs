use portal_core::{Change, Commit, Decision, Expectation, StoreError};
use sqlx::{PgConnection, PgPool};

#[cfg(feature = "accounting")]
use super::accounting;
#[cfg(feature = "accounts")]
use super::accounts;
#[cfg(feature = "payments")]
use super::payments;
use super::{HostTables, audit, store_error, tries, written::Written};

/// Commits a decision in a transaction the host opened, together with whatever else the host does in it.
///
/// An error leaves nothing of the decision behind, and the rest of the transaction as it was. What was committed counts only once the host has committed,
/// and is gone if the host rolls back. From here on the transaction sees only this tenant's rows of the portal's tables.
///
/// # Errors
/// As [`Store::commit`](portal_core::Store::commit). A deadlock or a serialization failure is not tried again: the whole transaction is the host's to
/// repeat.
pub async fn commit_in(
    tx: &mut PgConnection,
    tenant: &str,
    decision: &Decision,
    tables: &dyn HostTables,
) -> Result<Commit, StoreError> {
    let written = Written::of(decision)?;
    run(tx, "savepoint portal_commit").await?;
    let ended = record(tx, tenant, decision, &written, tables).await;
    if ended.is_err() {
        run(tx, "rollback to savepoint portal_commit").await?;
    }
    run(tx, "release savepoint portal_commit").await?;
    ended
}

/// Commits a decision in a transaction of its own.
pub(super) async fn commit(
    pool: &PgPool,
    tenant: &str,
    decision: &Decision,
    written: &Written,
    tables: &dyn HostTables,
) -> Result<Commit, StoreError> {
    // Read committed, whatever the database's default: what is expected is locked as it is read, so whoever comes second waits, and then sees what the
    // first has written. Serializable would undo one of two who only read the same page, and guards against no writer that is not serializable
    // itself, which the host's own programs are not.
    let mut tx = pool
        .begin_with("begin isolation level read committed")
        .await
        .map_err(store_error)?;
    let ended = record(&mut tx, tenant, decision, written, tables).await;
    match ended {
        Ok(Commit::Applied) => tx.commit().await.map_err(store_error)?,
        // The connection may be gone, and the transaction with it: the first error is the one to tell.
        Ok(Commit::Replayed(_)) | Err(_) => drop(tx.rollback().await),
    }
    ended
}

/// The commit protocol, in a transaction or savepoint that is undone if this fails.
async fn record(
    tx: &mut PgConnection,
    tenant: &str,
    decision: &Decision,
    written: &Written,
    tables: &dyn HostTables,
) -> Result<Commit, StoreError> {
    if !claim(tx, tenant, decision, written).await? {
        let first = audit::receipt(&mut *tx, tenant, decision.command).await?;
        let vanished = || StoreError::Corrupt("a command is taken, and has no receipt".into());
        return first.map(Commit::Replayed).ok_or_else(vanished);
    }
    for expectation in &decision.expect {
        if !holds(tx, tenant, expectation, tables).await? {
            return Err(StoreError::conflict(expectation.clone()));
        }
    }
    for change in &decision.changes {
        if !is_ours(change) {
            tables.apply(tx, change, decision).await?;
        }
    }
    #[cfg(feature = "accounts")]
    accounts::record(tx, tenant, decision, written.attempt.as_deref()).await?;
    #[cfg(feature = "payments")]
    payments::record(tx, tenant, decision).await?;
    #[cfg(feature = "accounting")]
    accounting::record(tx, tenant, decision).await?;
    Ok(Commit::Applied)
}

/// Claims the command and writes what it owes; what is wrong with it later undoes both. Waits for whoever is about to commit the same command.
async fn claim(
    tx: &mut PgConnection,
    tenant: &str,
    decision: &Decision,
    written: &Written,
) -> Result<bool, StoreError> {
    let row: Option<i64> =
        sqlx::query_scalar("select portal_claim($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .bind(tenant)
            .bind(&written.command)
            .bind(&written.form)
            .bind(&written.by)
            .bind(&written.at)
            .bind(&*decision.audit.action)
            .bind(&written.about)
            .bind(&written.changes)
            .bind(&written.owed.ids)
            .bind(&written.owed.topics)
            .bind(&written.owed.kinds)
            .fetch_one(tx)
            .await
            .map_err(store_error)?;
    Ok(row.is_some())
}

async fn holds(
    tx: &mut PgConnection,
    tenant: &str,
    expectation: &Expectation,
    tables: &dyn HostTables,
) -> Result<bool, StoreError> {
    match expectation {
        Expectation::TriesLeft {
            of,
            fewer_than,
            since,
        } => {
            let tries = tries::count(tx, tenant, of, *since).await?;
            Ok(tries < *fewer_than)
        }
        #[cfg(feature = "accounts")]
        Expectation::Unchanged(record, version) if accounts::is_kept_here(record) => {
            accounts::asked(tx, tenant, record, version).await
        }
        #[cfg(feature = "payments")]
        Expectation::Unchanged(record, version) if payments::is_kept_here(record) => {
            payments::asked(tx, tenant, record, version).await
        }
        #[cfg(feature = "accounting")]
        Expectation::Unchanged(record, version) if accounting::is_kept_here(record) => {
            accounting::asked(tx, tenant, record, version).await
        }
        other => tables.holds(tx, other).await,
    }
}

/// Whether the store records this change itself.
fn is_ours(change: &Change) -> bool {
    match change {
        #[cfg(feature = "accounts")]
        Change::Account(_) => true,
        #[cfg(feature = "payments")]
        Change::Money(_) => true,
        #[cfg(feature = "accounting")]
        Change::Books(_) => true,
        _ => false,
    }
}

async fn run(tx: &mut PgConnection, sql: &'static str) -> Result<(), StoreError> {
    let ended = sqlx::query(sql).execute(tx).await;
    ended.map(drop).map_err(store_error)
}
