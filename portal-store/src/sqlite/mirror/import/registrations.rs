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
            if let Some(became) = instead_of_accepted(db, tenant, r)? {
                return Ok(became);
            }
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

/// A registration made here for somebody who took a place from the waiting list.
struct Accepted {
    id: String,
    place: String,
    stands_on: Option<String>,
    passed: Vec<String>,
}

impl Accepted {
    fn read(row: &Row<'_>) -> rusqlite::Result<(String, String, String, String, Option<String>)> {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
        ))
    }
}

/// The host has registered somebody who took a place from the waiting list here. Its registration takes the place of ours; where ours was moved or cancelled
/// since, ours stands, and goes by the host's id from now on.
fn instead_of_accepted(
    db: &Connection,
    tenant: &str,
    r: &Registration,
) -> Result<Option<Became>, StoreError> {
    if r.status != RegistrationStatus::Active {
        return Ok(None);
    }
    let date = r.session.id.as_str();
    for ours in accepted(db, tenant, r)? {
        let told = |record: &str| places::told(db, tenant, record);
        if ours.stands_on.as_deref() == Some(date) {
            db.prepare_cached(
                "delete from portal_mirror_registration where tenant = ?1 and id = ?2",
            )
            .and_then(|mut gone| gone.execute([tenant, &ours.id]))
            .map_err(store_error)?;
            told(&places::of_waiting(&Id::new(ours.place)))?;
            told(&places::of_registration(&Id::new(ours.id)))?;
            return Ok(None);
        }
        if ours.passed.iter().any(|passed| passed == date) {
            let (old, new) = (Id::new(ours.id.as_str()), &r.id);
            db.prepare_cached(
                "update portal_mirror_registration set id = ?3, accepted = null where tenant = ?1 and id = ?2",
            )
            .and_then(|mut known| known.execute([tenant, old.as_str(), new.as_str()]))
            .map_err(store_error)?;
            let old_record = &*places::of_registration(&old);
            let new_record = &*places::of_registration(new);
            db.prepare_cached(
                "update portal_mirror_place indexed by portal_mirror_place_of_record set record = ?3
                 where tenant = ?1 and record = ?2",
            )
            .and_then(|mut renamed| renamed.execute([tenant, old_record, new_record]))
            .map_err(store_error)?;
            told(&places::of_waiting(&Id::new(ours.place)))?;
            return Ok(Some(Became::Outdated));
        }
    }
    Ok(None)
}

fn accepted(db: &Connection, tenant: &str, r: &Registration) -> Result<Vec<Accepted>, StoreError> {
    let mut statement = db
        .prepare_cached(
            "select id, accepted, session, status, passed
             from portal_mirror_registration indexed by portal_mirror_registration_of_contact
             where tenant = ?1 and contact = ?2 and accepted is not null order by id",
        )
        .map_err(store_error)?;
    let rows = statement
        .query_map([tenant, r.registrant.id.as_str()], Accepted::read)
        .map_err(store_error)?;
    let active = json(&RegistrationStatus::Active)?;
    let mut found = vec![];
    for row in rows {
        let (id, place, session, status, passed) = row.map_err(store_error)?;
        let stands = status == active;
        let mut passed: Vec<String> = passed.map_or(Ok(vec![]), |passed| parse(&passed))?;
        if !stands {
            passed.push(session.clone());
        }
        found.push(Accepted {
            id,
            place,
            stands_on: stands.then_some(session),
            passed,
        });
    }
    Ok(found)
}
