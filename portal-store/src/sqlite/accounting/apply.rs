//! What happened to the books, made so.
use portal_core::{
    Expectation, StoreError, Version,
    accounting::{BooksChange, DocumentRef, Export, ExportKey, LedgerConnection},
};
use rusqlite::{Connection, params};

use super::exports;
use crate::{
    sqlite::statement::run,
    wire::{instant, json},
};

/// Makes this so.
pub(in crate::sqlite) fn apply(
    tx: &Connection,
    tenant: &str,
    change: &BooksChange,
) -> Result<(), StoreError> {
    match change {
        BooksChange::Export(export) => put_export(tx, tenant, export),
        BooksChange::Connection(connection) => put_connection(tx, tenant, connection),
        _ => Err(StoreError::Unsupported("this change of the books")),
    }
}

fn put_export(tx: &Connection, tenant: &str, export: &Export) -> Result<(), StoreError> {
    if let Some(document) = &export.document {
        no_other_has(tx, tenant, export, document)?;
    }
    run(
        tx,
        "insert into portal_export (tenant, order_id, system, organisation, document, attention, stands_since, facts)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (tenant, order_id) do update
         set version = version + 1, system = excluded.system, organisation = excluded.organisation, document = excluded.document,
             attention = excluded.attention, stands_since = excluded.stands_since, facts = excluded.facts",
        params![
            tenant,
            export.order.as_str(),
            &*export.books.system,
            &*export.books.id,
            export.document.as_ref().map(DocumentRef::as_str),
            export.needs_attention(),
            instant(export.stands_since),
            json(export)?,
        ],
    )
    .map(drop)
}

/// The unique key says so too; asking first says whose it is.
fn no_other_has(
    tx: &Connection,
    tenant: &str,
    export: &Export,
    document: &DocumentRef,
) -> Result<(), StoreError> {
    let by = ExportKey::Document(export.books.clone(), document.clone());
    let known = exports::export(tx, tenant, &by)?;
    let Some(other) = known.filter(|known| known.value.order != export.order) else {
        return Ok(());
    };
    let none = Version::number(0);
    let taken = Expectation::Unchanged(other.value.record(), none);
    Err(StoreError::conflict(taken))
}

fn put_connection(
    tx: &Connection,
    tenant: &str,
    connection: &LedgerConnection,
) -> Result<(), StoreError> {
    let record = connection.record();
    run(
        tx,
        "insert into portal_ledger (tenant, id, facts) values (?1, ?2, ?3)
         on conflict (tenant, id) do update set version = version + 1, facts = excluded.facts",
        params![tenant, record.key(), json(connection)?],
    )
    .map(drop)
}
