//! Tokens of connections, as they are sealed: one statement each.
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Id, StoreError,
    accounting::tokens::{Connection, KeptTokens, SealedTokens, TokenLease, TokenStore},
};
use rusqlite::{Row, params};

use super::{
    SqliteStore,
    statement::{one, run},
};
use crate::wire::{instant, parse_instant};

/// What is kept, before what is written in it is understood.
struct Raw {
    sealed: Option<Vec<u8>>,
    version: i64,
    asked_at: Option<String>,
}

impl Raw {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            sealed: row.get("sealed")?,
            version: row.get("version")?,
            asked_at: row.get("asked_at")?,
        })
    }

    fn kept(self) -> Result<KeptTokens, StoreError> {
        let asked_since = self.asked_at.as_deref().map(parse_instant).transpose()?;
        let sealed = self.sealed.map(SealedTokens::new);
        Ok(KeptTokens::new(sealed, self.version, asked_since))
    }
}

#[async_trait]
impl TokenStore for SqliteStore {
    async fn read(&self, connection: &Id<Connection>) -> Result<Option<KeptTokens>, StoreError> {
        let connection = connection.clone();
        SqliteStore::read(self, move |db, tenant| {
            one(
                db,
                "select version, iif(forgotten, null, sealed) as sealed, asked_at from portal_token where tenant = ?1 and connection = ?2",
                params![tenant, connection.as_str()],
                Raw::read,
            )
        })
        .await?
        .map(Raw::kept)
        .transpose()
    }

    async fn keep(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<(), StoreError> {
        let (connection, sealed) = (connection.clone(), sealed.clone());
        self.write(move |db, tenant| {
            run(
                db,
                "insert into portal_token (tenant, connection, version, sealed) values (?1, ?2, 1, ?3)
                 on conflict (tenant, connection) do update
                 set version = version + 1, sealed = excluded.sealed, forgotten = 0, lease = null, leased_until = null, asked_at = null",
                params![tenant, connection.as_str(), sealed.as_bytes()],
            )
            .map(drop)
        })
        .await
    }

    async fn keep_first(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<bool, StoreError> {
        let (connection, sealed) = (connection.clone(), sealed.clone());
        self.write(move |db, tenant| {
            run(
                db,
                "insert into portal_token (tenant, connection, version, sealed) values (?1, ?2, 1, ?3)
                 on conflict (tenant, connection) do nothing",
                params![tenant, connection.as_str(), sealed.as_bytes()],
            )
            .map(|rows| rows > 0)
        })
        .await
    }

    async fn lease(&self, lease: &TokenLease) -> Result<Option<KeptTokens>, StoreError> {
        let lease = lease.clone();
        self.write(move |db, tenant| {
            let (id, now) = (lease.id.to_string(), instant(lease.now));
            let (until, beyond) = (instant(lease.until), instant(lease.beyond));
            one(
                db,
                "update portal_token set lease = ?4, leased_until = ?6, asked_at = coalesce(asked_at, ?5)
                 where tenant = ?1 and connection = ?2 and version = ?3 and not forgotten
                     and (lease is null or leased_until <= ?5 or leased_until > ?7)
                 returning version, sealed, asked_at",
                params![tenant, lease.connection.as_str(), lease.version, id, now, until, beyond],
                Raw::read,
            )
        })
        .await?
        .map(Raw::kept)
        .transpose()
    }

    async fn replace(&self, lease: &TokenLease, sealed: &SealedTokens) -> Result<bool, StoreError> {
        let (lease, sealed) = (lease.clone(), sealed.clone());
        self.write(move |db, tenant| {
            let id = lease.id.to_string();
            run(
                db,
                "update portal_token set version = version + 1, sealed = ?4, lease = null, leased_until = null, asked_at = null
                 where tenant = ?1 and connection = ?2 and lease = ?3",
                params![tenant, lease.connection.as_str(), id, sealed.as_bytes()],
            )
            .map(|rows| rows > 0)
        })
        .await
    }

    async fn release(
        &self,
        lease: &TokenLease,
        asked_since: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let lease = lease.clone();
        self.write(move |db, tenant| {
            let (id, asked_at) = (lease.id.to_string(), asked_since.map(instant));
            run(
                db,
                "update portal_token set lease = null, leased_until = null, asked_at = ?4 where tenant = ?1 and connection = ?2 and lease = ?3",
                params![tenant, lease.connection.as_str(), id, asked_at],
            )
            .map(drop)
        })
        .await
    }

    async fn forget(&self, connection: &Id<Connection>) -> Result<(), StoreError> {
        let connection = connection.clone();
        self.write(move |db, tenant| {
            run(
                db,
                "insert into portal_token (tenant, connection, version, sealed, forgotten) values (?1, ?2, 1, x'', 1)
                 on conflict (tenant, connection) do update
                 set version = version + 1, sealed = x'', forgotten = 1, lease = null, leased_until = null, asked_at = null",
                params![tenant, connection.as_str()],
            )
            .map(drop)
        })
        .await
    }
}
