use portal_core::{
    AuditEntry, CommandId, Receipt, StoreError,
    store::{Listing, Page},
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::store_error;
use crate::{
    cursor,
    wire::{parse, parse_instant},
};

/// What a line of the audit trail looks like in its columns.
struct Line {
    by: String,
    at: String,
    action: String,
    about: String,
}

impl Line {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            by: row.get("by")?,
            at: row.get("at")?,
            action: row.get("action")?,
            about: row.get("about")?,
        })
    }

    fn entry(self) -> Result<AuditEntry, StoreError> {
        Ok(AuditEntry::new(
            parse_instant(&self.at)?,
            parse(&self.by)?,
            self.action,
            parse(&self.about)?,
        ))
    }
}

/// What became of a command.
pub(super) fn receipt(
    tx: &Connection,
    tenant: &str,
    command: CommandId,
) -> Result<Option<Receipt>, StoreError> {
    let mut text = Uuid::encode_buffer();
    let key: &str = command.0.hyphenated().encode_lower(&mut text);
    let found = tx
        .prepare_cached(
            "select form, by, at, action, about from portal_command where tenant = ?1 and command = ?2",
        )
        .and_then(|mut statement| {
            let line = |row: &Row<'_>| Ok((row.get::<_, String>("form")?, Line::read(row)?));
            statement.query_row(params![tenant, key], line).optional()
        })
        .map_err(store_error)?;
    let Some((form, line)) = found else {
        return Ok(None);
    };
    let form = Uuid::try_parse(&form).map_err(|e| StoreError::Corrupt(Box::new(e)))?;
    Ok(Some(Receipt::new(command, form, line.entry()?)))
}

const LIST: &str = "audit";

/// The trail, newest first.
pub(super) fn list(
    tx: &Connection,
    tenant: &str,
    page: &Page,
) -> Result<Listing<AuditEntry>, StoreError> {
    let before = match cursor::keys::<1>(LIST, page)? {
        None => i64::MAX,
        Some([row]) => row.parse().map_err(|_| StoreError::BadCursor)?,
    };
    let found = tx
        .prepare_cached(
            "select row, by, at, action, about from portal_command
             where tenant = ?1 and row < ?2 order by row desc limit ?3",
        )
        .and_then(|mut statement| {
            let line = |row: &Row<'_>| Ok((row.get::<_, i64>("row")?, Line::read(row)?));
            let values = params![tenant, before, cursor::one_more(page)];
            statement.query_map(values, line)?.collect()
        })
        .map_err(store_error)?;
    let cut = Listing::cut(found, page, |(row, _)| {
        cursor::after(LIST, &[&row.to_string()])
    });
    let items = cut.items.into_iter().map(|(_, line)| line.entry());
    Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
}
