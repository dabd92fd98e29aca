//! My courses, tab by tab.
use chrono::{DateTime, Utc};
use portal_core::{Contact, Id, Page, StoreError, courses::Shelf};
use sqlx::{PgPool, postgres::PgRow};

use super::rows::RegistrationRow;
use crate::{cursor, postgres::store_error, wire::instant};

/// The list a tab is, for its page markers.
pub(super) fn list_of(tab: Shelf) -> &'static str {
    match tab {
        Shelf::Current => "registrations",
        Shelf::Completed => "registrations-completed",
        Shelf::History => "registrations-history",
    }
}

/// One row more than fits on the page.
pub(super) async fn registrations(
    pool: &PgPool,
    tenant: &str,
    of: &Id<Contact>,
    tab: Shelf,
    now: DateTime<Utc>,
    page: &Page,
) -> Result<Vec<RegistrationRow>, StoreError> {
    let after = cursor::keys::<2>(list_of(tab), page)?;
    // Every instant sorts before this.
    let from_the_latest = || ["\u{7f}".to_owned(), String::new()];
    let (sql, [at, id]) = match tab {
        Shelf::Current => (CURRENT, after.unwrap_or_default()),
        Shelf::Completed => (COMPLETED, after.unwrap_or_else(from_the_latest)),
        Shelf::History => (HISTORY, after.unwrap_or_else(from_the_latest)),
    };
    sqlx::query(sql)
        .bind(tenant)
        .bind(of.as_str())
        .bind(at)
        .bind(id)
        .bind(cursor::one_more(page))
        .bind(instant(now))
        .try_map(|row: PgRow| RegistrationRow::read(&row))
        .fetch_all(pool)
        .await
        .map_err(store_error)
}

const CURRENT: &str = "
    select found.*
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select * from portal_mirror_registration_now r
        where r.tenant = me.tenant and contact = $2 and status = '\"active\"' and ends_at >= $6
            and (starts_at, id) > ($3, $4)
        order by starts_at, id limit $5
    ) found
    order by starts_at, id";

const COMPLETED: &str = "
    select found.*
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select * from portal_mirror_registration_now r
        where r.tenant = me.tenant and contact = $2
            and (status = '\"completed\"' or (status = '\"active\"' and ends_at < $6))
            and (starts_at, id) < ($3, $4)
        order by starts_at desc, id desc limit $5
    ) found
    order by starts_at desc, id desc";

/// What is over by a decision is over whatever the time.
const HISTORY: &str = "
    select found.*
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select * from portal_mirror_registration_now r
        where r.tenant = me.tenant and contact = $2 and status in ('\"cancelled\"', '\"transferred_away\"')
            and (starts_at, id) < ($3, $4) and $6::text is not null
        order by starts_at desc, id desc limit $5
    ) found
    order by starts_at desc, id desc";
