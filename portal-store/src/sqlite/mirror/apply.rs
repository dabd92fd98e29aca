use portal_core::{
    Change, Id, StoreError,
    courses::{
        CourseChange, Registration, RegistrationStatus, Session, WaitingPlace, WaitingState,
    },
};
use rusqlite::{Connection, params};

use super::{
    orders, places,
    rows::{OwnFacts, WaitingRow, one},
};
use crate::{
    sqlite::store_error,
    wire::{instant, json},
};

/// Makes this so in the mirror.
pub(super) fn apply(tx: &Connection, tenant: &str, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::Order(change) => orders::apply(tx, tenant, change),
        Change::Course(change) => course(tx, tenant, change),
        #[cfg(feature = "accounts")]
        Change::Contact(change) => super::contacts::apply(tx, tenant, change),
        _ => Err(StoreError::Unsupported("this change")),
    }
}

fn course(tx: &Connection, tenant: &str, change: &CourseChange) -> Result<(), StoreError> {
    match change {
        CourseChange::Transferred {
            registration,
            from,
            to,
        } => {
            let record = places::of_registration(registration);
            places::take(tx, tenant, to, &record)?;
            places::free(tx, tenant, from, &record)?;
            transferred(tx, tenant, registration, from, to)
        }
        CourseChange::Cancelled {
            registration,
            session,
        } => {
            places::free(tx, tenant, session, &places::of_registration(registration))?;
            cancelled(tx, tenant, registration, session)
        }
        CourseChange::PlaceAccepted {
            place,
            session,
            held,
            ..
        } => {
            if !held {
                places::take(tx, tenant, session, &places::of_waiting(place))?;
            }
            let waited = end_waiting(tx, tenant, place, &WaitingState::Accepted)?;
            register(tx, tenant, waited)
        }
        CourseChange::LeftWaitingList {
            place,
            session,
            held,
        } => {
            free_held(tx, tenant, session, place, *held)?;
            end_waiting(tx, tenant, place, &WaitingState::Left).map(drop)
        }
        CourseChange::OfferExpired {
            at,
            place,
            session,
            held,
        } => {
            free_held(tx, tenant, session, place, *held)?;
            end_waiting(tx, tenant, place, &WaitingState::Expired { at: *at }).map(drop)
        }
        _ => Err(StoreError::Unsupported("this change")),
    }
}

fn transferred(
    tx: &Connection,
    tenant: &str,
    registration: &Id<Registration>,
    from: &Id<Session>,
    to: &Id<Session>,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "update portal_mirror_registration
         set session = ?4, version = version + 1, passed = json_insert(coalesce(passed, '[]'), '$[#]', ?3)
         where tenant = ?1 and id = ?2 and session = ?3",
    )
    .and_then(|mut moved| {
        let ids = [tenant, registration.as_str(), from.as_str(), to.as_str()];
        moved.execute(ids)
    })
    .map_err(store_error)
    .and_then(one_row)
}

fn cancelled(
    tx: &Connection,
    tenant: &str,
    registration: &Id<Registration>,
    session: &Id<Session>,
) -> Result<(), StoreError> {
    let status = json(&RegistrationStatus::Cancelled)?;
    tx.prepare_cached(
        "update portal_mirror_registration
         set status = ?4, version = version + 1, passed = json_insert(coalesce(passed, '[]'), '$[#]', ?3)
         where tenant = ?1 and id = ?2 and session = ?3",
    )
    .and_then(|mut cancelled| {
        let values = params![tenant, registration.as_str(), session.as_str(), status];
        cancelled.execute(values)
    })
    .map_err(store_error)
    .and_then(one_row)
}

fn free_held(
    tx: &Connection,
    tenant: &str,
    session: &Id<Session>,
    place: &Id<WaitingPlace>,
    held: bool,
) -> Result<(), StoreError> {
    if !held {
        return Ok(());
    }
    places::free(tx, tenant, session, &places::of_waiting(place))
}

/// Ends a wait. Answers the place as it was.
fn end_waiting(
    tx: &Connection,
    tenant: &str,
    id: &Id<WaitingPlace>,
    to: &WaitingState,
) -> Result<WaitingPlace, StoreError> {
    let found = one(
        tx,
        "select * from portal_mirror_waiting_now where tenant = ?1 and id = ?2",
        [tenant, id.as_str()],
        WaitingRow::read,
    )?;
    let place = found.ok_or_else(gone)?.place()?;
    // An offer made later than this is a new one.
    let ended = match &place.state {
        WaitingState::Offered(offer) => instant(offer.made_at),
        _ => String::new(),
    };
    let state = json(to)?;
    tx.prepare_cached(
        "update portal_mirror_waiting
         set state = ?3, stands = 0, offered = 0, ended = ?4, version = version + 1
         where tenant = ?1 and id = ?2",
    )
    .and_then(|mut done| done.execute([tenant, id.as_str(), &state, &ended]))
    .map_err(store_error)
    .and_then(one_row)?;
    Ok(place)
}

/// Shows the place that was accepted among the person's courses, until an import brings the host's own registration.
fn register(tx: &Connection, tenant: &str, waited: WaitingPlace) -> Result<(), StoreError> {
    let id = Id::new(format!("accepted-{}", waited.id));
    let price = waited.session.price;
    let mut r = Registration::new(id, waited.contact, waited.course, waited.session);
    r.price = price;
    let (status, facts) = (json(&r.status)?, json(&OwnFacts::of(&r))?);
    tx.prepare_cached(
        "insert into portal_mirror_registration
         (tenant, id, version, contact, course, session, order_id, status, facts, passed, accepted)
         values (?1, ?2, 1, ?3, ?4, ?5, null, ?6, ?7, null, ?8)",
    )
    .and_then(|mut new| {
        new.execute(params![
            tenant,
            r.id.as_str(),
            r.registrant.id.as_str(),
            r.course.id.as_str(),
            r.session.id.as_str(),
            status,
            facts,
            waited.id.as_str(),
        ])
    })
    .map(drop)
    .map_err(store_error)
}

pub(super) fn one_row(changed: usize) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(gone()) }
}

pub(super) fn gone() -> StoreError {
    StoreError::Unavailable("the record is gone, or not what it was".into())
}
