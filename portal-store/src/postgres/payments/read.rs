//! Reading, in one statement each.
use portal_core::{
    Contact, Id, Listing, Loaded, Order, Page, RecordRef, StoreError, Version,
    payment::{AttemptKey, KnownPayer, Merchant, PayerRef, PaymentAttempt, Received},
};
use sqlx::PgPool;

use crate::{
    cursor,
    postgres::store_error,
    wire::{instant, parse},
};

pub(super) async fn attempt(
    pool: &PgPool,
    tenant: &str,
    by: &AttemptKey,
) -> Result<Option<Loaded<PaymentAttempt>>, StoreError> {
    let at = |sql, merchant: &Merchant, name: &str| {
        let query = sqlx::query_as(sql).bind(tenant.to_owned());
        let account = merchant.account.to_string();
        query
            .bind(account)
            .bind(merchant.live)
            .bind(name.to_owned())
    };
    let query = match by {
        AttemptKey::Attempt(attempt) => {
            let query = sqlx::query_as(BY_ID).bind(tenant.to_owned());
            query.bind(attempt.to_string())
        }
        AttemptKey::LiveOf(order) => {
            let query = sqlx::query_as(LIVE_OF).bind(tenant.to_owned());
            query.bind(order.to_string())
        }
        AttemptKey::Session(merchant, session) => at(BY_SESSION, merchant, session.as_str()),
        AttemptKey::Payment(merchant, payment) => at(BY_PAYMENT, merchant, payment.as_str()),
        _ => return Err(StoreError::Unsupported("finding an attempt this way")),
    };
    let found: Option<(i64, String)> = query.fetch_optional(pool).await.map_err(store_error)?;
    let Some((version, facts)) = found else {
        return Ok(None);
    };
    let attempt: PaymentAttempt = parse(&facts)?;
    let (record, version) = (attempt.record(), Version::number(version));
    Ok(Some(Loaded::one(attempt, record, version)))
}

pub(super) async fn attempts(
    pool: &PgPool,
    tenant: &str,
    of: &Id<Order>,
) -> Result<Vec<PaymentAttempt>, StoreError> {
    let found: Vec<String> = sqlx::query_scalar(
        "select found.facts
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select begun_at, id, facts from portal_payment p where p.tenant = me.tenant and order_id = $2
             order by begun_at desc, id limit $3
         ) found
         order by begun_at desc, id",
    )
    .bind(tenant)
    .bind(of.as_str())
    .bind(i64::from(Page::LARGEST))
    .fetch_all(pool)
    .await
    .map_err(store_error)?;
    found.iter().map(|facts| parse(facts)).collect()
}

pub(super) async fn received(
    pool: &PgPool,
    tenant: &str,
    id: &Id<Received>,
) -> Result<Option<Loaded<Received>>, StoreError> {
    let found: Option<(i64, String)> = sqlx::query_as(
        "select found.version, found.facts
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select version, facts from portal_received r where r.tenant = me.tenant and id = $2 limit 1
         ) found",
    )
    .bind(tenant)
    .bind(id.as_str())
    .fetch_optional(pool)
    .await
    .map_err(store_error)?;
    let Some((version, facts)) = found else {
        return Ok(None);
    };
    let record = RecordRef::Received(id.clone());
    let version = Version::number(version);
    Ok(Some(Loaded::one(parse(&facts)?, record, version)))
}

pub(super) async fn payer(
    pool: &PgPool,
    tenant: &str,
    contact: &Id<Contact>,
    merchant: &Merchant,
) -> Result<Option<PayerRef>, StoreError> {
    let found: Option<String> = sqlx::query_scalar(
        "select found.payer
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select payer from portal_payer p where p.tenant = me.tenant and contact = $2 and account = $3 and real_money = $4 limit 1
         ) found",
    )
    .bind(tenant)
    .bind(contact.as_str())
    .bind(&*merchant.account)
    .bind(merchant.live)
    .fetch_optional(pool)
    .await
    .map_err(store_error)?;
    Ok(found.map(PayerRef::new))
}

