//! People and what their customer record says, and whether the host or the portal knows their address better.
use portal_core::{
    Contact, StoreError,
    accounts::Standing,
    details::{EmailAddress, Phone},
};
use rusqlite::{Connection, Row, params};

use super::Became;
use crate::{
    sqlite::{
        mirror::{
            passed::{Passed, own_email},
            rows::one,
        },
        statement::run,
    },
    wire::{json, parse},
};

pub(super) fn contact(
    db: &Connection,
    tenant: &str,
    contact: &Contact,
    standing: Option<&Standing>,
    overruled: bool,
) -> Result<Became, StoreError> {
    let (mut contact, mut standing) = (contact.clone(), standing.cloned());
    let outdated = match changed_here(db, tenant, &contact)? {
        None => false,
        Some(mut here) => {
            let outdated = !overruled && here.keep(&mut contact, standing.as_mut());
            if !outdated {
                here.passed.emails.clear();
                here.note(db, tenant, &contact)?;
            }
            outdated
        }
    };
    let became = Became::of_version(put(db, tenant, &contact, standing.as_ref())?);
    match became {
        Became::Unchanged if outdated => Ok(Became::Outdated),
        other => Ok(other),
    }
}

fn put(
    db: &Connection,
    tenant: &str,
    contact: &Contact,
    standing: Option<&Standing>,
) -> Result<Option<i64>, StoreError> {
    let (facts, told) = (json(contact)?, standing.map(json).transpose()?);
    let own_email = own_email(contact);
    let email = standing.and_then(|standing| standing.email.as_ref());
    let phone = standing.and_then(|standing| standing.phone.as_ref());
    one(
        db,
        "insert into portal_mirror_contact (tenant, id, version, facts, customer, own_email, standing, email, phone)
         values (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (tenant, id) do update
         set version = version + 1, facts = excluded.facts, customer = excluded.customer, own_email = excluded.own_email,
             standing = coalesce(?6, standing), email = iif(?6 is null, email, ?7), phone = iif(?6 is null, phone, ?8)
         where facts <> excluded.facts or (?6 is not null and (standing is not ?6 or phone is not ?8))
         returning version",
        params![
            tenant,
            contact.id.as_str(),
            facts,
            contact.customer.as_str(),
            own_email.as_ref().map(EmailAddress::as_str),
            told,
            email.map(EmailAddress::as_str),
            phone.map(Phone::as_str),
        ],
        |row| row.get(0),
    )
}

/// A person whose address was changed here since the host last told of it.
struct Here {
    contact: Contact,
    standing: Option<Standing>,
    passed: Passed,
}

fn changed_here(
    db: &Connection,
    tenant: &str,
    contact: &Contact,
) -> Result<Option<Here>, StoreError> {
    let found = one(
        db,
        "select facts, standing, passed from portal_mirror_contact
         where tenant = ?1 and id = ?2 and passed is not null",
        [tenant, contact.id.as_str()],
        |row: &Row<'_>| {
            let standing: Option<String> = row.get(1)?;
            Ok((row.get::<_, String>(0)?, standing, row.get(2)?))
        },
    )?;
    let Some((facts, standing, passed)) = found else {
        return Ok(None);
    };
    let passed: Option<String> = passed;
    let passed = Passed::read(passed.as_deref())?;
    if passed.emails.is_empty() {
        return Ok(None);
    }
    Ok(Some(Here {
        contact: parse(&facts)?,
        standing: standing.as_deref().map(parse).transpose()?,
        passed,
    }))
}

impl Here {
    /// Keeps the address as it is here where the host names one they had before. Answers whether it did.
    fn keep(&self, contact: &mut Contact, standing: Option<&mut Standing>) -> bool {
        let had = |email: &Option<_>| {
            email
                .as_ref()
                .is_some_and(|e| self.passed.emails.contains(e))
        };
        let mut outdated = false;
        if had(&own_email(contact)) {
            contact.email.clone_from(&self.contact.email);
            outdated = true;
        }
        if let (Some(standing), Some(here)) = (standing, &self.standing)
            && had(&standing.email)
        {
            standing.email.clone_from(&here.email);
            outdated = true;
        }
        outdated
    }

    fn note(&self, db: &Connection, tenant: &str, contact: &Contact) -> Result<(), StoreError> {
        run(
            db,
            "update portal_mirror_contact set passed = ?3 where tenant = ?1 and id = ?2",
            params![tenant, contact.id.as_str(), self.passed.column()?],
        )
        .map(drop)
    }
}
