//! Sealing the audit trail, in a job of its own.
use portal_core::StoreError;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{SqliteStore, store_error};
use crate::chain::{self, AuditHead};

/// So many rows are sealed in one go: the writer has commands to take in between.
const STRETCH: u32 = 500;

impl SqliteStore {
    /// Seals rows of the audit trail that have none yet, oldest first, `at_most` so many. Answers where the sealed part now ends.
    ///
    /// Run it every minute or so. Commits seal nothing themselves, and wait for some hundred rows of it at most.
    ///
    /// # Errors
    /// When the database cannot be read or written, or a row cannot be read.
    pub async fn seal_audit(&self, at_most: u32) -> Result<AuditHead, StoreError> {
        let mut left = at_most;
        loop {
            let now = left.min(STRETCH);
            let (head, sealed) = self.write(move |db, tenant| seal(db, tenant, now)).await?;
            left -= now;
            if sealed < now || left == 0 {
                return Ok(head);
            }
        }
    }
}

fn seal(db: &Connection, tenant: &str, at_most: u32) -> Result<(AuditHead, u32), StoreError> {
    let mut head = head(db, tenant)?.unwrap_or_else(|| AuditHead::start(tenant));
    let mut unsealed = db
        .prepare_cached(
            "select row, command, form, by, at, action, about, changes from portal_command
             where tenant = ?1 and row > ?2 order by row limit ?3",
        )
        .map_err(store_error)?;
    let mut note = db
        .prepare_cached("insert into portal_seal (tenant, row, seal) values (?1, ?2, ?3)")
        .map_err(store_error)?;
    let mut rows = unsealed
        .query(params![tenant, head.row.cast_signed(), at_most])
        .map_err(store_error)?;
    let mut count = 0;
    while let Some(row) = rows.next().map_err(store_error)? {
        count += 1;
        head = sealed(head, row).map_err(store_error)?;
        note.execute(params![tenant, head.row.cast_signed(), head.seal])
            .map_err(store_error)?;
    }
    Ok((head, count))
}

/// Where the sealed part of a trail ends.
pub(super) fn head(db: &Connection, tenant: &str) -> Result<Option<AuditHead>, StoreError> {
    db.prepare_cached(
        "select row, seal from portal_seal where tenant = ?1 order by row desc limit 1",
    )
    .and_then(|mut statement| {
        let read = |row: &Row<'_>| {
            let number = row.get::<_, i64>("row")?.cast_unsigned();
            Ok(AuditHead::new(number, row.get("seal")?))
        };
        statement.query_row([tenant], read).optional()
    })
    .map_err(store_error)
}

/// The head once this row is sealed too; its columns begin as they do in [`seal`].
pub(super) fn sealed(head: AuditHead, row: &Row<'_>) -> rusqlite::Result<AuditHead> {
    let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
    Ok(head.seal(&chain::Row {
        number: row.get::<_, i64>("row")?.cast_unsigned(),
        texts: [
            text("command")?,
            text("form")?,
            text("by")?,
            text("at")?,
            text("action")?,
            text("about")?,
            text("changes")?,
        ],
    }))
}
