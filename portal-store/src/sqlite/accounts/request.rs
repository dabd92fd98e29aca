//! Requests for accounts.
use portal_core::{
    Id, Listing, Loaded, Page, RecordRef, StoreError, Version,
    accounts::{AccountRequest, PasswordHash, RequestState},
    details::EmailAddress,
};
use rusqlite::{Connection, Row, params};

use super::found;
use crate::{
    cursor,
    sqlite::statement::{all, one, run},
    wire::{instant, json, parse, parse_instant, parse_word, word},
};

pub(super) fn request(
    db: &Connection,
    tenant: &str,
    id: &Id<AccountRequest>,
) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
    let found = one(
        db,
        "select * from portal_account_request where tenant = ?1 and id = ?2",
        [tenant, id.as_str()],
        RequestRow::read,
    )?;
    found.map(RequestRow::loaded).transpose()
}

/// The pending request for approval of this address: the first, should there be several.
pub(super) fn pending(
    db: &Connection,
    tenant: &str,
    of: &EmailAddress,
) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
    let found = one(
        db,
        "select * from portal_account_request
         where tenant = ?1 and email = ?2 and kind = 'for_approval' and state = 'pending'
         order by asked_at, id limit 1",
        [tenant, of.as_str()],
        RequestRow::read,
    )?;
    found.map(RequestRow::loaded).transpose()
}

/// Those for approval in this state, oldest first.
pub(super) fn list(
    db: &Connection,
    tenant: &str,
    state: RequestState,
    page: &Page,
) -> Result<Listing<AccountRequest>, StoreError> {
    let list = format!("account-requests-{}", state.as_str());
    let [asked_at, id] = cursor::keys(&list, page)?.unwrap_or_default();
    let most = cursor::one_more(page);
    let found = all(
        db,
        "select * from portal_account_request
         where tenant = ?1 and kind = 'for_approval' and state = ?2 and (asked_at, id) > (?3, ?4)
         order by asked_at, id limit ?5",
        params![tenant, state.as_str(), asked_at, id, most],
        RequestRow::read,
    )?;
    let cut = Listing::cut(found, page, |last| {
        cursor::after(&list, &[&last.asked_at, &last.id])
    });
    let items = cut.items.into_iter().map(RequestRow::request);
    Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
}

struct RequestRow {
    id: String,
    version: i64,
    kind: String,
    state: String,
    asked_at: String,
    applicant: String,
    password: Option<String>,
}

impl RequestRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            kind: row.get("kind")?,
            state: row.get("state")?,
            asked_at: row.get("asked_at")?,
            applicant: row.get("applicant")?,
            password: row.get("password")?,
        })
    }

    fn request(self) -> Result<AccountRequest, StoreError> {
        let kind = parse_word(self.kind)?;
        let (asked_at, applicant) = (parse_instant(&self.asked_at)?, parse(&self.applicant)?);
        let mut request = AccountRequest::new(Id::new(self.id), kind, asked_at, applicant);
        request.state = parse_word(self.state)?;
        request.password = self.password.map(PasswordHash::new);
        Ok(request)
    }

    fn loaded(self) -> Result<Loaded<AccountRequest>, StoreError> {
        let record = RecordRef::AccountRequest(Id::new(self.id.as_str()));
        let version = Version::number(self.version);
        Ok(Loaded::one(self.request()?, record, version))
    }
}

pub(super) fn ask(
    tx: &Connection,
    tenant: &str,
    request: &AccountRequest,
) -> Result<(), StoreError> {
    let rows = run(
        tx,
        "insert into portal_account_request (tenant, id, kind, state, asked_at, email, applicant, password)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing",
        params![
            tenant,
            request.id.as_str(),
            word(&request.kind)?,
            request.state.as_str(),
            instant(request.asked_at),
            request.applicant.email.as_str(),
            json(&request.applicant)?,
            request.password.as_ref().map(PasswordHash::expose),
        ],
    )?;
    found(rows, || RecordRef::AccountRequest(request.id.clone()))
}

pub(super) fn settle(
    tx: &Connection,
    tenant: &str,
    request: &Id<AccountRequest>,
    state: RequestState,
) -> Result<(), StoreError> {
    let rows = run(
        tx,
        "update portal_account_request set version = version + 1, state = ?3, password = null
         where tenant = ?1 and id = ?2",
        [tenant, request.as_str(), state.as_str()],
    )?;
    found(rows, || RecordRef::AccountRequest(request.clone()))
}

/// Makes it another version of the request.
pub(super) fn touch(
    tx: &Connection,
    tenant: &str,
    request: &Id<AccountRequest>,
) -> Result<(), StoreError> {
    let sql =
        "update portal_account_request set version = version + 1 where tenant = ?1 and id = ?2";
    let rows = run(tx, sql, [tenant, request.as_str()])?;
    found(rows, || RecordRef::AccountRequest(request.clone()))
}
