//! What the portal learnt about people, done to the course manager's own rows.
use portal_core::{
    Contact, Id, StoreError,
    accounts::{Applicant, ContactChange},
    details::{Phone, PostalAddress, PostalCode},
    profile::{FieldValue, Value},
};
use rusqlite::{Connection, params};

use crate::query::edit;

pub(crate) fn apply(tx: &Connection, change: &ContactChange) -> Result<(), StoreError> {
    match change {
        ContactChange::Added { contact, applicant } => add(tx, contact, applicant),
        ContactChange::EmailChanged { contact, email } => {
            let sql = "update person set email = ?2, rev = rev + 1 where id = ?1";
            edit(tx, sql, [contact.as_str(), email.as_str()])?;
            Ok(())
        }
        ContactChange::ProfileUpdated { contact, fields } => {
            let sql = "update person set rev = rev + 1 where id = ?1";
            edit(tx, sql, [contact.as_str()])?;
            fields
                .iter()
                .try_for_each(|field| fill_in(tx, contact, field))
        }
        _ => Err(StoreError::Unsupported("this change of a person")),
    }
}

/// Somebody new is a customer of their own, until the office knows better.
fn add(tx: &Connection, contact: &Id<Contact>, new: &Applicant) -> Result<(), StoreError> {
    let own_name = format!("{} {}", new.given_name, new.surname);
    let organisation = new.organisation.as_deref().unwrap_or(&own_name);
    let sql = "insert into organisation (id, name) values (?1, ?2)";
    edit(tx, sql, [contact.as_str(), organisation])?;
    let sql = "insert into person (id, organisation, given_name, surname, email, phone, language)
         values (?1, ?1, ?2, ?3, ?4, ?5, ?6)";
    let phone = new.phone.as_ref().map(Phone::as_str);
    let language = new.language.unwrap_or_default().tag();
    let (given_name, surname, email) = (&new.given_name, &new.surname, new.email.as_str());
    let params = params![
        contact.as_str(),
        given_name,
        surname,
        email,
        phone,
        language
    ];
    edit(tx, sql, params)?;
    match new.billing.as_ref().or(new.shipping.as_ref()) {
        Some(address) => move_to(tx, contact, address),
        None => Ok(()),
    }
}

fn fill_in(tx: &Connection, who: &Id<Contact>, field: &FieldValue) -> Result<(), StoreError> {
    match (&*field.field, &field.value) {
        ("job", Value::Text(job)) => {
            let sql = "update person set job = ?2 where id = ?1";
            edit(tx, sql, [who.as_str(), job])?;
            Ok(())
        }
        ("job", Value::Empty) => {
            edit(
                tx,
                "update person set job = '' where id = ?1",
                [who.as_str()],
            )?;
            Ok(())
        }
        ("news", Value::Flag(wanted)) => {
            let sql = "update person set news = ?2 where id = ?1";
            edit(tx, sql, params![who.as_str(), wanted])?;
            Ok(())
        }
        ("address", Value::Address(address)) => move_to(tx, who, address),
        _ => Err(StoreError::Unsupported("this field of a profile")),
    }
}

fn move_to(tx: &Connection, who: &Id<Contact>, to: &PostalAddress) -> Result<(), StoreError> {
    let sql = "update person set lines = ?2, town = ?3, district = ?4, postal_code = ?5, country = ?6 where id = ?1";
    let postal_code = to.postal_code().map(PostalCode::as_str);
    let (lines, country) = (to.lines().join("\n"), to.country());
    let params = params![
        who.as_str(),
        lines,
        to.town(),
        to.district(),
        postal_code,
        country.as_str()
    ];
    edit(tx, sql, params)?;
    Ok(())
}
