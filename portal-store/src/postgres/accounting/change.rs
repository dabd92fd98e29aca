//! What happens to the books, as the functions of `schema/5/books.sql` take it.
use portal_core::{
    Change, Decision, Expectation, RecordRef, StoreError, Version,
    accounting::{BooksChange, Export},
};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::{
    postgres::{error::record_error, store_error},
    wire,
};

/// Whether the store answers for this record itself.
pub(in crate::postgres) fn is_kept_here(record: &RecordRef) -> bool {
    matches!(record, RecordRef::Export(_) | RecordRef::Ledger(_))
}

/// Whether an export, or a connection, is still as it was; it stays so until the transaction ends.
pub(in crate::postgres) async fn asked(
    tx: &mut PgConnection,
    tenant: &str,
    record: &RecordRef,
    version: &Version,
) -> Result<bool, StoreError> {
    sqlx::query_scalar("select portal_books_holds($1, $2, $3, $4)")
        .bind(tenant)
        .bind(record.kind())
        .bind(record.key())
        .bind(version.as_str())
        .fetch_one(tx)
        .await
        .map_err(store_error)
}

/// Records what a decision says about the books, in one statement; in none where there is nothing to record.
pub(in crate::postgres) async fn record(
    tx: &mut PgConnection,
    tenant: &str,
    decision: &Decision,
) -> Result<(), StoreError> {
    let of_books = |change: &Change| match change {
        Change::Books(change) => Some(in_full(change)),
        _ => None,
    };
    let changes = decision.changes.iter().filter_map(of_books);
    let changes: Vec<Value> = changes.collect::<Result<_, _>>()?;
    if changes.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "select portal_books_apply($1, change) from json_array_elements($2::text::json) as told (change)",
    )
    .bind(tenant)
    .bind(wire::json(&changes)?)
    .execute(tx)
    .await
    .map(drop)
    .map_err(|e| record_error(e, decision))
}

/// A change column by column.
pub(in crate::postgres) fn in_full(change: &BooksChange) -> Result<Value, StoreError> {
    match change {
        BooksChange::Export(export) => Ok(json!({ "export": {
            "order": export.order,
            "system": export.books.system,
            "organisation": export.books.id,
            "document": export.document,
            "attention": export.needs_attention(),
            "stands_since": wire::instant(export.stands_since),
            "facts": wire::json(export)?,
        } })),
        BooksChange::Connection(connection) => Ok(json!({ "connection": {
            "id": connection.record().key(),
            "facts": wire::json(connection)?,
        } })),
        _ => Err(StoreError::Unsupported("this change of the books")),
    }
}

/// The first export whose document another order may have.
pub(in crate::postgres) fn taken(table: &str, decision: &Decision) -> Option<Expectation> {
    let with_document = |change: &Change| match change {
        Change::Books(BooksChange::Export(export)) if export.document.is_some() => {
            Some(Export::record(export))
        }
        _ => None,
    };
    let mut records = decision.changes.iter().filter_map(with_document);
    let record = records.next().filter(|_| table == "portal_export")?;
    Some(Expectation::Unchanged(record, Version::number(0)))
}
