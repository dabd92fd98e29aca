//! Looking at the whole audit trail, stretch by stretch.
use portal_core::StoreError;
use sqlx::{Row, postgres::PgRow};

use super::{PostgresStore, seal, store_error};
use crate::chain::{AuditCheck, AuditFault, AuditHead};

/// How many rows are looked at in one go, so that a long trail keeps no connection from its other work.
const STRETCH: i64 = 1_000;

impl PostgresStore {
    /// Looks at every row of the audit trail, and names the first that does not fit.
    ///
    /// `expected` is a head that [`PostgresStore::seal_audit`] once answered and that was kept where this database's owner cannot reach it. Without it, a
    /// trail that was cut short together with its seals, or sealed anew, looks sound. Rows not yet sealed are only counted.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn check_audit(
        &self,
        expected: Option<&AuditHead>,
    ) -> Result<AuditCheck, StoreError> {
        let sealed = seal::head(self.pool(), self.tenant()).await?.row;
        let mut head = AuditHead::start(self.tenant());
        while head.row < sealed {
            let stretch = self.stretch(head.row).await?;
            if stretch.is_empty() {
                return Ok(broken(head.row + 1, AuditFault::Missing));
            }
            for row in &stretch {
                match pass(head, row, expected).map_err(store_error)? {
                    Ok(next) => head = next,
                    Err(fault) => return Ok(broken(head.row + 1, fault)),
                }
            }
        }
        if expected.is_some_and(|expected| expected.row > head.row) {
            return Ok(broken(head.row + 1, AuditFault::Truncated));
        }
        self.loose_ends(head).await
    }

    /// Sealed rows from there on.
    async fn stretch(&self, after: u64) -> Result<Vec<PgRow>, StoreError> {
        sqlx::query(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select s.number, s.seal, command is null as gone, command, form, by, at, action, about, changes
                 from portal_seal s
                 left join portal_command c on c.tenant = s.tenant and c.row = s.row
                 where s.tenant = me.tenant and s.number > $2 order by s.number limit $3
             ) found
             order by number",
        )
        .bind(self.tenant())
        .bind(after.cast_signed())
        .bind(STRETCH)
        .fetch_all(self.pool())
        .await
        .map_err(store_error)
    }

    /// Rows that have no seal: each must be waiting for one.
    async fn loose_ends(&self, head: AuditHead) -> Result<AuditCheck, StoreError> {
        let (unsealed, gone, inserted): (i64, bool, Option<i64>) = sqlx::query_as(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select (select count(*) from portal_unsealed u where u.tenant = me.tenant),
                     exists (
                         select from portal_unsealed u
                         left join portal_command c on c.tenant = u.tenant and c.row = u.row
                         where u.tenant = me.tenant and c.row is null
                     ),
                     (
                         select count(s.row) from (
                             select min(c.row) as row from portal_command c
                             left join portal_seal s on s.tenant = c.tenant and s.row = c.row
                             left join portal_unsealed u on u.tenant = c.tenant and u.row = c.row
                             where c.tenant = me.tenant and s.row is null and u.row is null
                         ) loose
                         left join portal_seal s on s.tenant = me.tenant and s.row < loose.row
                         where loose.row is not null
                         group by loose.row
                     )
                 limit 1
             ) found",
        )
        .bind(self.tenant())
        .fetch_one(self.pool())
        .await
        .map_err(store_error)?;
        if let Some(before) = inserted {
            return Ok(broken(before.cast_unsigned() + 1, AuditFault::Inserted));
        }
        if gone {
            return Ok(broken(head.row + 1, AuditFault::Missing));
        }
        Ok(AuditCheck::Sound {
            head,
            unsealed: unsealed.cast_unsigned(),
        })
    }
}

/// Passes one sealed row, or says what is wrong with it.
fn pass(
    head: AuditHead,
    row: &PgRow,
    expected: Option<&AuditHead>,
) -> sqlx::Result<Result<AuditHead, AuditFault>> {
    let number = row.try_get::<i64, _>("number")?.cast_unsigned();
    // Seals are numbered from 1 without a gap.
    if number != head.row + 1 || row.try_get("gone")? {
        return Ok(Err(AuditFault::Missing));
    }
    let seal: &[u8] = row.try_get("seal")?;
    let next = seal::sealed(head, row)?;
    if next.seal != seal {
        return Ok(Err(AuditFault::Changed));
    }
    match expected {
        Some(expected) if expected.row == number && expected.seal != seal => {
            Ok(Err(AuditFault::Rewritten))
        }
        _ => Ok(Ok(next)),
    }
}

fn broken(row: u64, fault: AuditFault) -> AuditCheck {
    AuditCheck::Broken { row, fault }
}
