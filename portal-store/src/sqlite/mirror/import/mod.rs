//! Taking over what the host says.
#[cfg(feature = "accounts")]
mod contacts;
mod orders;
mod people;
#[cfg(feature = "accounts")]
mod profiles;
mod registrations;
mod sessions;
mod waiting;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use portal_core::{
    Contact, Id, Order, OrderDetails, StoreError, courses::Session, order::OrderLine,
};
use rusqlite::Connection;

use crate::{
    import::{Import, Imported},
    sqlite::store_error,
    wire::instant,
};

/// Records in the order they build on one another.
pub(super) fn import(
    db: &Connection,
    tenant: &str,
    batch: &Import,
) -> Result<Imported, StoreError> {
    if let Some(at) = batch.read_at
        && !latest(db, tenant, at)?
    {
        let outdated = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        return Ok(Imported {
            outdated,
            ..Imported::default()
        });
    }
    let told = Told::of(batch);
    let mut imported = Imported::default();
    #[cfg(feature = "accounts")]
    for contact in told.contacts.values() {
        let standing = told.standings.get(&contact.id).copied();
        let overruled = batch.overruled_contacts.contains(&contact.id);
        let became = contacts::contact(db, tenant, contact, standing, overruled)?;
        imported.count(became);
    }
    #[cfg(feature = "accounts")]
    for (of, fields) in &batch.profiles {
        let overruled = batch.overruled_contacts.contains(of);
        imported.count(profiles::profile(db, tenant, of, fields, overruled)?);
    }
    #[cfg(not(feature = "accounts"))]
    for contact in told.contacts.values() {
        imported.count(people::contact(db, tenant, contact)?);
    }
    for (order, lines) in told.orders.values() {
        let overruled = batch.overruled_orders.contains(&order.id);
        imported.count(orders::order(db, tenant, order, *lines, overruled)?);
    }
    for session in told.sessions.values() {
        imported.count(sessions::session(db, tenant, session)?);
    }
    for registration in &batch.registrations {
        let overruled = batch.overruled.contains(&registration.id);
        let became = registrations::registration(db, tenant, registration, overruled)?;
        imported.count(became);
    }
    for place in &batch.waiting_places {
        imported.count(waiting::waiting_place(db, tenant, place)?);
    }
    for module in &batch.modules {
        imported.count(people::module(db, tenant, module)?);
    }
    Ok(imported)
}

/// Whether nothing read later is in already.
fn latest(db: &Connection, tenant: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    db.prepare_cached(
        "insert into portal_mirror_import (tenant, read_at) values (?1, ?2)
         on conflict (tenant) do update set read_at = excluded.read_at where read_at <= excluded.read_at",
    )
    .and_then(|mut note| note.execute([tenant, &instant(at)]))
    .map(|noted| noted == 1)
    .map_err(store_error)
}

/// Every shared record once: as it is listed by itself, or else as the last record that has it inside says.
#[derive(Default)]
struct Told<'a> {
    contacts: BTreeMap<&'a Id<Contact>, &'a Contact>,
    #[cfg(feature = "accounts")]
    standings: BTreeMap<&'a Id<Contact>, &'a portal_core::accounts::Standing>,
    orders: BTreeMap<&'a Id<Order>, (&'a Order, Option<&'a Vec<OrderLine>>)>,
    sessions: BTreeMap<&'a Id<Session>, &'a Session>,
}

impl<'a> Told<'a> {
    fn of(batch: &'a Import) -> Self {
        let mut told = Self::default();
        for r in &batch.registrations {
            told.contacts.insert(&r.registrant.id, &r.registrant);
            told.sessions.insert(&r.session.id, &r.session);
            if let Some(order) = &r.order {
                told.orders.insert(&order.id, (order, None));
            }
        }
        for place in &batch.waiting_places {
            told.contacts.insert(&place.contact.id, &place.contact);
            told.sessions.insert(&place.session.id, &place.session);
        }
        for contact in &batch.contacts {
            told.contacts.insert(&contact.id, contact);
        }
        #[cfg(feature = "accounts")]
        for person in &batch.persons {
            told.contacts.insert(&person.contact.id, &person.contact);
            told.standings.insert(&person.contact.id, &person.standing);
        }
        for OrderDetails { order, lines, .. } in &batch.orders {
            told.orders.insert(&order.id, (order, Some(lines)));
        }
        for session in &batch.sessions {
            told.sessions.insert(&session.id, session);
        }
        told
    }
}

/// What became of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Became {
    Added,
    Changed,
    Unchanged,
    Outdated,
}

impl Became {
    /// From a statement that answers the new version, or nothing where nothing changed.
    fn of_version(version: Option<i64>) -> Self {
        match version {
            Some(1) => Self::Added,
            Some(_) => Self::Changed,
            None => Self::Unchanged,
        }
    }
}

impl Imported {
    fn count(&mut self, became: Became) {
        let counter = match became {
            Became::Added => &mut self.added,
            Became::Changed => &mut self.changed,
            Became::Unchanged => &mut self.unchanged,
            Became::Outdated => &mut self.outdated,
        };
        *counter += 1;
    }
}
