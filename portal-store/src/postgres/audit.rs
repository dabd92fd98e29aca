use portal_core::{
    AuditEntry, CommandId, Receipt, StoreError,
    store::{Listing, Page},
};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::store_error;
use crate::{
    cursor,
    wire::{parse, parse_instant},
};

/// `by`, `at`, `action`, `about`.
type Line = (String, String, String, String);

fn entry((by, at, action, about): Line) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry::new(
        parse_instant(&at)?,
        parse(&by)?,
        action,
        parse(&about)?,
    ))
}

/// What became of a command.
pub(super) async fn receipt(
    db: impl PgExecutor<'_>,
    tenant: &str,
    command: CommandId,
) -> Result<Option<Receipt>, StoreError> {
    let found: Option<(String, String, String, String, String)> = sqlx::query_as(
        "select form, by, at, action, about
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select * from portal_command c where c.tenant = me.tenant and command = $2 limit 1
         ) found",
    )
    .bind(tenant)
    .bind(command.to_string())
    .fetch_optional(db)
    .await
    .map_err(store_error)?;
    let Some((form, by, at, action, about)) = found else {
        return Ok(None);
    };
    let form = Uuid::try_parse(&form).map_err(|e| StoreError::Corrupt(Box::new(e)))?;
    let audit = entry((by, at, action, about))?;
    Ok(Some(Receipt::new(command, form, audit)))
}

const LIST: &str = "audit";

/// The trail, newest first.
pub(super) async fn list(
    pool: &PgPool,
    tenant: &str,
    page: &Page,
) -> Result<Listing<AuditEntry>, StoreError> {
    let before = match cursor::keys::<1>(LIST, page)? {
        None => i64::MAX,
        Some([row]) => row.parse().map_err(|_| StoreError::BadCursor)?,
    };
    let found: Vec<(i64, String, String, String, String)> = sqlx::query_as(
        "select found.row, by, at, action, about
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select * from portal_command c where c.tenant = me.tenant and c.row < $2
             order by c.row desc limit $3
         ) found
         order by found.row desc",
    )
    .bind(tenant)
    .bind(before)
    .bind(cursor::one_more(page))
    .fetch_all(pool)
    .await
    .map_err(store_error)?;
    let cut = Listing::cut(found, page, |(row, ..)| {
        cursor::after(LIST, &[&row.to_string()])
    });
    let items = cut.items.into_iter();
    let items = items.map(|(_, by, at, action, about)| entry((by, at, action, about)));
    Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
}
