//! How far orders are in the books.
use portal_core::{
    Listing, Loaded, Page, StoreError, Version,
    accounting::{Export, ExportKey},
};
use rusqlite::{Connection, Row, params};

use crate::{
    cursor,
    sqlite::statement::{all, one},
    wire::{instant, parse},
};

pub(super) fn export(
    db: &Connection,
    tenant: &str,
    by: &ExportKey,
) -> Result<Option<Loaded<Export>>, StoreError> {
    let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
    let found = match by {
        ExportKey::Order(order) => one(
            db,
            "select version, facts from portal_export where tenant = ?1 and order_id = ?2",
            [tenant, order.as_str()],
            read,
        ),
        ExportKey::Document(books, document) => one(
            db,
            "select version, facts from portal_export
             where tenant = ?1 and system = ?2 and organisation = ?3 and document = ?4",
            [tenant, &books.system, &books.id, document.as_str()],
            read,
        ),
        _ => return Err(StoreError::Unsupported("finding an export this way")),
    }?;
    let Some((version, facts)) = found else {
        return Ok(None);
    };
    let export: Export = parse(&facts)?;
    let (record, version) = (export.record(), Version::number(version));
    Ok(Some(Loaded::one(export, record, version)))
}

const ATTENTION: &str = "attention";

/// What waits for staff, what has stood longest first.
pub(super) fn needing_attention(
    db: &Connection,
    tenant: &str,
    page: &Page,
) -> Result<Listing<Export>, StoreError> {
    let [since, order] = cursor::keys(ATTENTION, page)?.unwrap_or_default();
    let found = all(
        db,
        "select facts from portal_export
         where tenant = ?1 and attention = 1 and (stands_since, order_id) > (?2, ?3)
         order by stands_since, order_id limit ?4",
        params![tenant, since, order, cursor::one_more(page)],
        |row| row.get::<_, String>(0),
    )?;
    let found = found.iter().map(|facts| parse::<Export>(facts));
    let found = found.collect::<Result<Vec<_>, _>>()?;
    Ok(Listing::cut(found, page, |last| {
        cursor::after(
            ATTENTION,
            &[&instant(last.stands_since), last.order.as_str()],
        )
    }))
}
