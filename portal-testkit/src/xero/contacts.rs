//! What becomes of contacts.
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Contact, state::Books, wire::ContactIn};

/// Whether one that is there may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// `PUT`: makes, and never changes.
    Make,
    /// `POST`: changes what is there, else makes.
    Upsert,
}

/// Makes or changes one; its name, or what is wrong.
pub(super) fn put(
    books: &mut Books,
    said: &ContactIn,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<Uuid, Vec<String>> {
    let known = match known(books, said) {
        Known::Nobody(why) => return Err(vec![why]),
        Known::Somebody(id) if mode == Mode::Upsert => Some(id),
        Known::Somebody(_) | Known::New => None,
    };
    let errors = wrong(books, said, known);
    if !errors.is_empty() {
        return Err(errors);
    }
    let id = if let Some(id) = known {
        id
    } else {
        let id = books.id();
        books.contacts.push(Contact {
            id,
            number: None,
            name: said.name.clone().unwrap_or_default(),
            email: None,
            persons: vec![],
            status: "ACTIVE".to_owned(),
            merged_into: None,
            updated: now,
            change: 0,
        });
        id
    };
    change(books, id, said);
    let kind = if known.is_some() { "UPDATE" } else { "CREATE" };
    books.touch_contact(id, kind, now);
    Ok(id)
}

/// The contact of an invoice. Anything beside its name changes it: whoever is not among the persons is no longer one.
pub(super) fn of_invoice(
    books: &mut Books,
    said: &ContactIn,
    now: DateTime<Utc>,
) -> Result<Uuid, Vec<String>> {
    let ContactIn {
        contact_id,
        name,
        email_address,
        contact_number,
        contact_persons,
        ..
    } = said;
    let more = name.is_some()
        || email_address.is_some()
        || contact_number.is_some()
        || contact_persons.is_some();
    let id = match contact_id {
        Some(id) if !more => *id,
        _ => {
            let id = put(books, said, Mode::Upsert, now)?;
            if contact_persons.is_none() {
                let contact = books.contacts.iter_mut().find(|c| c.id == id).unwrap();
                contact.persons.clear();
            }
            id
        }
    };
    match books.contacts.iter().find(|c| c.id == id) {
        None => Err(vec![
            "The Contact could not be found or created. Ensure a Contact with this ID exists."
                .to_owned(),
        ]),
        Some(contact) if contact.status != "ACTIVE" => Err(vec![
            "The contact is archived and cannot be used.".to_owned(),
        ]),
        Some(_) => Ok(id),
    }
}

enum Known {
    Somebody(Uuid),
    Nobody(String),
    New,
}

fn known(books: &Books, said: &ContactIn) -> Known {
    let mut all = books.contacts.iter();
    if let Some(id) = said.contact_id {
        return match all.find(|c| c.id == id) {
            Some(_) => Known::Somebody(id),
            None => Known::Nobody(
                "The Contact could not be found. Ensure a Contact with this ID exists.".to_owned(),
            ),
        };
    }
    let by_number = said
        .contact_number
        .is_some()
        .then(|| {
            books
                .contacts
                .iter()
                .find(|c| c.number == said.contact_number)
        })
        .flatten();
    let name = said.name.as_deref().unwrap_or_default();
    let by_name = || {
        books
            .contacts
            .iter()
            .find(|c| c.status == "ACTIVE" && same(&c.name, name))
    };
    match by_number.or_else(by_name) {
        Some(contact) => Known::Somebody(contact.id),
        None => Known::New,
    }
}

fn wrong(books: &Books, said: &ContactIn, known: Option<Uuid>) -> Vec<String> {
    let mut errors = vec![];
    let others = || books.contacts.iter().filter(|c| Some(c.id) != known);
    if let Some(name) = &said.name {
        if others().any(|c| c.status == "ACTIVE" && same(&c.name, name)) {
            errors.push(format!(
                "The contact name {name} is already assigned to another contact. The contact name must be unique across all active contacts."
            ));
        }
        let spaced = name.trim() != name || name.contains("  ");
        if name.is_empty() || name.chars().count() > 255 || name.contains(['<', '>']) || spaced {
            errors.push(format!("The contact name {name} is invalid."));
        }
    } else if known.is_none() {
        errors.push("The Contact Name must be specified.".to_owned());
    }
    if let Some(number) = &said.contact_number {
        if others().any(|c| c.number.as_ref() == Some(number)) {
            errors.push(format!(
                "The contact number {number} is already assigned to another contact. The contact number must be unique across all contacts."
            ));
        }
        if number.chars().count() > 50 {
            errors.push("ContactNumber must be at most 50 characters.".to_owned());
        }
    }
    let address = said.email_address.as_deref().unwrap_or("a@b");
    if !address.is_empty() && !address.contains('@') {
        errors.push(format!("Email address must be valid. {address} is not."));
    }
    errors
}

fn change(books: &mut Books, id: Uuid, said: &ContactIn) {
    let contact = books.contacts.iter_mut().find(|c| c.id == id).unwrap();
    if let Some(name) = &said.name {
        contact.name.clone_from(name);
    }
    if said.contact_number.is_some() {
        contact.number.clone_from(&said.contact_number);
    }
    if let Some(address) = &said.email_address {
        contact.email = Some(address.clone()).filter(|a| !a.is_empty());
    }
    if let Some(persons) = &said.contact_persons {
        contact.persons = persons.iter().map(|p| p.email_address.clone()).collect();
    }
    if let Some(status) = &said.contact_status {
        contact.status.clone_from(status);
    }
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
