//! My courses, tab by tab. Whose they are is asked of the index by name: the planner, which knows nothing of how many rows there are, would read all of a
//! tenant's.
use chrono::{DateTime, Utc};
use portal_core::{Contact, Id, Page, StoreError, courses::Shelf};
use rusqlite::{Connection, params};

use super::rows::{RegistrationRow, all};
use crate::{cursor, wire::instant};

/// The list a tab is, for its page markers.
pub(super) fn list_of(tab: Shelf) -> &'static str {
    match tab {
        Shelf::Current => "registrations",
        Shelf::Completed => "registrations-completed",
        Shelf::History => "registrations-history",
    }
}

/// One row more than fits on the page.
pub(super) fn registrations(
    db: &Connection,
    tenant: &str,
    of: &Id<Contact>,
    tab: Shelf,
    now: DateTime<Utc>,
    page: &Page,
) -> Result<Vec<RegistrationRow>, StoreError> {
    let after = cursor::keys::<2>(list_of(tab), page)?;
    let (now, most) = (instant(now), cursor::one_more(page));
    // Every instant sorts before this.
    let from_the_latest = || ["\u{7f}".to_owned(), String::new()];
    match tab {
        Shelf::Current => {
            let [at, id] = after.unwrap_or_default();
            all(
                db,
                "select * from portal_mirror_registration_now
                 where tenant = ?1 and id in (
                     select id from portal_mirror_registration indexed by portal_mirror_registration_of_contact
                     where tenant = ?1 and contact = ?2
                 ) and status = '\"active\"' and ends_at >= ?3
                   and (starts_at, id) > (?4, ?5)
                 order by starts_at, id limit ?6",
                params![tenant, of.as_str(), now, at, id, most],
                RegistrationRow::read,
            )
        }
        Shelf::Completed => {
            let [at, id] = after.unwrap_or_else(from_the_latest);
            all(
                db,
                "select * from portal_mirror_registration_now
                 where tenant = ?1 and id in (
                     select id from portal_mirror_registration indexed by portal_mirror_registration_of_contact
                     where tenant = ?1 and contact = ?2
                 )
                   and (status = '\"completed\"' or (status = '\"active\"' and ends_at < ?3))
                   and (starts_at, id) < (?4, ?5)
                 order by starts_at desc, id desc limit ?6",
                params![tenant, of.as_str(), now, at, id, most],
                RegistrationRow::read,
            )
        }
        Shelf::History => {
            let [at, id] = after.unwrap_or_else(from_the_latest);
            all(
                db,
                "select * from portal_mirror_registration_now
                 where tenant = ?1 and id in (
                     select id from portal_mirror_registration indexed by portal_mirror_registration_of_contact
                     where tenant = ?1 and contact = ?2
                 ) and status in ('\"cancelled\"', '\"transferred_away\"')
                   and (starts_at, id) < (?3, ?4)
                 order by starts_at desc, id desc limit ?5",
                params![tenant, of.as_str(), at, id, most],
                RegistrationRow::read,
            )
        }
    }
}
