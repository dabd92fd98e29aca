//! Accounts, links, sessions, requests and attempts put together from their columns.
use portal_core::{
    Account, Id, Loaded, RecordRef, StoreError, Version,
    accounts::{
        Access, AccountRequest, Attempt, Digest, LoginSession, Pass, PassHolder, PassKind,
        PasswordHash, SealedSecret, SecondFactor, TemporaryPassword,
    },
    details::{EmailAddress, Phone},
};
use serde::de::DeserializeOwned;
use sqlx::{Row, postgres::PgRow};

use crate::{
    postgres::store_error,
    wire::{parse, parse_instant, parse_word},
};

type Read<T> = Result<T, StoreError>;

/// An account, as in `portal_access`.
pub(super) fn access(row: &PgRow) -> Read<Loaded<Access>> {
    let account: Id<Account> = Id::new(text(row, "id")?);
    let record = RecordRef::Account(account.clone());
    let version: i64 = row.try_get("version").map_err(store_error)?;
    let (contact, customer) = (text(row, "contact")?, text(row, "customer")?);
    let mut access = Access::new(account, Id::new(contact), Id::new(customer));
    access.state = parse_word(text(row, "state")?)?;
    access.email = word::<EmailAddress>(row, "email")?;
    access.phone = word::<Phone>(row, "phone")?;
    access.language = word(row, "language")?;
    access.password = maybe(row, "password")?.map(PasswordHash::new);
    access.temporary = temporary(row)?;
    access.second_factor = second_factor(row)?;
    let devices: Vec<Vec<u8>> = row.try_get("devices").map_err(store_error)?;
    access.devices = devices.iter().map(|d| digest(d)).collect::<Read<_>>()?;
    Ok(Loaded::one(access, record, Version::number(version)))
}

fn temporary(row: &PgRow) -> Read<Option<TemporaryPassword>> {
    let (hash, until) = (maybe(row, "temporary")?, maybe(row, "temporary_until")?);
    let Some((hash, until)) = hash.zip(until) else {
        return Ok(None);
    };
    let until = parse_instant(&until)?;
    Ok(Some(TemporaryPassword::new(PasswordHash::new(hash), until)))
}

fn second_factor(row: &PgRow) -> Read<Option<SecondFactor>> {
    let Some(sealed) = maybe(row, "sealed")? else {
        return Ok(None);
    };
    let step: i64 = row.try_get("last_step").map_err(store_error)?;
    let confirmed = row.try_get("confirmed").map_err(store_error)?;
    let sealed = SealedSecret::new(sealed);
    Ok(Some(SecondFactor::new(
        sealed,
        step.cast_unsigned(),
        confirmed,
    )))
}

/// A one-time link, in whatever state.
pub(super) fn pass(row: &PgRow) -> Read<Pass> {
    let kind = text(row, "kind")?;
    let kind = match word::<EmailAddress>(row, "email")? {
        Some(email) => PassKind::NewEmail { email },
        None => parse_word(kind)?,
    };
    let of = match maybe(row, "account")? {
        Some(account) => PassHolder::Account(Id::new(account)),
        None => PassHolder::Request(Id::new(text(row, "request")?)),
    };
    let id = Id::new(text(row, "id")?);
    let (sent_to, secret) = (bytes(row, "sent_to")?, bytes(row, "secret")?);
    let mut pass = Pass::new(id, kind, of, sent_to, secret, at(row, "until")?);
    pass.state = parse_word(text(row, "state")?)?;
    Ok(pass)
}

/// A session; its id goes by `session`, because the account has one too.
pub(super) fn session(row: &PgRow) -> Read<LoginSession> {
    let id = Id::new(text(row, "session")?);
    let account = Id::new(text(row, "account")?);
    let mut session = LoginSession::new(id, bytes(row, "token")?, account, at(row, "opened_at")?);
    session.seen_at = at(row, "seen_at")?;
    session.proved_at = at(row, "proved_at")?;
    session.ip = word(row, "ip")?;
    session.agent = maybe(row, "agent")?;
    Ok(session)
}

/// A request for an account.
pub(super) fn request(row: &PgRow) -> Read<AccountRequest> {
    let id = Id::new(text(row, "id")?);
    let kind = parse_word(text(row, "kind")?)?;
    let applicant = parse(&text(row, "applicant")?)?;
    let mut request = AccountRequest::new(id, kind, at(row, "asked_at")?, applicant);
    request.state = parse_word(text(row, "state")?)?;
    request.password = maybe(row, "password")?.map(PasswordHash::new);
    Ok(request)
}

/// A request for an account, and its version.
pub(super) fn loaded_request(row: &PgRow) -> Read<Loaded<AccountRequest>> {
    let request = request(row)?;
    let record = RecordRef::AccountRequest(request.id.clone());
    let version: i64 = row.try_get("version").map_err(store_error)?;
    Ok(Loaded::one(request, record, Version::number(version)))
}

/// A row of the sign-in log.
pub(super) fn attempt(row: &PgRow) -> Read<Attempt> {
    let flow = parse_word(text(row, "flow")?)?;
    let outcome = parse_word(text(row, "outcome")?)?;
    let mut attempt = Attempt::new(at(row, "at")?, flow, outcome);
    attempt.account = maybe(row, "account")?.map(Id::new);
    attempt.customer = maybe(row, "customer")?.map(Id::new);
    let typed: Option<Vec<u8>> = row.try_get("typed").map_err(store_error)?;
    attempt.typed = typed.as_deref().map(digest).transpose()?;
    attempt.ip = word(row, "ip")?;
    attempt.agent = maybe(row, "agent")?;
    Ok(attempt)
}

fn text(row: &PgRow, column: &str) -> Read<String> {
    row.try_get(column).map_err(store_error)
}

fn maybe(row: &PgRow, column: &str) -> Read<Option<String>> {
    row.try_get(column).map_err(store_error)
}

/// A value that is written as one word.
fn word<T: DeserializeOwned>(row: &PgRow, column: &str) -> Read<Option<T>> {
    maybe(row, column)?.map(parse_word).transpose()
}

fn at(row: &PgRow, column: &str) -> Read<chrono::DateTime<chrono::Utc>> {
    parse_instant(&text(row, column)?)
}

fn bytes(row: &PgRow, column: &str) -> Read<Digest> {
    digest(row.try_get(column).map_err(store_error)?)
}

fn digest(bytes: &[u8]) -> Read<Digest> {
    let bytes = <[u8; 32]>::try_from(bytes);
    bytes
        .map(Digest::new)
        .map_err(|_| StoreError::Corrupt("a digest has another length".into()))
}