const PAYERS: &str = "payers";

/// Everybody at one account, by the host's key for them.
pub(super) async fn payers(
    pool: &PgPool,
    tenant: &str,
    merchant: &Merchant,
    page: &Page,
) -> Result<Listing<KnownPayer>, StoreError> {
    let [after] = cursor::keys(PAYERS, page)?.unwrap_or_default();
    let found: Vec<(String, String)> = sqlx::query_as(
        "select found.contact, found.payer
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select contact, payer from portal_payer p
             where p.tenant = me.tenant and contact > $2 and account = $3 and real_money = $4
             order by contact limit $5
         ) found
         order by contact",
    )
    .bind(tenant)
    .bind(after)
    .bind(&*merchant.account)
    .bind(merchant.live)
    .bind(cursor::one_more(page))
    .fetch_all(pool)
    .await
    .map_err(store_error)?;
    let known = found.into_iter();
    let known =
        known.map(|(contact, payer)| KnownPayer::new(Id::new(contact), PayerRef::new(payer)));
    Ok(Listing::cut(known.collect(), page, |last| {
        cursor::after(PAYERS, &[last.contact.as_str()])
    }))
}

/// What pays for an order, what came first first.
#[cfg(feature = "accounting")]
pub(in crate::postgres) async fn received_for(
    pool: &PgPool,
    tenant: &str,
    order: &Id<Order>,
) -> Result<Vec<Received>, StoreError> {
    let found: Vec<String> = sqlx::query_scalar(
        "select found.facts
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select first_seen, id, facts from portal_received r where r.tenant = me.tenant and order_id = $2
             order by first_seen, id limit $3
         ) found
         order by first_seen, id",
    )
    .bind(tenant)
    .bind(order.as_str())
    .bind(i64::from(Page::LARGEST))
    .fetch_all(pool)
    .await
    .map_err(store_error)?;
    found.iter().map(|facts| parse(facts)).collect()
}

const UNAPPLIED: &str = "unapplied";

/// Sorts after every instant.
const LATEST: &str = "~~";

/// What pays for nothing, what came last first.
pub(super) async fn unapplied(
    pool: &PgPool,
    tenant: &str,
    page: &Page,
) -> Result<Listing<Received>, StoreError> {
    let from_the_last = || [LATEST.to_owned(), String::new()];
    let [first_seen, id] = cursor::keys(UNAPPLIED, page)?.unwrap_or_else(from_the_last);
    let found: Vec<String> = sqlx::query_scalar(
        "select found.facts
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select first_seen, id, facts from portal_received r
             where r.tenant = me.tenant and unapplied and first_seen <= $2 and (first_seen < $2 or id > $3)
             order by first_seen desc, id limit $4
         ) found
         order by first_seen desc, id",
    )
    .bind(tenant)
    .bind(first_seen)
    .bind(id)
    .bind(cursor::one_more(page))
    .fetch_all(pool)
    .await
    .map_err(store_error)?;
    let found = found.iter().map(|facts| parse::<Received>(facts));
    let found = found.collect::<Result<Vec<_>, _>>()?;
    Ok(Listing::cut(found, page, |last| {
        cursor::after(UNAPPLIED, &[&instant(last.first_seen), last.id().as_str()])
    }))
}

const BY_ID: &str = "
    select found.version, found.facts
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select version, facts from portal_payment p where p.tenant = me.tenant and id = $2 limit 1
    ) found";

const LIVE_OF: &str = "
    select found.version, found.facts
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select version, facts from portal_payment p where p.tenant = me.tenant and order_id = $2 and live limit 1
    ) found";

const BY_SESSION: &str = "
    select found.version, found.facts
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select version, facts from portal_payment p
        where p.tenant = me.tenant and account = $2 and real_money = $3 and session = $4 order by id limit 1
    ) found";

const BY_PAYMENT: &str = "
    select found.version, found.facts
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select version, facts from portal_payment p
        where p.tenant = me.tenant and account = $2 and real_money = $3 and payment = $4 order by id limit 1
    ) found";
