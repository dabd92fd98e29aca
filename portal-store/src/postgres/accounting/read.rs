//! Reading, in one statement each.
use portal_core::{
    Listing, Loaded, Page, StoreError, Version,
    accounting::{Export, ExportKey, LedgerConnection, OrganisationRef},
};
use sqlx::PgPool;

use crate::{
    cursor,
    postgres::store_error,
    wire::{instant, parse},
};

pub(super) async fn export(
    pool: &PgPool,
    tenant: &str,
    by: &ExportKey,
) -> Result<Option<Loaded<Export>>, StoreError> {
    let query = match by {
        ExportKey::Order(order) => sqlx::query_as(OF_ORDER).bind(tenant).bind(order.as_str()),
        ExportKey::Document(books, document) => sqlx::query_as(OF_DOCUMENT)
            .bind(tenant)
            .bind(&*books.system)
            .bind(&*books.id)
            .bind(document.as_str()),
        _ => return Err(StoreError::Unsupported("finding an export this way")),
    };
    let found: Option<(i64, String)> = query.fetch_optional(pool).await.map_err(store_error)?;
    let Some((version, facts)) = found else {
        return Ok(None);
    };
    let export: Export = parse(&facts)?;
    let (record, version) = (export.record(), Version::number(version));
    Ok(Some(Loaded::one(export, record, version)))
}

const ATTENTION: &str = "attention";

/// What waits for staff, what has stood longest first.
pub(super) async fn needing_attention(
    pool: &PgPool,
    tenant: &str,
    page: &Page,
) -> Result<Listing<Export>, StoreError> {
    let [since, order] = cursor::keys(ATTENTION, page)?.unwrap_or_default();
    let found: Vec<String> = sqlx::query_scalar(
        "select found.facts
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select stands_since, order_id, facts from portal_export e
             where e.tenant = me.tenant and attention and (stands_since, order_id) > ($2, $3)
             order by stands_since, order_id limit $4
         ) found
         order by stands_since, order_id",
    )
    .bind(tenant)
    .bind(since)
    .bind(order)
    .bind(cursor::one_more(page))
    .fetch_all(pool)
    .await
    .map_err(store_error)?;
    let found = found.iter().map(|facts| parse::<Export>(facts));
    let found = found.collect::<Result<Vec<_>, _>>()?;
    Ok(Listing::cut(found, page, |last| {
        cursor::after(
            ATTENTION,
            &[&instant(last.stands_since), last.order.as_str()],
        )
    }))
}

pub(super) async fn connection(
    pool: &PgPool,
    tenant: &str,
    books: &OrganisationRef,
) -> Result<Option<Loaded<LedgerConnection>>, StoreError> {
    let record = LedgerConnection::record_of(books);
    let found: Option<(i64, String)> = sqlx::query_as(
        "select found.version, found.facts
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select version, facts from portal_ledger l where l.tenant = me.tenant and id = $2 limit 1
         ) found",
    )
    .bind(tenant)
    .bind(record.key())
    .fetch_optional(pool)
    .await
    .map_err(store_error)?;
    let Some((version, facts)) = found else {
        return Ok(None);
    };
    let version = Version::number(version);
    Ok(Some(Loaded::one(parse(&facts)?, record, version)))
}

const OF_ORDER: &str = "
    select found.version, found.facts
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select version, facts from portal_export e where e.tenant = me.tenant and order_id = $2 limit 1
    ) found";

const OF_DOCUMENT: &str = "
    select found.version, found.facts
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select version, facts from portal_export e
        where e.tenant = me.tenant and system = $2 and organisation = $3 and document = $4 limit 1
    ) found";
