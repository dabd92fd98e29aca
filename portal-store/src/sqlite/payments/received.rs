//! What was received.
#[cfg(feature = "accounting")]
use portal_core::Order;
use portal_core::{Id, Listing, Loaded, Page, RecordRef, StoreError, Version, payment::Received};
use rusqlite::{Connection, params};

use crate::{
    cursor,
    sqlite::statement::{all, one},
    wire::{instant, parse},
};

const UNAPPLIED: &str = "unapplied";

/// Sorts after every instant.
const LATEST: &str = "~~";

pub(super) fn received(
    db: &Connection,
    tenant: &str,
    id: &Id<Received>,
) -> Result<Option<Loaded<Received>>, StoreError> {
    let found = one(
        db,
        "select version, facts from portal_received where tenant = ?1 and id = ?2",
        [tenant, id.as_str()],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)),
    )?;
    let Some((version, facts)) = found else {
        return Ok(None);
    };
    let record = RecordRef::Received(id.clone());
    let version = Version::number(version);
    Ok(Some(Loaded::one(parse(&facts)?, record, version)))
}

/// What pays for nothing, what came last first.
pub(super) fn unapplied(
    db: &Connection,
    tenant: &str,
    page: &Page,
) -> Result<Listing<Received>, StoreError> {
    let from_the_last = || [LATEST.to_owned(), String::new()];
    let [first_seen, id] = cursor::keys(UNAPPLIED, page)?.unwrap_or_else(from_the_last);
    let most = cursor::one_more(page);
    let found = all(
        db,
        "select facts from portal_received
         where tenant = ?1 and unapplied = 1 and first_seen <= ?2 and (first_seen < ?2 or id > ?3)
         order by first_seen desc, id limit ?4",
        params![tenant, first_seen, id, most],
        |row| row.get::<_, String>(0),
    )?;
    let found = found.iter().map(|facts| parse::<Received>(facts));
    let found = found.collect::<Result<Vec<_>, _>>()?;
    Ok(Listing::cut(found, page, |last| {
        cursor::after(UNAPPLIED, &[&instant(last.first_seen), last.id().as_str()])
    }))
}

/// What pays for an order, what came first first.
#[cfg(feature = "accounting")]
pub(in crate::sqlite) fn received_for(
    db: &Connection,
    tenant: &str,
    order: &Id<Order>,
) -> Result<Vec<Received>, StoreError> {
    let found = all(
        db,
        "select facts from portal_received where tenant = ?1 and order_id = ?2 order by first_seen, id limit ?3",
        params![tenant, order.as_str(), Page::LARGEST],
        |row| row.get::<_, String>(0),
    )?;
    found.iter().map(|facts| parse(facts)).collect()
}
