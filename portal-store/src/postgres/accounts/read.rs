//! Reading one thing, in one statement.
use portal_core::{
    Account, Id, Loaded, StoreError,
    accounts::{Access, AccountKey, AccountRequest, Digest, LoginSession, OpenSession, Pass},
    details::EmailAddress,
};
use sqlx::PgPool;

use super::rows;
use crate::postgres::store_error;

pub(super) async fn account(
    pool: &PgPool,
    tenant: &str,
    by: &AccountKey,
) -> Result<Option<Loaded<Access>>, StoreError> {
    let (sql, key) = match by {
        AccountKey::Id(id) => (BY_ID, id.as_str()),
        AccountKey::Contact(contact) => (BY_CONTACT, contact.as_str()),
        AccountKey::Email(email) => (BY_EMAIL, email.as_str()),
        AccountKey::Phone(phone) => (BY_PHONE, phone.as_str()),
        _ => return Err(StoreError::Unsupported("finding an account this way")),
    };
    let found = sqlx::query(sql)
        .bind(tenant)
        .bind(key)
        .fetch_optional(pool)
        .await
        .map_err(store_error)?;
    found.as_ref().map(rows::access).transpose()
}

pub(super) async fn pass(
    pool: &PgPool,
    tenant: &str,
    secret: &Digest,
) -> Result<Option<Pass>, StoreError> {
    let found = sqlx::query(
        "select found.*
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select * from portal_pass p where p.tenant = me.tenant and secret = $2 limit 1
         ) found",
    )
    .bind(tenant)
    .bind(&secret.as_bytes()[..])
    .fetch_optional(pool)
    .await
    .map_err(store_error)?;
    found.as_ref().map(rows::pass).transpose()
}

pub(super) async fn session(
    pool: &PgPool,
    tenant: &str,
    token: &Digest,
) -> Result<Option<OpenSession>, StoreError> {
    let found = sqlx::query(
        "select found.*
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select a.*, s.id as session, s.token, s.account, s.opened_at, s.seen_at, s.proved_at, s.ip, s.agent
             from portal_session s
             join portal_access a on a.tenant = s.tenant and a.id = s.account
             where s.tenant = me.tenant and s.token = $2 limit 1
         ) found",
    )
    .bind(tenant)
    .bind(&token.as_bytes()[..])
    .fetch_optional(pool)
    .await
    .map_err(store_error)?;
    let Some(row) = found else { return Ok(None) };
    let (session, access) = (rows::session(&row)?, rows::access(&row)?);
    Ok(Some(OpenSession::new(session, access)))
}

pub(super) async fn sessions(
    pool: &PgPool,
    tenant: &str,
    of: &Id<Account>,
) -> Result<Vec<LoginSession>, StoreError> {
    let found = sqlx::query(
        "select found.*
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select s.*, s.id as session from portal_session s where s.tenant = me.tenant and s.account = $2
             offset 0
         ) found
         order by seen_at desc, session",
    )
    .bind(tenant)
    .bind(of.as_str())
    .fetch_all(pool)
    .await
    .map_err(store_error)?;
    found.iter().map(rows::session).collect()
}

pub(super) async fn request(
    pool: &PgPool,
    tenant: &str,
    id: &Id<AccountRequest>,
) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
    let found = sqlx::query(
        "select found.*
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select * from portal_account_request r where r.tenant = me.tenant and id = $2 limit 1
         ) found",
    )
    .bind(tenant)
    .bind(id.as_str())
    .fetch_optional(pool)
    .await
    .map_err(store_error)?;
    found.as_ref().map(rows::loaded_request).transpose()
}

pub(super) async fn pending_request(
    pool: &PgPool,
    tenant: &str,
    of: &EmailAddress,
) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
    let found = sqlx::query(
        "select found.*
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select * from portal_account_request r
             where r.tenant = me.tenant and email = $2 and kind = 'for_approval' and state = 'pending'
             order by asked_at, id limit 1
         ) found",
    )
    .bind(tenant)
    .bind(of.as_str())
    .fetch_optional(pool)
    .await
    .map_err(store_error)?;
    found.as_ref().map(rows::loaded_request).transpose()
}

const BY_ID: &str = "
    select found.*
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (select * from portal_access a where a.tenant = me.tenant and id = $2 limit 1) found";

const BY_CONTACT: &str = "
    select found.*
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (select * from portal_access a where a.tenant = me.tenant and contact = $2 limit 1) found";

const BY_EMAIL: &str = "
    select found.*
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (select * from portal_access a where a.tenant = me.tenant and email = $2 limit 1) found";

const BY_PHONE: &str = "
    select found.*
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (select * from portal_access a where a.tenant = me.tenant and phone = $2 limit 1) found";
