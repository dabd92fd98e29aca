//! The kit for papers finds each way in which papers go wrong.
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use portal_core::{
    Contact, Customer, Document, DocumentBody, DocumentStore, Id, Order, StoreError,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    chrono_tz::Tz,
    documents::{Contract, Movement, PaperRecords, Statement, StatementFor},
    memory::Memory,
};
use portal_testkit::{
    PaperShelf,
    facts::{contact, eur, today},
    papers::{Candidate, Kept, broken},
};

/// What a host may do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    FailsOnWhatIsUnknown,
    FindsAnyForNone,
    LosesInvoices,
    HandsOverNothing,
    LeadsElsewhere,
    AnotherEachTime,
    AnybodysAccount,
    DoesNotAddUp,
    TheDayBefore,
    AnotherContract,
    SaysMoreEachTime,
}

#[derive(Debug, Clone)]
struct Host {
    fault: Fault,
    shelf: PaperShelf,
    memory: Memory,
    asked: Arc<AtomicU32>,
}

fn at_the_end() -> StatementFor {
    StatementFor::new(&contact("ana"), today().date_naive(), Tz::UTC)
}

fn pdf(name: &str) -> DocumentBody {
    DocumentBody::file(name, "application/pdf", *b"%PDF-1.7\n")
}

fn host(fault: Fault) -> Host {
    let (shelf, memory) = (PaperShelf::default(), Memory::default());
    shelf.put_pdf("cert-1");
    shelf.put_invoice("o1", pdf("o1"));
    shelf.put_statement("acme", today().date_naive(), pdf("acme"));
    shelf.put_contract("c1", pdf("c1"));
    let sold = Movement::new(today().date_naive(), "Rent", eur(40_00));
    let acme = Customer::new(Id::new("acme"), "Acme Ltd");
    memory.put_account(acme, eur(0), vec![sold]);
    let contract = Contract::new(Id::new("c1"), Id::new("acme"), "C-1", "open");
    memory.put_contract(contract);
    Host {
        fault,
        shelf,
        memory,
        asked: Arc::default(),
    }
}

impl Host {
    fn altered(&self, body: DocumentBody) -> DocumentBody {
        match self.fault {
            Fault::HandsOverNothing => DocumentBody::file("a.pdf", "application/pdf", []),
            Fault::LeadsElsewhere => DocumentBody::Redirect("//evil.example".to_owned()),
            Fault::AnotherEachTime => pdf(&self.asked.fetch_add(1, Ordering::Relaxed).to_string()),
            _ => body,
        }
    }

    fn gone<T>(&self, found: Option<T>) -> Result<Option<T>, AdapterError> {
        if found.is_some() || self.fault != Fault::FailsOnWhatIsUnknown {
            return Ok(found);
        }
        Err(AdapterError::new(
            AdapterErrorKind::NotFound,
            Disposition::Rejected,
            "archive",
            "open",
            "no such file",
        ))
    }
}

#[async_trait]
impl DocumentStore for Host {
    async fn open(&self, document: &Id<Document>) -> Result<Option<DocumentBody>, AdapterError> {
        let found = self.shelf.open(document).await?;
        self.gone(found.map(|body| self.altered(body)))
    }

    async fn invoice(&self, order: &Id<Order>) -> Result<Option<DocumentBody>, AdapterError> {
        match self.fault {
            Fault::LosesInvoices => Ok(None),
            Fault::FindsAnyForNone => self.shelf.invoice(&Id::new("o1")).await,
            _ => self.shelf.invoice(order).await,
        }
    }

    async fn statement(&self, asked: &StatementFor) -> Result<Option<DocumentBody>, AdapterError> {
        self.shelf.statement(asked).await
    }

    async fn contract(&self, id: &Id<Contract>) -> Result<Option<DocumentBody>, AdapterError> {
        self.shelf.contract(id).await
    }
}

#[async_trait]
impl PaperRecords for Host {
    async fn statement(&self, asked: &StatementFor) -> Result<Option<Statement>, StoreError> {
        let of = match self.fault {
            Fault::AnybodysAccount => at_the_end(),
            _ => asked.clone(),
        };
        let mut found = self.memory.statement(&of).await?;
        if let Some(statement) = &mut found {
            match self.fault {
                Fault::DoesNotAddUp => statement.closing = eur(1),
                Fault::TheDayBefore => {
                    statement.until = statement.until.pred_opt().unwrap();
                    statement.movements = vec![];
                    statement.closing = statement.opening;
                }
                Fault::SaysMoreEachTime => {
                    let more = self.asked.fetch_add(1, Ordering::Relaxed);
                    statement.name = format!("Acme {more}");
                }
                _ => {}
            }
        }
        Ok(found)
    }

    async fn contract(
        &self,
        id: &Id<Contract>,
        reader: &Id<Contact>,
    ) -> Result<Option<Contract>, StoreError> {
        let found = self.memory.contract(id, reader).await?;
        let another = |mut contract: Contract| {
            if self.fault == Fault::AnotherContract {
                contract.id = Id::new("c2");
            }
            contract
        };
        Ok(found.map(another))
    }
}

impl Candidate for Host {
    fn documents(&self) -> Option<Arc<dyn DocumentStore>> {
        Some(Arc::new(self.clone()))
    }

    fn records(&self) -> Option<Arc<dyn PaperRecords>> {
        Some(Arc::new(self.clone()))
    }

    fn kept(&self) -> Kept {
        let kept = Kept::default().document("cert-1").invoice("o1");
        kept.statement(at_the_end()).contract("c1", "ana")
    }
}

/// 001-22
#[test]
fn the_kit_for_papers_finds_each_planted_fault() {
    for (fault, finds) in [
        (
            Fault::FailsOnWhatIsUnknown,
            "what_nobody_keeps_is_none_and_no_error",
        ),
        (
            Fault::FindsAnyForNone,
            "what_nobody_keeps_is_none_and_no_error",
        ),
        (Fault::LosesInvoices, "what_is_kept_is_handed_over"),
        (Fault::HandsOverNothing, "what_is_kept_is_handed_over"),
        (Fault::LeadsElsewhere, "what_is_kept_is_handed_over"),
        (Fault::AnotherEachTime, "asked_again_it_is_the_same"),
        (
            Fault::AnybodysAccount,
            "another_customers_account_is_another",
        ),
        (
            Fault::DoesNotAddUp,
            "what_is_on_record_is_what_was_asked_for_and_adds_up",
        ),
        (
            Fault::TheDayBefore,
            "what_is_on_record_is_what_was_asked_for_and_adds_up",
        ),
        (
            Fault::AnotherContract,
            "what_is_on_record_is_what_was_asked_for_and_adds_up",
        ),
        (
            Fault::SaysMoreEachTime,
            "asked_again_the_records_say_the_same",
        ),
    ] {
        let found = broken(async || host(fault));
        assert!(found.contains(&finds), "{fault:?}: {found:?}");
    }
}

mod sound {
    use super::{Fault, host};

    portal_testkit::paper_conformance!(async || host(Fault::None));
}
