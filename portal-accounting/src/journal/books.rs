use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use portal_core::{
    Money,
    accounting::{
        CustomerRef, DocumentRef, DocumentState, LedgerDocument, LedgerLine, LedgerPayment,
        PostedRef,
    },
    chrono::NaiveDate,
    uuid::Uuid,
};

use super::{
    entry::balance,
    record::{Invoice, Payment, Record, What, customer_ref, document_ref, posted_ref},
};

/// Everything the records come to.
#[derive(Debug, Default)]
pub(super) struct Books {
    records: Vec<Record>,
    customers: HashMap<Arc<str>, CustomerRef>,
    documents: BTreeMap<DocumentRef, LedgerDocument>,
    numbers: HashMap<Arc<str>, DocumentRef>,
    /// The document of each payment that was ever recorded, and the record.
    payments: HashMap<PostedRef, (DocumentRef, u64)>,
    keys: HashMap<Uuid, u64>,
    closed: Option<NaiveDate>,
}

impl Books {
    /// The number of the next record.
    pub(super) fn next(&self) -> u64 {
        u64::try_from(self.records.len())
            .unwrap_or(u64::MAX)
            .saturating_add(1)
    }

    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    pub(super) fn record(&self, seq: u64) -> Option<&Record> {
        let at = usize::try_from(seq.checked_sub(1)?).ok()?;
        self.records.get(at)
    }

    /// What was done for this key before.
    pub(super) fn done(&self, key: Uuid) -> Option<&Record> {
        self.keys.get(&key).and_then(|seq| self.record(*seq))
    }

    pub(super) fn customer(&self, key: &str) -> Option<&CustomerRef> {
        self.customers.get(key)
    }

    pub(super) fn has_customer(&self, customer: &CustomerRef) -> bool {
        self.customers.values().any(|known| known == customer)
    }

    pub(super) fn document(&self, document: &DocumentRef) -> Option<&LedgerDocument> {
        self.documents.get(document)
    }

    pub(super) fn numbered(&self, number: &str) -> Option<&LedgerDocument> {
        self.numbers
            .get(number)
            .and_then(|document| self.documents.get(document))
    }

    /// The document of a payment, and the record that entered it.
    pub(super) fn payment(&self, payment: &PostedRef) -> Option<(&LedgerDocument, &Record)> {
        let (document, seq) = self.payments.get(payment)?;
        Some((self.documents.get(document)?, self.record(*seq)?))
    }

    pub(super) fn closed(&self) -> Option<NaiveDate> {
        self.closed
    }

    /// The document that a record is about.
    pub(super) fn about(&self, record: &Record) -> Option<&LedgerDocument> {
        let document = match &record.what {
            What::Invoice(_) => &document_ref(record.seq),
            What::Payment(payment) => &payment.document,
            What::Voided { document } => document,
            What::TakenBack { payment } => &self.payments.get(payment)?.0,
            // A note changes nothing that anybody has to look up.
            What::Note { .. } | What::Customer { .. } | What::Closed { .. } => return None,
        };
        self.documents.get(document)
    }

    /// Whether a record fits: the next number, entries that balance, and about something that is there.
    pub(super) fn check(&self, record: &Record) -> Result<(), String> {
        if record.seq != self.next() {
            return Err(format!(
                "record {} where {} was expected",
                record.seq,
                self.next()
            ));
        }
        if !balance(&record.entries) {
            return Err(format!(
                "the entries of record {} do not balance",
                record.seq
            ));
        }
        let there = match &record.what {
            What::Payment(Payment { document, .. })
            | What::Voided { document }
            | What::Note { document, .. } => self.documents.contains_key(document),
            What::TakenBack { payment } => self.payments.contains_key(payment),
            What::Customer { key, .. } => !self.customers.contains_key(key),
            What::Invoice(invoice) => !self.numbers.contains_key(&invoice.number),
            What::Closed { .. } => true,
        };
        if !there {
            return Err(format!(
                "record {} is about something that is not there, or is there already",
                record.seq
            ));
        }
        Ok(())
    }

