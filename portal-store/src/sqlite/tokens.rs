//! Tokens of connections, as they are sealed: one statement each.
use async_trait::async_trait;
use portal_core::{
    Id, StoreError,
    accounting::tokens::{Connection, KeptTokens, SealedTokens, TokenLease, TokenStore},
};
use rusqlite::{Row, params};

use super::{
    SqliteStore,
    statement::{one, run},
};
use crate::wire::instant;

fn kept(row: &Row<'_>) -> rusqlite::Result<KeptTokens> {
    let sealed = SealedTokens::new(row.get("sealed")?);
    Ok(KeptTokens::new(sealed, row.get("version")?))
}

#[async_trait]
impl TokenStore for SqliteStore {
    async fn read(&self, connection: &Id<Connection>) -> Result<Option<KeptTokens>, StoreError> {
        let connection = connection.clone();
        SqliteStore::read(self, move |db, tenant| {
            one(
                db,
                "select version, sealed from portal_token where tenant = ?1 and connection = ?2",
                params![tenant, connection.as_str()],
                kept,
            )
        })
        .await
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
                 set version = version + 1, sealed = excluded.sealed, lease = null, leased_until = null",
                params![tenant, connection.as_str(), sealed.as_bytes()],
            )
            .map(drop)
        })
        .await
    }

    async fn lease(&self, lease: &TokenLease) -> Result<Option<KeptTokens>, StoreError> {
        let lease = lease.clone();
        self.write(move |db, tenant| {
            let (id, now, until) = (
                lease.id.to_string(),
                instant(lease.now),
                instant(lease.until),
            );
            one(
                db,
                "update portal_token set lease = ?4, leased_until = ?6
                 where tenant = ?1 and connection = ?2 and version = ?3 and (lease is null or leased_until <= ?5)
                 returning version, sealed",
                params![tenant, lease.connection.as_str(), lease.version, id, now, until],
                kept,
            )
        })
        .await
    }

    async fn replace(&self, lease: &TokenLease, sealed: &SealedTokens) -> Result<bool, StoreError> {
        let (lease, sealed) = (lease.clone(), sealed.clone());
        self.write(move |db, tenant| {
            let id = lease.id.to_string();
            run(
                db,
                "update portal_token set version = version + 1, sealed = ?4, lease = null, leased_until = null
                 where tenant = ?1 and connection = ?2 and lease = ?3",
                params![tenant, lease.connection.as_str(), id, sealed.as_bytes()],
            )
            .map(|rows| rows > 0)
        })
        .await
    }

    async fn release(&self, lease: &TokenLease) -> Result<(), StoreError> {
        let lease = lease.clone();
        self.write(move |db, tenant| {
            let id = lease.id.to_string();
            run(
                db,
                "update portal_token set lease = null, leased_until = null where tenant = ?1 and connection = ?2 and lease = ?3",
                params![tenant, lease.connection.as_str(), id],
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
                "delete from portal_token where tenant = ?1 and connection = ?2",
                params![tenant, connection.as_str()],
            )
            .map(drop)
        })
        .await
    }
}
