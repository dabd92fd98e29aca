//! Tokens of connections, as they are sealed: one statement each, in functions of `schema/8`.
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Id, StoreError,
    accounting::tokens::{Connection, KeptTokens, SealedTokens, TokenLease, TokenStore},
};

use super::{PostgresStore, retry::retried, store_error};
use crate::wire::{instant, parse_instant};

/// The version, the tokens if they are not forgotten, since when they are asked for.
type Row = (i64, Option<Vec<u8>>, Option<String>);

fn kept((version, sealed, asked_at): Row) -> Result<KeptTokens, StoreError> {
    let asked_since = asked_at.as_deref().map(parse_instant).transpose()?;
    let sealed = sealed.map(SealedTokens::new);
    Ok(KeptTokens::new(sealed, version, asked_since))
}

#[async_trait]
impl TokenStore for PostgresStore {
    async fn read(&self, connection: &Id<Connection>) -> Result<Option<KeptTokens>, StoreError> {
        let found: Option<Row> = sqlx::query_as(
            "select found.version, case when not found.forgotten then found.sealed end, found.asked_at
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select version, sealed, forgotten, asked_at from portal_token t where t.tenant = me.tenant and connection = $2 limit 1
             ) found",
        )
        .bind(self.tenant())
        .bind(connection.as_str())
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        found.map(kept).transpose()
    }

    async fn keep(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<(), StoreError> {
        retried(|| async {
            sqlx::query("select portal_keep_tokens($1, $2, $3)")
                .bind(self.tenant())
                .bind(connection.as_str())
                .bind(sealed.as_bytes())
                .execute(self.pool())
                .await
                .map(drop)
                .map_err(store_error)
        })
        .await
    }

    async fn keep_first(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<bool, StoreError> {
        retried(|| async {
            sqlx::query_scalar("select portal_keep_first_tokens($1, $2, $3)")
                .bind(self.tenant())
                .bind(connection.as_str())
                .bind(sealed.as_bytes())
                .fetch_one(self.pool())
                .await
                .map_err(store_error)
        })
        .await
    }

    async fn lease(&self, lease: &TokenLease) -> Result<Option<KeptTokens>, StoreError> {
        retried(|| async {
            let found: Option<Row> = sqlx::query_as(
                "select version, sealed, asked_at from portal_lease_tokens($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(self.tenant())
            .bind(lease.connection.as_str())
            .bind(lease.version)
            .bind(lease.id.to_string())
            .bind(instant(lease.now))
            .bind(instant(lease.until))
            .bind(instant(lease.beyond))
            .fetch_optional(self.pool())
            .await
            .map_err(store_error)?;
            found.map(kept).transpose()
        })
        .await
    }

    async fn replace(&self, lease: &TokenLease, sealed: &SealedTokens) -> Result<bool, StoreError> {
        retried(|| async {
            sqlx::query_scalar("select portal_replace_tokens($1, $2, $3, $4)")
                .bind(self.tenant())
                .bind(lease.connection.as_str())
                .bind(lease.id.to_string())
                .bind(sealed.as_bytes())
                .fetch_one(self.pool())
                .await
                .map_err(store_error)
        })
        .await
    }

    async fn release(
        &self,
        lease: &TokenLease,
        asked_since: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        retried(|| async {
            sqlx::query("select portal_release_tokens($1, $2, $3, $4)")
                .bind(self.tenant())
                .bind(lease.connection.as_str())
                .bind(lease.id.to_string())
                .bind(asked_since.map(instant))
                .execute(self.pool())
                .await
                .map(drop)
                .map_err(store_error)
        })
        .await
    }

    async fn forget(&self, connection: &Id<Connection>) -> Result<(), StoreError> {
        retried(|| async {
            sqlx::query("select portal_forget_tokens($1, $2)")
                .bind(self.tenant())
                .bind(connection.as_str())
                .execute(self.pool())
                .await
                .map(drop)
                .map_err(store_error)
        })
        .await
    }
}
