//! Sealing the audit trail, in a job of its own.
use portal_core::StoreError;
use sqlx::{PgExecutor, Row, postgres::PgRow};

use super::{PostgresStore, store_error};
use crate::chain::{self, AuditHead};

impl PostgresStore {
    /// Seals rows of the audit trail that have none yet, oldest first, `at_most` so many. Answers where the sealed part now ends.
    ///
    /// Run it every minute or so. Commits never wait for it, nor seal anything themselves. Those who run it at once do so one after the other.
    ///
    /// Rows are numbered as they are sealed: commands that are committed at once have no order among themselves until then.
    ///
    /// # Errors
    /// When the database cannot be read or written, or a row cannot be read.
    pub async fn seal_audit(&self, at_most: u32) -> Result<AuditHead, StoreError> {
        let tenant = self.tenant();
        // Whoever waited for another that seals must see what that one left.
        let begin = "begin isolation level read committed";
        let mut tx = self.pool().begin_with(begin).await.map_err(store_error)?;
        sqlx::query("select pg_advisory_xact_lock(hashtextextended('portal_seal/' || set_config('portal.tenant', $1, true), 0))")
            .bind(tenant)
            .execute(&mut *tx)
            .await
            .map_err(store_error)?;
        let mut head = head(&mut *tx, tenant).await?;
        let unsealed = sqlx::query(
            "select c.row, command, form, by, at, action, about, changes from portal_unsealed u
             join portal_command c on c.tenant = u.tenant and c.row = u.row
             where u.tenant = $1 order by u.row limit $2",
        )
        .bind(tenant)
        .bind(i64::from(at_most))
        .fetch_all(&mut *tx)
        .await
        .map_err(store_error)?;
        let (mut rows, mut numbers, mut seals) = (vec![], vec![], vec![]);
        for row in &unsealed {
            head = sealed(head, row).map_err(store_error)?;
            rows.push(row.try_get::<i64, _>("row").map_err(store_error)?);
            numbers.push(head.row.cast_signed());
            seals.push(head.seal.to_vec());
        }
        sqlx::query(
            "with done as (delete from portal_unsealed where tenant = $1 and row = any ($2))
             insert into portal_seal (tenant, row, number, seal)
             select $1, * from unnest($2::bigint[], $3::bigint[], $4::bytea[])",
        )
        .bind(tenant)
        .bind(rows)
        .bind(numbers)
        .bind(seals)
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(head)
    }
}

/// Where the sealed part of a trail ends.
pub(super) async fn head(db: impl PgExecutor<'_>, tenant: &str) -> Result<AuditHead, StoreError> {
    let found: Option<(i64, Vec<u8>)> = sqlx::query_as(
        "select number, seal
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select * from portal_seal s where s.tenant = me.tenant order by number desc limit 1
         ) found",
    )
    .bind(tenant)
    .fetch_optional(db)
    .await
    .map_err(store_error)?;
    let Some((number, seal)) = found else {
        return Ok(AuditHead::start(tenant));
    };
    let seal = <[u8; 32]>::try_from(seal)
        .map_err(|_| StoreError::Corrupt("a seal has another length".into()))?;
    Ok(AuditHead::new(number.cast_unsigned(), seal))
}

/// The head once this row is sealed too.
pub(super) fn sealed(head: AuditHead, row: &PgRow) -> sqlx::Result<AuditHead> {
    Ok(head.seal(&chain::Row {
        number: head.row + 1,
        texts: [
            row.try_get("command")?,
            row.try_get("form")?,
            row.try_get("by")?,
            row.try_get("at")?,
            row.try_get("action")?,
            row.try_get("about")?,
            row.try_get("changes")?,
        ],
    }))
}
