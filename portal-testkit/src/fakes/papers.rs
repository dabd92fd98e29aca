use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use portal_core::{
    Document, DocumentBody, DocumentStore, Id,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};

use super::{locked, take};

/// Papers on a shelf. Clones are the same shelf.
#[derive(Debug, Clone, Default)]
pub struct PaperShelf(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    papers: BTreeMap<Id<Document>, DocumentBody>,
    opened: Vec<Id<Document>>,
    fail: u32,
}

impl PaperShelf {
    /// Puts a paper on it.
    pub fn put(&self, document: &str, body: DocumentBody) {
        let papers = &mut locked(&self.0).papers;
        papers.insert(Id::new(document), body);
    }

    /// Puts a small PDF on it, called after its id.
    pub fn put_pdf(&self, document: &str) {
        let body = DocumentBody::File {
            content_type: "application/pdf".to_owned(),
            filename: format!("{document}.pdf"),
            bytes: b"%PDF-1.7\n%%EOF\n".to_vec(),
        };
        self.put(document, body);
    }

    /// What was asked for, in order, there or not.
    #[must_use]
    pub fn opened(&self) -> Vec<Id<Document>> {
        locked(&self.0).opened.clone()
    }

    /// The next `times` it cannot be reached.
    pub fn fail_next(&self, times: u32) {
        locked(&self.0).fail = times;
    }
}

#[async_trait]
impl DocumentStore for PaperShelf {
    async fn open(&self, document: &Id<Document>) -> Result<Option<DocumentBody>, AdapterError> {
        let mut state = locked(&self.0);
        state.opened.push(document.clone());
        if take(&mut state.fail) {
            let (kind, disposition) = (AdapterErrorKind::Unavailable, Disposition::NeverSent);
            let why = "told to fail";
            return Err(AdapterError::new(
                kind,
                disposition,
                "paper-shelf",
                "open",
                why,
            ));
        }
        Ok(state.papers.get(document).cloned())
    }
}
