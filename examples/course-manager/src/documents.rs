use async_trait::async_trait;
use portal_core::{Document, DocumentBody, DocumentStore, Id, adapter::AdapterError};
use portal_store::sqlite::Sqlite;

use crate::query::one;

/// The certificates that were sent. The portal has checked whose one is before it asks.
///
/// The course manager keeps no files of invoices: of an order in the books theirs is downloaded, and else the portal writes a page to print.
#[derive(Debug)]
pub(crate) struct Archive(pub(crate) Sqlite);

#[async_trait]
impl DocumentStore for Archive {
    async fn open(&self, document: &Id<Document>) -> Result<Option<DocumentBody>, AdapterError> {
        let id = document.clone();
        let sql = "select content_type, filename, body from document where id = ?1";
        let found = self.0.read(move |conn| {
            one(conn, sql, [id.as_str()], |row| {
                let (name, kind): (String, String) =
                    (row.get("filename")?, row.get("content_type")?);
                Ok(DocumentBody::file(
                    &name,
                    &kind,
                    row.get::<_, Vec<u8>>("body")?,
                ))
            })
        });
        found
            .await
            .map_err(|e| AdapterError::of_store("archive", "open", e))
    }
}
