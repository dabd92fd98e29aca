//! Tokens of connections, as they are sealed: one statement each, in functions of `schema/6`.
use async_trait::async_trait;
use portal_core::{
    Id, StoreError,
    accounting::tokens::{Connection, KeptTokens, SealedTokens, TokenLease, TokenStore},
};

use super::{PostgresStore, retry::retried, store_error};
use crate::wire::instant;

fn kept((version, sealed): (i64, Vec<u8>)) -> KeptTokens {
    KeptTokens::new(SealedTokens::new(sealed), version)
}

#[async_trait]
impl TokenStore for PostgresStore {
    async fn read(&self, connection: &Id<Connection>) -> Result<Option<KeptTokens>, StoreError> {
        let found: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "select found.version, found.sealed
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select version, sealed from portal_token t where t.tenant = me.tenant and connection = $2 limit 1
             ) found",
        )
        .bind(self.tenant())
        .bind(connection.as_str())
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        Ok(found.map(kept))
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

    async fn lease(&self, lease: &TokenLease) -> Result<Option<KeptTokens>, StoreError> {
        retried(|| async {
            let found: Option<(i64, Vec<u8>)> = sqlx::query_as(
                "select version, sealed from portal_lease_tokens($1, $2, $3, $4, $5, $6)",
            )
            .bind(self.tenant())
            .bind(lease.connection.as_str())
            .bind(lease.version)
            .bind(lease.id.to_string())
            .bind(instant(lease.now))
            .bind(instant(lease.until))
            .fetch_optional(self.pool())
            .await
            .map_err(store_error)?;
            Ok(found.map(kept))
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

    async fn release(&self, lease: &TokenLease) -> Result<(), StoreError> {
        retried(|| async {
            sqlx::query("select portal_release_tokens($1, $2, $3)")
                .bind(self.tenant())
                .bind(lease.connection.as_str())
                .bind(lease.id.to_string())
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
