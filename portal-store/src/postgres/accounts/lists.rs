//! What staff look through, page by page.
use portal_core::{
    Account, Id, Listing, Page, StoreError,
    accounts::{AccountRequest, Attempt, RequestState},
};
use sqlx::{PgPool, Row, postgres::PgRow};

use super::rows;
use crate::{
    cursor,
    postgres::store_error,
    wire::{instant, word},
};

const REQUESTS: &str = "account_requests";

/// The requests for approval in this state, oldest first.
pub(super) async fn requests(
    pool: &PgPool,
    tenant: &str,
    state: RequestState,
    page: &Page,
) -> Result<Listing<AccountRequest>, StoreError> {
    let from_the_first = || [String::new(), String::new()];
    let [asked_at, id] = cursor::keys(REQUESTS, page)?.unwrap_or_else(from_the_first);
    let found = sqlx::query(
        "select found.*
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select * from portal_account_request r
             where r.tenant = me.tenant and kind = 'for_approval' and state = $2 and (asked_at, id) > ($3, $4)
             order by asked_at, id limit $5
         ) found
         order by asked_at, id",
    )
    .bind(tenant)
    .bind(word(&state)?)
    .bind(asked_at)
    .bind(id)
    .bind(cursor::one_more(page))
    .fetch_all(pool)
    .await
    .map_err(store_error)?;
    let found: Vec<_> = found.iter().map(rows::request).collect::<Result<_, _>>()?;
    Ok(Listing::cut(found, page, |last| {
        cursor::after(REQUESTS, &[&instant(last.asked_at), last.id.as_str()])
    }))
}

const ATTEMPTS: &str = "attempts";

/// The sign-in log, newest first: all of it, or one account's.
pub(super) async fn attempts(
    pool: &PgPool,
    tenant: &str,
    of: Option<Id<Account>>,
    page: &Page,
) -> Result<Listing<Attempt>, StoreError> {
    let before = match cursor::keys::<1>(ATTEMPTS, page)? {
        None => i64::MAX,
        Some([n]) => n.parse().map_err(|_| StoreError::BadCursor)?,
    };
    let found = match &of {
        None => sqlx::query(ALL).bind(tenant),
        Some(of) => sqlx::query(OF_ACCOUNT).bind(tenant).bind(of.as_str()),
    };
    let found = found
        .bind(before)
        .bind(cursor::one_more(page))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
    let found: Vec<_> = found.iter().map(numbered).collect::<Result<_, _>>()?;
    let cut = Listing::cut(found, page, |(n, _)| {
        cursor::after(ATTEMPTS, &[&n.to_string()])
    });
    Ok(cut.map(|(_, attempt)| attempt))
}

fn numbered(row: &PgRow) -> Result<(i64, Attempt), StoreError> {
    let n = row.try_get("n").map_err(store_error)?;
    Ok((n, rows::attempt(row)?))
}

const ALL: &str = "
    select found.*
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select * from portal_attempt a where a.tenant = me.tenant and n < $2 order by n desc limit $3
    ) found
    order by n desc";

const OF_ACCOUNT: &str = "
    select found.*
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (
        select * from portal_attempt a where a.tenant = me.tenant and account = $2 and n < $3 order by n desc limit $4
    ) found
    order by n desc";
