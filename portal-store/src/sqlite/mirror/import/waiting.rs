//! Places on waiting lists, and whether the host or the portal knows better.
use portal_core::{
    StoreError,
    courses::{WaitingPlace, WaitingState},
};
use rusqlite::{Connection, Row, params};

use super::Became;
use crate::{
    sqlite::{
        mirror::{
            places,
            rows::{WaitingFacts, one},
        },
        store_error,
    },
    wire::{instant, json},
};

/// What the mirror has of a place on a waiting list.
struct Known {
    contact: String,
    session: String,
    since: String,
    state: String,
    facts: String,
    /// When the offer was made that was answered, or ran out, here; empty where there was none.
    ended: Option<String>,
}

impl Known {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            contact: row.get("contact")?,
            session: row.get("session")?,
            since: row.get("since")?,
            state: row.get("state")?,
            facts: row.get("facts")?,
            ended: row.get("ended")?,
        })
    }

    /// Whether the host speaks of a time before the wait ended here: no offer is newer than the one that was answered.
    fn has_passed(&self, place: &WaitingPlace) -> bool {
        match (&self.ended, &place.state) {
            (Some(_), WaitingState::Waiting) => true,
            (Some(ended), WaitingState::Offered(offer)) => instant(offer.made_at) <= *ended,
            _ => false,
        }
    }

    fn says(&self, place: &WaitingPlace, state: &str, facts: &str) -> bool {
        self.contact == place.contact.id.as_str()
            && self.session == place.session.id.as_str()
            && self.since == instant(place.since)
            && self.state == state
            && self.facts == facts
    }
}

pub(super) fn waiting_place(
    db: &Connection,
    tenant: &str,
    place: &WaitingPlace,
) -> Result<Became, StoreError> {
    let known = one(
        db,
        "select contact, session, since, state, facts, ended from portal_mirror_waiting
         where tenant = ?1 and id = ?2",
        [tenant, place.id.as_str()],
        Known::read,
    )?;
    let (state, facts) = (json(&place.state)?, json(&WaitingFacts::of(place))?);
    let became = match &known {
        None => Became::Added,
        Some(known) if known.has_passed(place) => return Ok(Became::Outdated),
        Some(known) => {
            places::told(db, tenant, &places::of_waiting(&place.id))?;
            if place.state != WaitingState::Accepted {
                not_accepted(db, tenant, place)?;
            }
            let same = known.says(place, &state, &facts);
            if same && known.ended.is_none() {
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
        "insert into portal_mirror_waiting
         (tenant, id, version, contact, session, since, stands, offered, state, facts, ended)
         values (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, null)
         on conflict (tenant, id) do update
         set version = version + ?10, contact = excluded.contact, session = excluded.session, since = excluded.since,
             stands = excluded.stands, offered = excluded.offered, state = excluded.state, facts = excluded.facts, ended = null",
    )
    .and_then(|mut put| {
        put.execute(params![
            tenant,
            place.id.as_str(),
            place.contact.id.as_str(),
            place.session.id.as_str(),
            instant(place.since),
            place.is_active(),
            matches!(place.state, WaitingState::Offered(_)),
            state,
            facts,
            became == Became::Changed,
        ])
    })
    .map_err(store_error)?;
    Ok(became)
}

/// The host says otherwise: nobody was registered for this place.
fn not_accepted(db: &Connection, tenant: &str, place: &WaitingPlace) -> Result<(), StoreError> {
    db.prepare_cached(
        "delete from portal_mirror_registration indexed by portal_mirror_registration_of_contact
         where tenant = ?1 and contact = ?2 and accepted = ?3",
    )
    .and_then(|mut ours| ours.execute([tenant, place.contact.id.as_str(), place.id.as_str()]))
    .map(drop)
    .map_err(store_error)
}
