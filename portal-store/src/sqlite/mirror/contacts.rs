//! What happened to people, made so in the mirror.
use portal_core::{
    Contact, Expectation, Id, RecordRef, StoreError, Version,
    accounts::{Applicant, ContactChange, FieldValue, Standing},
    details::EmailAddress,
    profile::Value,
};
use rusqlite::{Connection, Row, params};

use super::{
    apply::{gone, one_row},
    passed::{Passed, emails},
    rows::one,
};
use crate::{
    sqlite::statement::run,
    wire::{json, parse},
};

pub(super) fn apply(
    tx: &Connection,
    tenant: &str,
    change: &ContactChange,
) -> Result<(), StoreError> {
    match change {
        ContactChange::Added { contact, applicant } => add(tx, tenant, contact, applicant),
        ContactChange::EmailChanged { contact, email } => change_email(tx, tenant, contact, email),
        ContactChange::ProfileUpdated { contact, fields } => {
            update_profile(tx, tenant, contact, fields)
        }
        _ => Err(StoreError::Unsupported("this change")),
    }
}

/// Somebody new is a customer of their own, until an import says whose they are.
///
/// Their number is on the record and finds nobody: it is what somebody typed, and must not make another customer's number a shared one.
fn add(
    tx: &Connection,
    tenant: &str,
    id: &Id<Contact>,
    applicant: &Applicant,
) -> Result<(), StoreError> {
    let email = applicant.email.as_str();
    let (given_name, surname) = (applicant.given_name.as_str(), applicant.surname.as_str());
    let mut contact =
        Contact::new(id.clone(), Id::new(id.as_str()), given_name, surname).with_email(email);
    contact.language = applicant.language.unwrap_or_default();
    let mut standing = Standing::new();
    standing.email = Some(applicant.email.clone());
    standing.phone.clone_from(&applicant.phone);
    let billing = applicant.billing.as_ref();
    standing.postal_code = billing.and_then(|address| address.postal_code().cloned());
    let rows = run(
        tx,
        "insert into portal_mirror_contact (tenant, id, version, facts, standing, customer, own_email, email)
         values (?1, ?2, 1, ?3, ?4, ?2, ?5, ?5) on conflict do nothing",
        params![tenant, id.as_str(), json(&contact)?, json(&standing)?, email],
    )?;
    if rows == 0 {
        let record = RecordRef::Contact(id.clone());
        let none = Expectation::Unchanged(record, Version::number(0));
        return Err(StoreError::conflict(none));
    }
    Ok(())
}

fn change_email(
    tx: &Connection,
    tenant: &str,
    id: &Id<Contact>,
    email: &EmailAddress,
) -> Result<(), StoreError> {
    let known = Known::of(tx, tenant, id)?;
    let mut contact: Contact = parse(&known.facts)?;
    let mut standing: Option<Standing> = known.standing.as_deref().map(parse).transpose()?;
    let mut passed = Passed::read(known.passed.as_deref())?;
    passed.emails.extend(emails(&contact, standing.as_ref()));
    passed.emails.remove(email);
    contact.email = Some(email.as_str().to_owned());
    if let Some(standing) = &mut standing {
        standing.email = Some(email.clone());
    }
    let on_record = standing.as_ref().map(|_| email.as_str());
    let standing = standing.as_ref().map(json).transpose()?;
    let facts = json(&contact)?;
    run(
        tx,
        "update portal_mirror_contact
         set version = version + 1, facts = ?3, standing = ?4, own_email = ?5, email = ?6, passed = ?7
         where tenant = ?1 and id = ?2",
        params![
            tenant,
            id.as_str(),
            facts,
            standing,
            email.as_str(),
            on_record,
            passed.column()?
        ],
    )
    .and_then(one_row)
}

fn update_profile(
    tx: &Connection,
    tenant: &str,
    id: &Id<Contact>,
    new: &[FieldValue],
) -> Result<(), StoreError> {
    let known = Known::of(tx, tenant, id)?;
    let mut fields: Vec<FieldValue> = known.fields.as_deref().map_or(Ok(vec![]), parse)?;
    let mut passed = Passed::read(known.passed.as_deref())?;
    for new in new {
        let before = if let Some(old) = fields.iter_mut().find(|old| old.field == new.field) {
            std::mem::replace(&mut old.value, new.value.clone())
        } else {
            fields.push(new.clone());
            Value::Empty
        };
        let had = passed.fields.entry(new.field.clone()).or_default();
        had.push(before);
        had.retain(|had| *had != new.value);
    }
    passed.fields.retain(|_, had| !had.is_empty());
    fields.sort_by(|one, other| one.field.cmp(&other.field));
    run(
        tx,
        "update portal_mirror_contact set version = version + 1, fields = ?3, passed = ?4
         where tenant = ?1 and id = ?2",
        params![tenant, id.as_str(), json(&fields)?, passed.column()?],
    )
    .and_then(one_row)
}

/// What the mirror has of a person.
struct Known {
    facts: String,
    standing: Option<String>,
    fields: Option<String>,
    passed: Option<String>,
}

impl Known {
    fn of(tx: &Connection, tenant: &str, id: &Id<Contact>) -> Result<Self, StoreError> {
        let found = one(
            tx,
            "select facts, standing, fields, passed from portal_mirror_contact where tenant = ?1 and id = ?2",
            [tenant, id.as_str()],
            |row: &Row<'_>| {
                Ok(Self {
                    facts: row.get("facts")?,
                    standing: row.get("standing")?,
                    fields: row.get("fields")?,
                    passed: row.get("passed")?,
                })
            },
        )?;
        found.ok_or_else(gone)
    }
}
