//! Registrations, and whether the host or the portal knows better.
use portal_core::{
    Id, StoreError,
    courses::{Registration, RegistrationStatus},
};
use rusqlite::{Connection, Row, params};

use super::Became;
use crate::{
    sqlite::{
        mirror::{
            places,
            rows::{OwnFacts, one},
        },
        store_error,
    },
    wire::{json, parse},
};

/// What the mirror has of a registration.
struct Known {
    contact: String,
    session: String,
    order: Option<String>,
    status: String,
    facts: String,
    /// The dates it has been on here since the host last told of it.
    passed: Option<String>,
}

impl Known {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            contact: row.get("contact")?,
            session: row.get("session")?,
            order: row.get("order_id")?,
            status: row.get("status")?,
            facts: row.get("facts")?,
            passed: row.get("passed")?,
        })
    }

    /// Whether this is a state the registration was in before it was moved or cancelled here.
    fn has_passed(&self, r: &Registration, status: &str) -> Result<bool, StoreError> {
        let Some(passed) = &self.passed else {
            return Ok(false);
        };
        let passed: Vec<String> = parse(passed)?;
        let now = r.session.id.as_str() == self.session && status == self.status;
        let stood = r.status == RegistrationStatus::Active;
        Ok(!now
            && stood
            && passed
                .iter()
                .any(|session| session == r.session.id.as_str()))
    }

    fn says(&self, r: &Registration, status: &str, facts: &str) -> bool {
        self.contact == r.registrant.id.as_str()
            && self.session == r.session.id.as_str()
            && self.order.as_deref() == r.order.as_ref().map(|order| order.id.as_str())
            && self.status == status
            && self.facts == facts
    }
}

pub(super) fn registration(
    db: &Connection,
    tenant: &str,
    r: &Registration,
    overruled: bool,
) -> Result<Became, StoreError> {
    let known = one(
        db,
        "select contact, session, order_id, status, facts, passed from portal_mirror_registration
         where tenant = ?1 and id = ?2",
        [tenant, r.id.as_str()],
        Known::read,
    )?;
    let (status, facts) = (json(&r.status)?, json(&OwnFacts::of(r))?);
    let became = match &known {
        None => {
            instead_of_accepted(db, tenant, r)?;
            Became::Added
        }
        Some(known) if !overruled && known.has_passed(r, &status)? => return Ok(Became::Outdated),
        Some(known) => {
            places::told(db, tenant, &places::of_registration(&r.id))?;
            let same = known.says(r, &status, &facts);
            if same && known.passed.is_none() {
                return Ok(Became::Unchanged);
            }
            if same {
                Became::Unchanged
            } else {
                Became::Changed
            }
        }
    };
    db.prepare_cached(
        "insert into portal_mirror_registration
         (tenant, id, version, contact, course, session, order_id, status, facts, passed, accepted)
         values (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, null, null)
         on conflict (tenant, id) do update
         set version = version + ?9, contact = excluded.contact, course = excluded.course, session = excluded.session,
             order_id = excluded.order_id, status = excluded.status, facts = excluded.facts, passed = null, accepted = null",
    )
    .and_then(|mut put| {
        put.execute(params![
            tenant,
            r.id.as_str(),
            r.registrant.id.as_str(),
            r.course.id.as_str(),
            r.session.id.as_str(),
            r.order.as_ref().map(|order| order.id.as_str()),
            status,
            facts,
            became == Became::Changed,
        ])
    })
    .map_err(store_error)?;
    Ok(became)
}

/// The host has registered somebody who took a place from the waiting list here: its registration replaces ours.
fn instead_of_accepted(db: &Connection, tenant: &str, r: &Registration) -> Result<(), StoreError> {
    let waited = one(
        db,
        "delete from portal_mirror_registration
         where tenant = ?1 and contact = ?2 and session = ?3 and accepted is not null
         returning accepted",
        [tenant, r.registrant.id.as_str(), r.session.id.as_str()],
        |row| row.get::<_, String>(0),
    )?;
    match waited {
        Some(place) => places::told(db, tenant, &places::of_waiting(&Id::new(place))),
        None => Ok(()),
    }
}
