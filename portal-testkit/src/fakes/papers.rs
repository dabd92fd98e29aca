use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use portal_core::{
    Customer, Document, DocumentBody, DocumentStore, Id, Order,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    chrono::NaiveDate,
    documents::{Contract, DocumentFile, Paper, PaperWriter, StatementFor},
    mail::NotWritten,
};

use super::{locked, take};

/// Papers on a shelf. Clones are the same shelf.
#[derive(Debug, Clone, Default)]
pub struct PaperShelf(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    papers: BTreeMap<Id<Document>, DocumentBody>,
    invoices: BTreeMap<Id<Order>, DocumentBody>,
    statements: BTreeMap<(Id<Customer>, NaiveDate), DocumentBody>,
    contracts: BTreeMap<Id<Contract>, DocumentBody>,
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
        self.put(document, small_pdf(document));
    }

    /// Puts the host's own file of an order's invoice on it.
    pub fn put_invoice(&self, order: &str, body: DocumentBody) {
        locked(&self.0).invoices.insert(Id::new(order), body);
    }

    /// Puts the host's own file of a customer's statement on it.
    pub fn put_statement(&self, customer: &str, day: NaiveDate, body: DocumentBody) {
        let statements = &mut locked(&self.0).statements;
        statements.insert((Id::new(customer), day), body);
    }

    /// Puts the host's own file of a contract on it.
    pub fn put_contract(&self, contract: &str, body: DocumentBody) {
        locked(&self.0).contracts.insert(Id::new(contract), body);
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
        state.reached()?;
        Ok(state.papers.get(document).cloned())
    }

    async fn invoice(&self, order: &Id<Order>) -> Result<Option<DocumentBody>, AdapterError> {
        let mut state = locked(&self.0);
        state.reached()?;
        Ok(state.invoices.get(order).cloned())
    }

    async fn statement(&self, asked: &StatementFor) -> Result<Option<DocumentBody>, AdapterError> {
        let mut state = locked(&self.0);
        state.reached()?;
        let key = (asked.customer.clone(), asked.day);
        Ok(state.statements.get(&key).cloned())
    }

    async fn contract(&self, id: &Id<Contract>) -> Result<Option<DocumentBody>, AdapterError> {
        let mut state = locked(&self.0);
        state.reached()?;
        Ok(state.contracts.get(id).cloned())
    }
}

impl State {
    fn reached(&mut self) -> Result<(), AdapterError> {
        if !take(&mut self.fail) {
            return Ok(());
        }
        Err(AdapterError::new(
            AdapterErrorKind::Unavailable,
            Disposition::NeverSent,
            "paper-shelf",
            "open",
            "told to fail",
        ))
    }
}

/// A PDF with nothing on it, called after something.
pub(super) fn small_pdf(name: &str) -> DocumentBody {
    DocumentBody::file(name, "application/pdf", *b"%PDF-1.7\n%%EOF\n")
}

/// Writes papers in one line of plain text, for tests of when one is written. Clones are the same writer.
#[derive(Debug, Clone, Default)]
pub struct PlainPapers(Arc<Mutex<bool>>);

impl PlainPapers {
    /// From now on it cannot write any; or can again.
    pub fn fail(&self, fails: bool) {
        *locked(&self.0) = fails;
    }
}

#[async_trait]
impl PaperWriter for PlainPapers {
    async fn write_paper(&self, paper: &Paper) -> Result<DocumentFile, NotWritten> {
        if *locked(&self.0) {
            return Err(NotWritten::new("invoice", 1, "told to fail"));
        }
        let (name, text) = match paper {
            Paper::Invoice(invoice) => {
                let lines = invoice.copy.lines.iter();
                let names = lines.filter_map(|line| line.registrant.as_deref());
                let names: Vec<_> = names.collect();
                let number = &invoice.copy.order.number;
                let whose = invoice.billed_to.as_deref().unwrap_or("nobody");
                let text = format!("{number} for {whose}: {}", names.join(", "));
                (number.to_string(), text)
            }
            Paper::Statement(paper) => {
                let said = &paper.statement;
                let moved: Vec<_> = said.movements.iter().map(|m| &*m.description).collect();
                let (name, until, moved) = (&said.name, said.until, moved.join(", "));
                let (from, to) = (said.opening, said.closing);
                let text = format!("{name} at {until}: {from}, {moved}, {to}");
                (until.to_string(), text)
            }
            Paper::Contract(paper) => {
                let said = &paper.contract;
                let lines: Vec<_> = said.lines.iter().map(|l| &*l.description).collect();
                let (number, lines) = (&said.number, lines.join(", "));
                (
                    number.to_string(),
                    format!("{number}, {}: {lines}", said.status),
                )
            }
            _ => return Err(NotWritten::new("paper", 0, "nothing is known of it")),
        };
        let name = format!("{name}.txt");
        Ok(DocumentFile::new(&name, "text/plain", text.into_bytes()))
    }
}
