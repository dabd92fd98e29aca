use chrono::{DateTime, Utc};
use portal_core::{StoreError, TryKey};
use sqlx::{PgConnection, PgPool};

use super::store_error;
use crate::wire::instant;

/// How many wrong tries there were after `since`.
pub(super) async fn count(
    tx: &mut PgConnection,
    tenant: &str,
    of: &TryKey,
    since: DateTime<Utc>,
) -> Result<u32, StoreError> {
    let tries: i64 = sqlx::query_scalar("select portal_tries($1, $2, $3)")
        .bind(tenant)
        .bind(of.as_str())
        .bind(instant(since))
        .fetch_one(tx)
        .await
        .map_err(store_error)?;
    Ok(u32::try_from(tries).unwrap_or(u32::MAX))
}

/// Notes one wrong try, and forgets those that no longer count. Answers how many count.
pub(super) async fn note(
    pool: &PgPool,
    tenant: &str,
    of: &TryKey,
    at: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<u32, StoreError> {
    let tries: i64 = sqlx::query_scalar("select portal_note_try($1, $2, $3, $4)")
        .bind(tenant)
        .bind(of.as_str())
        .bind(instant(at))
        .bind(instant(since))
        .fetch_one(pool)
        .await
        .map_err(store_error)?;
    Ok(u32::try_from(tries).unwrap_or(u32::MAX))
}
