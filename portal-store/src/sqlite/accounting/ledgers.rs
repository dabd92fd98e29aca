//! How the portal stands with the books.
use portal_core::{
    Loaded, StoreError, Version,
    accounting::{LedgerConnection, OrganisationRef},
};
use rusqlite::Connection;

use crate::{sqlite::statement::one, wire::parse};

pub(super) fn connection(
    db: &Connection,
    tenant: &str,
    books: &OrganisationRef,
) -> Result<Option<Loaded<LedgerConnection>>, StoreError> {
    let record = LedgerConnection::record_of(books);
    let found = one(
        db,
        "select version, facts from portal_ledger where tenant = ?1 and id = ?2",
        [tenant, record.key()],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)),
    )?;
    let Some((version, facts)) = found else {
        return Ok(None);
    };
    let version = Version::number(version);
    Ok(Some(Loaded::one(parse(&facts)?, record, version)))
}
