//! The journal as the portal asks it.
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    accounting::{
        AccountingSystem, ChangeCursor, Changes, CustomerRef, DocumentRef, DocumentState,
        FindDocument, InvoiceDraft, LedgerCustomer, LedgerDocument, LedgerError, LedgerPayment,
        LedgerRefusal, LedgerTraits, Notes, Organisation, OrganisationRef, PaymentPosting,
        PostedRef, Voiding,
    },
    adapter::{AdapterErrorKind, Disposition},
    chrono::{Duration, NaiveDate},
    uuid::Uuid,
};

use super::{
    Journal, Kept, NAME,
    books::Books,
    chart::Kind,
    entry::reversal,
    post,
    record::{self, Invoice, Line, Payment, What},
    trouble,
};

/// How many records a page of changes looks at.
const PAGE: usize = 200;
/// The longest note that is kept, in characters.
const NOTE: usize = 2_000;
/// How much further back a reading begins that begins at an instant: clocks differ.
const OVERLAP: Duration = Duration::minutes(5);

#[async_trait]
impl AccountingSystem for Journal {
    fn name(&self) -> &'static str {
        NAME
    }

    fn shown_name(&self) -> &'static str {
        "Journal"
    }

    fn organisation(&self) -> &OrganisationRef {
        &self.organisation
    }

    fn traits(&self) -> &LedgerTraits {
        &self.traits
    }

    async fn check(&self) -> Result<Organisation, LedgerError> {
        let chart = &self.chart;
        Ok(Organisation::new(chart.name(), chart.base())
            .taking(chart.currencies().to_vec())
            .locked_until(self.kept().books.closed()))
    }

    async fn customer(
        &self,
        customer: &LedgerCustomer,
        key: Uuid,
    ) -> Result<CustomerRef, LedgerError> {
        let mut kept = self.kept();
        if let Some(known) = kept.books.customer(&customer.key) {
            return Ok(known.clone());
        }
        free(&kept.books, key)?;
        let what = What::Customer {
            key: Arc::clone(&customer.key),
            name: fitted(customer),
            email: customer.email.clone(),
        };
        let seq = self.enter(&mut kept, Some(key), what, vec![])?;
        Ok(record::customer_ref(seq))
    }

    async fn find(&self, what: &FindDocument) -> Result<Option<LedgerDocument>, LedgerError> {
        let kept = self.as_on_disk()?;
        let found = match what {
            FindDocument::Document(document) => kept.books.document(document),
            FindDocument::Number(number) => kept.books.numbered(number),
            _ => {
                return Err(trouble(
                    AdapterErrorKind::Misconfigured,
                    Disposition::NeverSent,
                    "it cannot be looked for like that",
                ));
            }
        };
        Ok(found.cloned())
    }

    async fn create(&self, draft: &InvoiceDraft, key: Uuid) -> Result<LedgerDocument, LedgerError> {
        let mut kept = self.kept();
        if let Some(done) = kept.books.done(key) {
            let same = matches!(&done.what, What::Invoice(invoice) if invoice.number == draft.number && invoice.total == draft.total);
            let found = kept
                .books
                .document(&record::document_ref(done.seq))
                .filter(|_| same);
            return found.cloned().ok_or_else(reused);
        }
        if kept.books.numbered(&draft.number).is_some() {
            return Err(LedgerRefusal::NumberTaken.into());
        }
        self.takes(&kept, draft)?;
        let entries = post::invoice(&self.chart, draft)?;
        let seq = self.enter(&mut kept, Some(key), What::Invoice(invoice(draft)), entries)?;
        document(&kept.books, &record::document_ref(seq))
    }

    async fn record_payment(
        &self,
        payment: &PaymentPosting,
        key: Uuid,
    ) -> Result<LedgerPayment, LedgerError> {
        let mut kept = self.kept();
        let of = document(&kept.books, &payment.document)?;
        // Our reference is never recorded twice, whatever the key is.
        if let Some(known) = of.payment(&payment.reference) {
            let same = known.amount == payment.amount;
            return if same {
                Ok(known.clone())
            } else {
                Err(reused())
            };
        }
        free(&kept.books, key)?;
        let amount = payment.amount;
        if amount.currency() != of.total.currency() {
            return Err(LedgerRefusal::Currency {
                currency: amount.currency(),
            }
            .into());
        }
        if of.state == DocumentState::Voided {
            return Err(LedgerRefusal::NotOpen { state: of.state }.into());
        }
        if !amount.is_positive() {
            return Err(said("a payment is more than nothing").into());
        }
        if amount.minor() > of.due.minor() {
            return Err(LedgerRefusal::MoreThanDue.into());
        }
        if !self.chart.is(&payment.account, Kind::Bank) {
            return Err(LedgerRefusal::UnknownCode {
                code: payment.account.to_string(),
            }
            .into());
        }
        open_for(&kept.books, payment.date)?;
        let entries = post::payment(&self.chart, &payment.account, amount);
        let what = What::Payment(Payment {
            document: payment.document.clone(),
            amount,
            date: payment.date,
            account: Arc::clone(&payment.account),
            reference: Arc::clone(&payment.reference),
        });
        let seq = self.enter(&mut kept, Some(key), what, entries)?;
        Ok(LedgerPayment::new(
            record::posted_ref(seq),
            Some(Arc::clone(&payment.reference)),
            amount,
        ))
    }

    async fn changes(&self, since: &ChangeCursor) -> Result<Changes, LedgerError> {
        let kept = self.as_on_disk()?;
        let records = kept.books.records();
        let first = match since {
            ChangeCursor::Since(at) => {
                let from = *at - OVERLAP;
                records
                    .iter()
                    .position(|record| record.at >= from)
                    .unwrap_or(records.len())
            }
            ChangeCursor::Page(read) => read.parse().map_err(|_| {
                trouble(
                    AdapterErrorKind::Misconfigured,
                    Disposition::NeverSent,
                    "that is no cursor of this journal",
                )
            })?,
            _ => {
                return Err(trouble(
                    AdapterErrorKind::Misconfigured,
                    Disposition::NeverSent,
                    "that is no cursor of this journal",
                ));
            }
        };
        let page = records.iter().skip(first).take(PAGE);
        let mut documents: Vec<LedgerDocument> = vec![];
        for about in page.filter_map(|record| kept.books.about(record)) {
            if !documents
                .iter()
                .any(|known| known.document == about.document)
            {
                documents.push(about.clone());
            }
        }
        let read = (first + PAGE).min(records.len()).max(first);
        let next = ChangeCursor::Page(read.to_string().into());
        Ok(Changes::new(documents, next).and_more(read < records.len()))
    }

    fn notes(&self) -> Option<Arc<dyn Notes>> {
        Some(Arc::new(self.clone()))
    }

    fn voiding(&self) -> Option<Arc<dyn Voiding>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Notes for Journal {
    async fn add(&self, of: &DocumentRef, note: &str, key: Uuid) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        if kept.books.done(key).is_some() {
            return Ok(());
        }
        document(&kept.books, of)?;
        let what = What::Note {
            document: of.clone(),
            text: note.chars().take(NOTE).collect(),
        };
        self.enter(&mut kept, Some(key), what, vec![]).map(drop)
    }
}

