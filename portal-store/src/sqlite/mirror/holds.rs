use portal_core::{Expectation, Id, RecordRef, StoreError, Version, courses::Session};
use rusqlite::{Connection, OptionalExtension, params};

use crate::sqlite::store_error;

/// Whether this is still so.
pub(super) fn holds(
    tx: &Connection,
    tenant: &str,
    expectation: &Expectation,
) -> Result<bool, StoreError> {
    match expectation {
        Expectation::Unchanged(record, version) => unchanged(tx, tenant, record, version),
        Expectation::PlacesLeft { session, at_least } => {
            places_left(tx, tenant, session, *at_least)
        }
        _ => Err(StoreError::Unsupported("this expectation")),
    }
}

fn unchanged(
    tx: &Connection,
    tenant: &str,
    record: &RecordRef,
    version: &Version,
) -> Result<bool, StoreError> {
    let version_of = |sql, id: &str| {
        tx.prepare_cached(sql)
            .and_then(|mut statement| {
                let same = params![tenant, id, version.as_str()];
                statement
                    .query_row(same, |row| row.get::<_, bool>(0))
                    .optional()
            })
            .map(Option::unwrap_or_default)
            .map_err(store_error)
    };
    match record {
        RecordRef::Contact(id) => version_of(
            "select cast(version as text) = ?3 from portal_mirror_contact where tenant = ?1 and id = ?2",
            id.as_str(),
        ),
        RecordRef::Order(id) => version_of(
            "select cast(version as text) = ?3 from portal_mirror_order where tenant = ?1 and id = ?2",
            id.as_str(),
        ),
        RecordRef::Session(id) => version_of(
            "select cast(version as text) = ?3 from portal_mirror_session where tenant = ?1 and id = ?2",
            id.as_str(),
        ),
        RecordRef::Registration(id) => version_of(
            "select version = ?3 from portal_mirror_registration_now where tenant = ?1 and id = ?2",
            id.as_str(),
        ),
        RecordRef::WaitingPlace(id) => version_of(
            "select version = ?3 from portal_mirror_waiting_now where tenant = ?1 and id = ?2",
            id.as_str(),
        ),
        _ => Err(StoreError::Unsupported("the version of such a record")),
    }
}

fn places_left(
    tx: &Connection,
    tenant: &str,
    session: &Id<Session>,
    at_least: u32,
) -> Result<bool, StoreError> {
    tx.prepare_cached(
        "select places_left >= ?3 from portal_mirror_session_now where tenant = ?1 and id = ?2",
    )
    .and_then(|mut statement| {
        let wanted = params![tenant, session.as_str(), at_least];
        statement.query_row(wanted, |row| row.get(0)).optional()
    })
    .map(Option::unwrap_or_default)
    .map_err(store_error)
}
