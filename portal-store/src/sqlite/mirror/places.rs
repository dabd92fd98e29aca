//! Places taken and freed here since the host last spoke.
use portal_core::{
    Id, StoreError,
    courses::{Registration, Session, WaitingPlace},
};
use rusqlite::{Connection, params};

use crate::sqlite::store_error;

/// Who took or freed a place, as the table has it.
pub(super) fn of_registration(id: &Id<Registration>) -> String {
    format!("registration/{id}")
}

/// Who took or freed a place, as the table has it.
pub(super) fn of_waiting(id: &Id<WaitingPlace>) -> String {
    format!("waiting/{id}")
}

/// Takes a place, if there is one.
pub(super) fn take(
    tx: &Connection,
    tenant: &str,
    session: &Id<Session>,
    record: &str,
) -> Result<(), StoreError> {
    let taken = tx
        .prepare_cached(
            "insert into portal_mirror_place (tenant, session, record, freed)
             select tenant, id, ?3, -1 from portal_mirror_session_now
             where tenant = ?1 and id = ?2 and places_left > 0
             on conflict (tenant, session, record) do update set freed = freed - 1",
        )
        .and_then(|mut take| take.execute(params![tenant, session.as_str(), record]))
        .map_err(store_error)?;
    if taken == 0 {
        return Err(StoreError::Unavailable(
            "the date has no place left to take".into(),
        ));
    }
    Ok(())
}

/// Gives a place back.
pub(super) fn free(
    tx: &Connection,
    tenant: &str,
    session: &Id<Session>,
    record: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "insert into portal_mirror_place (tenant, session, record, freed) values (?1, ?2, ?3, 1)
         on conflict (tenant, session, record) do update set freed = freed + 1",
    )
    .and_then(|mut free| free.execute(params![tenant, session.as_str(), record]))
    .map(drop)
    .map_err(store_error)
}

/// The host has spoken of this date: what came free here before does not count beside it, what was taken does until the host tells of it.
pub(super) fn counted_anew(tx: &Connection, tenant: &str, session: &str) -> Result<(), StoreError> {
    tx.prepare_cached(
        "delete from portal_mirror_place where tenant = ?1 and session = ?2 and freed >= 0",
    )
    .and_then(|mut freed| freed.execute([tenant, session]))
    .map(drop)
    .map_err(store_error)
}

/// The host has told of what this record did: its count of places includes it.
pub(super) fn told(tx: &Connection, tenant: &str, record: &str) -> Result<(), StoreError> {
    tx.prepare_cached(
        "delete from portal_mirror_place indexed by portal_mirror_place_of_record
         where tenant = ?1 and record = ?2 and freed <= 0",
    )
    .and_then(|mut taken| taken.execute([tenant, record]))
    .map(drop)
    .map_err(store_error)
}