    /// Enters a record that is written down.
    pub(super) fn enter(&mut self, record: Record) -> Result<(), String> {
        self.check(&record)?;
        let (seq, at) = (record.seq, record.at);
        let touched = match &record.what {
            What::Customer { key, .. } => {
                self.customers.insert(Arc::clone(key), customer_ref(seq));
                None
            }
            What::Invoice(invoice) => Some(self.invoiced(seq, invoice)),
            What::Payment(payment) => Some(self.paid(seq, payment)?),
            What::Voided { document } => {
                let nothing = |found: &mut LedgerDocument| {
                    found.state = DocumentState::Voided;
                    found.due = Money::zero(found.total.currency());
                };
                self.change(document, nothing);
                Some(document.clone())
            }
            What::TakenBack { payment } => Some(self.taken_back(payment)?),
            What::Note { .. } => None,
            What::Closed { until } => {
                self.closed = self.closed.max(Some(*until));
                None
            }
        };
        if let Some(document) = touched {
            self.change(&document, |found| found.updated_at = Some(at));
        }
        if let Some(key) = record.key {
            self.keys.insert(key, seq);
        }
        self.records.push(record);
        Ok(())
    }

    fn invoiced(&mut self, seq: u64, invoice: &Invoice) -> DocumentRef {
        let document = document_ref(seq);
        let lines = invoice.lines.iter().enumerate();
        let lines =
            lines.map(|(n, line)| LedgerLine::new(Some(format!("{n}").into()), line.amount));
        let mut made = LedgerDocument::new(
            document.clone(),
            Arc::clone(&invoice.number),
            invoice.customer.clone(),
            invoice.date,
            invoice.total,
        )
        .with_lines(lines.collect());
        if !invoice.total.is_positive() {
            made.state = DocumentState::Settled;
        }
        self.numbers
            .insert(Arc::clone(&invoice.number), document.clone());
        self.documents.insert(document.clone(), made);
        document
    }

    fn paid(&mut self, seq: u64, payment: &Payment) -> Result<DocumentRef, String> {
        let posted = posted_ref(seq);
        let document = payment.document.clone();
        let of = LedgerPayment::new(
            posted.clone(),
            Some(Arc::clone(&payment.reference)),
            payment.amount,
        );
        self.payments.insert(posted, (document.clone(), seq));
        self.change(&document, |found| found.payments.push(of));
        self.reckon(&document)?;
        Ok(document)
    }

    fn taken_back(&mut self, payment: &PostedRef) -> Result<DocumentRef, String> {
        let (document, _) = self
            .payments
            .get(payment)
            .cloned()
            .ok_or("no such payment")?;
        self.change(&document, |found| {
            for one in found.payments.iter_mut().filter(|p| p.payment == *payment) {
                one.deleted = true;
            }
        });
        self.reckon(&document)?;
        Ok(document)
    }

    fn change(&mut self, document: &DocumentRef, change: impl FnOnce(&mut LedgerDocument)) {
        if let Some(found) = self.documents.get_mut(document) {
            change(found);
        }
    }

    /// What is paid and due of a document, and whether it is settled.
    fn reckon(&mut self, document: &DocumentRef) -> Result<(), String> {
        let Some(found) = self.documents.get_mut(document) else {
            return Ok(());
        };
        let mut paid = Money::zero(found.total.currency());
        for payment in found.payments.iter().filter(|p| !p.deleted) {
            paid = paid.plus(payment.amount).map_err(|e| e.to_string())?;
        }
        found.paid = paid;
        found.due = found.total.minus(paid).map_err(|e| e.to_string())?;
        found.state = if found.due.is_positive() {
            DocumentState::Open
        } else {
            DocumentState::Settled
        };
        Ok(())
    }
}