#[async_trait]
impl Voiding for Journal {
    async fn void(&self, of: &DocumentRef, key: Uuid) -> Result<LedgerDocument, LedgerError> {
        let mut kept = self.kept();
        let found = document(&kept.books, of)?;
        if found.state == DocumentState::Voided {
            return Ok(found);
        }
        if found.paid.is_positive() {
            return Err(LedgerRefusal::HasPayments.into());
        }
        open_for(&kept.books, self.clock.now().date_naive())?;
        free(&kept.books, key)?;
        let made = kept
            .books
            .records()
            .iter()
            .find(|r| record::document_ref(r.seq) == *of);
        let entries = made.map(|made| reversal(&made.entries)).unwrap_or_default();
        let what = What::Voided {
            document: of.clone(),
        };
        self.enter(&mut kept, Some(key), what, entries)?;
        document(&kept.books, of)
    }

    async fn take_back(&self, payment: &PostedRef, key: Uuid) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let Some((of, recorded)) = kept.books.payment(payment) else {
            return Err(LedgerRefusal::NotFound.into());
        };
        if of
            .payments
            .iter()
            .any(|p| p.payment == *payment && p.deleted)
        {
            return Ok(());
        }
        let entries = reversal(&recorded.entries);
        open_for(&kept.books, self.clock.now().date_naive())?;
        free(&kept.books, key)?;
        let what = What::TakenBack {
            payment: payment.clone(),
        };
        self.enter(&mut kept, Some(key), what, entries).map(drop)
    }
}

impl Journal {
    /// Whether an invoice can be entered, its lines apart.
    fn takes(&self, kept: &Kept, draft: &InvoiceDraft) -> Result<(), LedgerError> {
        if !kept.books.has_customer(&draft.customer) {
            return Err(LedgerRefusal::NotFound.into());
        }
        if !self.chart.keeps(draft.currency) {
            return Err(LedgerRefusal::Currency {
                currency: draft.currency,
            }
            .into());
        }
        let length = draft.number.chars().count();
        if length == 0 || length > self.traits.number_len || draft.lines.is_empty() {
            return Err(said(
                "an invoice has a number, no longer than is said, and at least one line",
            )
            .into());
        }
        open_for(&kept.books, draft.date)
    }
}

fn invoice(draft: &InvoiceDraft) -> Invoice {
    let lines = draft.lines.iter().map(|line| Line {
        description: line.description.clone(),
        amount: line.amount,
        account: Arc::clone(&line.codes.account),
        tax: line.codes.tax.clone(),
    });
    Invoice {
        number: Arc::clone(&draft.number),
        reference: Arc::clone(&draft.reference),
        order: draft.order.clone(),
        customer: draft.customer.clone(),
        date: draft.date,
        due: draft.due,
        currency: draft.currency,
        lines: lines.collect(),
        total: draft.total,
        link: draft.link.clone(),
    }
}

fn document(books: &Books, of: &DocumentRef) -> Result<LedgerDocument, LedgerError> {
    let found = books.document(of).cloned();
    found.ok_or_else(|| LedgerRefusal::NotFound.into())
}

fn open_for(books: &Books, date: NaiveDate) -> Result<(), LedgerError> {
    match books.closed() {
        Some(until) if date <= until => {
            Err(LedgerRefusal::PeriodLocked { until: Some(until) }.into())
        }
        _ => Ok(()),
    }
}

/// A key that was used for something else is somebody's mistake.
fn free(books: &Books, key: Uuid) -> Result<(), LedgerError> {
    match books.done(key) {
        Some(_) => Err(reused()),
        None => Ok(()),
    }
}

fn reused() -> LedgerError {
    trouble(
        AdapterErrorKind::KeyReused,
        Disposition::Rejected,
        "the key was used for something else",
    )
}

fn said(what: &str) -> LedgerRefusal {
    LedgerRefusal::Invalid {
        messages: vec![what.to_owned()],
    }
}

/// A name on one line, of at most 200 characters; the key where there is none.
fn fitted(customer: &LedgerCustomer) -> String {
    let words: Vec<&str> = customer
        .name
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let name: String = words.join(" ").chars().take(200).collect();
    if name.is_empty() {
        customer.key.to_string()
    } else {
        name
    }
}
