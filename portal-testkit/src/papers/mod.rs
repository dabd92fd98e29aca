//! What every source of papers must do: one function per promise, run as a test each by [`paper_conformance!`](crate::paper_conformance).
//!
//! You bring a [`Candidate`]: your [`DocumentStore`], your [`PaperRecords`], or both, over a few papers that are there.
//!
//! ```
//! use std::sync::Arc;
//! use portal_core::{DocumentBody, DocumentStore, documents::PaperRecords};
//! use portal_testkit::{PaperShelf, papers::{Candidate, Kept}};
//!
//! #[derive(Debug)]
//! struct Mine(PaperShelf);
//!
//! impl Candidate for Mine {
//!     fn documents(&self) -> Option<Arc<dyn DocumentStore>> {
//!         Some(Arc::new(self.0.clone()))
//!     }
//!     fn kept(&self) -> Kept {
//!         Kept::default().document("cert-1").invoice("o-1")
//!     }
//! }
//!
//! async fn mine() -> Mine {
//!     let shelf = PaperShelf::default();
//!     shelf.put_pdf("cert-1");
//!     shelf.put_invoice("o-1", DocumentBody::file("o-1", "application/pdf", *b"%PDF-1.7"));
//!     Mine(shelf)
//! }
//!
//! portal_testkit::paper_conformance!(mine);
//! # fn main() {
//! #     assert!(portal_testkit::papers::broken(mine).is_empty());
//! # }
//! ```
//!
//! What a file is called and what type it has needs no promise: [`DocumentFile`](portal_core::DocumentFile) makes both safe, whatever the host says.
#![expect(
    clippy::missing_errors_doc,
    reason = "a case ends early where it cannot be tried: `Skip` says so once for all of them"
)]
mod macros;

pub mod files;
pub mod records;

use std::{fmt, sync::Arc};

use portal_core::{
    Contact, Document, DocumentStore, Id, Order,
    documents::{Contract, PaperRecords, StatementFor},
};

use crate::promises;
pub use crate::promises::{Ended, Skip};

/// Your papers, and where the portal gets them: what you write to have it proved. It is called for each promise with a new one.
pub trait Candidate: fmt::Debug + Send + Sync + 'static {
    /// Where the files come from.
    fn documents(&self) -> Option<Arc<dyn DocumentStore>> {
        None
    }

    /// What the host's records say of statements and contracts.
    fn records(&self) -> Option<Arc<dyn PaperRecords>> {
        None
    }

    /// What there is: of each kind that you have, one or more.
    fn kept(&self) -> Kept;
}

/// Papers that are there: as files, or on record, or both.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Kept {
    /// Certificates and the like, by the host's keys.
    pub documents: Vec<Id<Document>>,
    /// Orders with an invoice.
    pub invoices: Vec<Id<Order>>,
    /// Accounts that stood somehow, on some day.
    pub statements: Vec<StatementFor>,
    /// Contracts, and somebody who may see each.
    pub contracts: Vec<(Id<Contract>, Id<Contact>)>,
}

impl Kept {
    /// This document is there.
    #[must_use]
    pub fn document(mut self, id: &str) -> Self {
        self.documents.push(Id::new(id));
        self
    }

    /// The invoice of this order is there.
    #[must_use]
    pub fn invoice(mut self, order: &str) -> Self {
        self.invoices.push(Id::new(order));
        self
    }

    /// This statement is there.
    #[must_use]
    pub fn statement(mut self, asked: StatementFor) -> Self {
        self.statements.push(asked);
        self
    }

    /// This contract is there, for this person.
    #[must_use]
    pub fn contract(mut self, id: &str, reader: &str) -> Self {
        self.contracts.push((Id::new(id), Id::new(reader)));
        self
    }
}

/// A candidate: what a case is given.
#[derive(Debug)]
pub struct Trial(Box<dyn Candidate>);

impl Trial {
    fn documents(&self) -> Result<Arc<dyn DocumentStore>, Skip> {
        self.0.documents().ok_or(Skip::NotOffered("files"))
    }

    fn records(&self) -> Result<Arc<dyn PaperRecords>, Skip> {
        self.0.records().ok_or(Skip::NotOffered("records"))
    }

    fn kept(&self) -> Kept {
        self.0.kept()
    }
}

/// Keys of nothing, of which some mean something to a database, a file system or a program.
fn strange() -> Vec<String> {
    let odd = [
        "",
        " ",
        "missing",
        "%",
        "_",
        "*",
        "' or '1'='1",
        "../../../../etc/passwd",
        "..",
        "/",
        "a\0b",
        "a\r\nb",
        "Ñandú \u{202e}",
        "{{ 7*7 }}",
    ];
    let long = "x".repeat(10_000);
    odd.map(str::to_owned).into_iter().chain([long]).collect()
}

/// Runs one case on a new candidate, on a runtime of its own.
pub fn run<C: Candidate>(
    candidate: impl AsyncFnOnce() -> C,
    case: impl for<'a> AsyncFnOnce(&'a Trial) -> Ended,
) -> Ended {
    promises::run(async || Trial(Box::new(candidate().await)), case)
}

/// The promises that are not kept, each tried on a new candidate. What breaks one is printed as a test would print it.
pub fn broken<C: Candidate>(candidate: impl AsyncFn() -> C) -> Vec<&'static str> {
    let outcomes = crate::__paper_promises! { __paper_outcomes { &candidate } };
    let broken = outcomes.into_iter().filter(|(_, ended)| ended.is_none());
    broken.map(|(promise, _)| promise).collect()
}
