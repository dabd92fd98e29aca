//! Dates, and the places the host would still give away.
use portal_core::{StoreError, courses::Session};
use rusqlite::{Connection, params};

use super::Became;
use crate::{
    sqlite::{
        mirror::{places, rows::one},
        store_error,
    },
    wire::{instant, json},
};

pub(super) fn session(
    db: &Connection,
    tenant: &str,
    session: &Session,
) -> Result<Became, StoreError> {
    places::counted_anew(db, tenant, session.id.as_str())?;
    // Places come and go without making what was decided about the date stale: they have a column, and no part in the version.
    let facts = json(&session.clone().with_places(0))?;
    let before = one(
        db,
        "select facts, places from portal_mirror_session where tenant = ?1 and id = ?2",
        [tenant, session.id.as_str()],
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)),
    )?;
    let became = match before {
        None => Became::Added,
        Some((before, places)) if before == facts && places == session.places_left => {
            return Ok(Became::Unchanged);
        }
        Some(_) => Became::Changed,
    };
    db.prepare_cached(
        "insert into portal_mirror_session (tenant, id, version, course, starts_at, ends_at, places, facts)
         values (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7)
         on conflict (tenant, id) do update
         set version = version + (facts <> excluded.facts), course = excluded.course, starts_at = excluded.starts_at,
             ends_at = excluded.ends_at, places = excluded.places, facts = excluded.facts",
    )
    .and_then(|mut put| {
        put.execute(params![
            tenant,
            session.id.as_str(),
            session.course.as_str(),
            instant(session.starts_at),
            instant(session.ends_at),
            session.places_left,
            facts,
        ])
    })
    .map_err(store_error)?;
    Ok(became)
}
