//! Books with every bad habit there is, in memory: numbers that are found late, keys that are not kept, two documents of one number.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Clock as _, Money,
    accounting::{
        AccountingSystem, ChangeCursor, Changes, CustomerRef, DocumentRef, DocumentState,
        FindDocument, InvoiceDraft, LedgerCustomer, LedgerDocument, LedgerError, LedgerLine,
        LedgerPayment, LedgerRefusal, LedgerTraits, LedgerWebhook, LedgerWebhooks, Organisation,
        OrganisationRef, PaymentPosting, PostedRef,
    },
    http::HttpClient,
    payment::{Ack, RawWebhook, WebhookError},
};
use uuid::Uuid;

use super::chance::Chance;
use crate::{
    StoppedClock,
    accounting::{Act, Booked, Books, Candidate, Codes},
    facts::eur,
    fakes::locked,
};

/// How long it may take to find a document by its number.
const LAG: chrono::Duration = chrono::Duration::minutes(1);

/// How much of a reference is kept by those who cut them.
const NARROW: usize = 14;

/// The books. Clones are the same ones.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    organisation: OrganisationRef,
    traits: LedgerTraits,
    clock: StoppedClock,
    habits: Habits,
    state: Arc<Mutex<State>>,
}

/// What these are like.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a habit of its own, drawn by itself"
)]
struct Habits {
    /// A number that is taken is refused.
    unique: bool,
    /// The same key makes the same thing.
    keeps_keys: bool,
    /// By its number a document is found only after a while.
    slow: bool,
    /// A list names changed documents only.
    terse: bool,
    /// References are cut without a word.
    narrow: bool,
}

#[derive(Debug, Default)]
struct State {
    documents: Vec<(DateTime<Utc>, LedgerDocument)>,
    keys: BTreeMap<Uuid, DocumentRef>,
    paid: BTreeMap<Uuid, LedgerPayment>,
    changed: Vec<DocumentRef>,
    posted: usize,
    last: u64,
}

impl Ledger {
    pub(super) fn of(seed: u64) -> Self {
        let chance = Chance::of(!seed);
        let habits = Habits {
            unique: chance.percent(60),
            keeps_keys: chance.percent(40),
            slow: chance.percent(50),
            terse: chance.percent(50),
            narrow: chance.percent(30),
        };
        let traits = LedgerTraits::new(40).finds_after(Duration::from_mins(1));
        Self {
            organisation: OrganisationRef::new("ledger", format!("organisation-{seed}")),
            traits: if habits.narrow {
                traits.reference_len(NARROW)
            } else {
                traits
            },
            clock: StoppedClock::default(),
            habits,
            state: Arc::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

impl State {
    fn name(&mut self, prefix: &str) -> String {
        self.last += 1;
        format!("{prefix}-{}", self.last)
    }

    fn change(&mut self, document: &DocumentRef, how: impl FnOnce(&mut LedgerDocument)) -> bool {
        let mut all = self.documents.iter_mut().map(|(_, document)| document);
        let Some(found) = all.find(|d| d.document == *document && d.state.stands()) else {
            return false;
        };
        how(found);
        balance(found);
        self.changed.push(document.clone());
        true
    }
}

/// What is due, and how a document stands, follows from its payments.
fn balance(document: &mut LedgerDocument) {
    let standing = document.payments.iter().filter(|payment| !payment.deleted);
    let nothing = Money::zero(document.total.currency());
    document.paid = standing.fold(nothing, |sum, payment| sum.plus(payment.amount).unwrap());
    document.due = document.total.minus(document.paid).unwrap();
    if document.state.stands() {
        document.state = if document.due.is_positive() {
            DocumentState::Open
        } else {
            DocumentState::Settled
        };
    }
}

fn taken_back(document: &mut LedgerDocument, state: DocumentState) {
    document.state = state;
    for payment in &mut document.payments {
        payment.deleted = true;
    }
}

#[async_trait]
impl AccountingSystem for Ledger {
    fn name(&self) -> &'static str {
        "ledger"
    }

    fn shown_name(&self) -> &'static str {
        "The Ledger"
    }

    fn organisation(&self) -> &OrganisationRef {
        &self.organisation
    }

    fn traits(&self) -> &LedgerTraits {
        &self.traits
    }

    async fn check(&self) -> Result<Organisation, LedgerError> {
        Ok(Organisation::new("A school", eur(0).currency()))
    }

    async fn customer(
        &self,
        customer: &LedgerCustomer,
        _: Uuid,
    ) -> Result<CustomerRef, LedgerError> {
        Ok(CustomerRef::new(format!("customer-{}", customer.key)))
    }

    async fn find(&self, what: &FindDocument) -> Result<Option<LedgerDocument>, LedgerError> {
        let state = self.state();
        let known = |made: DateTime<Utc>| !self.habits.slow || self.clock.now() - made >= LAG;
        let mut all = state.documents.iter();
        let found = match what {
            FindDocument::Document(document) => all.find(|(_, d)| d.document == *document),
            FindDocument::Number(number) => {
                let mut all = all.filter(|(made, d)| d.number == *number && known(*made));
                let standing = all.clone().find(|(_, d)| d.state.stands());
                standing.or_else(|| all.next())
            }
            _ => None,
        };
        Ok(found.map(|(_, document)| document.clone()))
    }

    async fn create(&self, draft: &InvoiceDraft, key: Uuid) -> Result<LedgerDocument, LedgerError> {
        let now = self.clock.now();
        let mut state = self.state();
        let repeated = state.keys.get(&key).filter(|_| self.habits.keeps_keys);
        if let Some(known) = repeated {
            let mut all = state.documents.iter();
            return Ok(all.find(|(_, d)| d.document == *known).unwrap().1.clone());
        }
        let taken = state
            .documents
            .iter()
            .any(|(_, d)| d.number == draft.number);
        if taken && self.habits.unique {
            return Err(LedgerRefusal::NumberTaken.into());
        }
        let name = DocumentRef::new(state.name("doc"));
        let number = Arc::clone(&draft.number);
        let customer = draft.customer.clone();
        let lines = draft.lines.iter().map(|l| LedgerLine::new(None, l.amount));
        let document = LedgerDocument::new(name.clone(), number, customer, draft.date, draft.total)
            .with_lines(lines.collect());
        state.keys.insert(key, name.clone());
        state.changed.push(name);
        state.documents.push((now, document.clone()));
        Ok(document)
    }

    async fn record_payment(
        &self,
        payment: &PaymentPosting,
        key: Uuid,
    ) -> Result<LedgerPayment, LedgerError> {
        let mut state = self.state();
        let repeated = state.paid.get(&key).filter(|_| self.habits.keeps_keys);
        if let Some(known) = repeated {
            return Ok(known.clone());
        }
        let mut all = state.documents.iter().map(|(_, document)| document);
        let document = all.find(|d| d.document == payment.document);
        let document = document.ok_or(LedgerRefusal::NotFound)?;
        let at = document.state;
        if document.due.amount() < payment.amount.amount() && at.stands() {
            return Err(LedgerRefusal::MoreThanDue.into());
        }
        if at != DocumentState::Open {
            return Err(LedgerRefusal::NotOpen { state: at }.into());
        }
        let name = PostedRef::new(state.name("posted"));
        let room = if self.habits.narrow {
            NARROW
        } else {
            usize::MAX
        };
        let kept: String = payment.reference.chars().take(room).collect();
        let reference = Some(kept.into());
        let posted = LedgerPayment::new(name, reference, payment.amount);
        state.paid.insert(key, posted.clone());
        state.change(&payment.document, |d| d.payments.push(posted.clone()));
        Ok(posted)
    }

    async fn changes(&self, since: &ChangeCursor) -> Result<Changes, LedgerError> {
        const PAGE: usize = 3;
        let from = match since {
            ChangeCursor::Page(page) => page.parse().unwrap(),
            _ => 0,
        };
        let state = self.state();
        let touched: Vec<_> = state
            .changed
            .iter()
            .skip(from)
            .take(PAGE)
            .cloned()
            .collect();
        let next = from + touched.len();
        let more = next < state.changed.len();
        let next = ChangeCursor::Page(next.to_string().into());
        let mut documents = vec![];
        if !self.habits.terse {
            let meant = |document: &LedgerDocument| touched.contains(&document.document);
            let all = state.documents.iter().map(|(_, document)| document);
            for mut document in all.filter(|d| meant(d)).cloned() {
                document.lines.clear();
                document.payments.clear();
                documents.push(document);
            }
        }
        Ok(Changes::new(documents, next)
            .touching(touched)
            .and_more(more))
    }

    fn webhooks(&self) -> Option<Arc<dyn LedgerWebhooks>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl LedgerWebhooks for Ledger {
    async fn receive(&self, raw: &RawWebhook) -> Result<LedgerWebhook, WebhookError> {
        let name = str::from_utf8(&raw.body).unwrap();
        let touched = vec![DocumentRef::new(name)];
        Ok(LedgerWebhook::new(touched, Ack::new(200, "")))
    }
}

#[async_trait]
impl Candidate for Ledger {
    fn system(&self, _: Arc<dyn HttpClient>) -> Arc<dyn AccountingSystem> {
        Arc::new(self.clone())
    }

    fn clock(&self) -> StoppedClock {
        self.clock.clone()
    }

    fn codes(&self) -> Codes {
        Codes::new("200", "090", eur(0).currency())
    }

    async fn play(&self, act: Act<'_>) -> bool {
        let mut state = self.state();
        match act {
            Act::Pay(document, amount) => {
                let name = PostedRef::new(state.name("there"));
                state.change(document, |d| {
                    if d.due.amount() >= amount.amount() {
                        d.payments.push(LedgerPayment::new(name, None, amount));
                    }
                })
            }
            Act::Unpay(payment) => {
                let has = |d: &LedgerDocument| d.payments.iter().any(|p| p.payment == *payment);
                let mut all = state.documents.iter().map(|(_, document)| document);
                let Some(document) = all.find(|d| has(d)).map(|d| d.document.clone()) else {
                    return false;
                };
                state.change(&document, |d| {
                    let mut all = d.payments.iter_mut();
                    all.find(|p| p.payment == *payment).unwrap().deleted = true;
                })
            }
            Act::Edit(document) => state.change(document, |d| {
                let more = eur(1_00);
                d.total = d.total.plus(more).unwrap();
                d.lines.push(LedgerLine::new(None, more));
            }),
            Act::Void(document) => state.change(document, |d| taken_back(d, DocumentState::Voided)),
            Act::Delete(document) => {
                state.change(document, |d| taken_back(d, DocumentState::Deleted))
            }
            _ => false,
        }
    }

    async fn books(&self) -> Books {
        let state = self.state();
        let (mut documents, mut payments) = (vec![], vec![]);
        for (_, document) in &state.documents {
            let stands = document.state.stands();
            documents.push(Booked::new(&*document.number, document.total, stands));
            let standing = document.payments.iter().filter(|p| !p.deleted);
            let said = standing.map(|p| (p.reference.as_deref().unwrap_or(""), p.amount));
            payments.extend(said.map(|(reference, amount)| (reference.to_owned(), amount)));
        }
        Books::new(documents, payments, vec![])
    }

    async fn posts(&self) -> Vec<RawWebhook> {
        let mut state = self.state();
        let fresh: Vec<_> = state.changed.iter().skip(state.posted).cloned().collect();
        state.posted = state.changed.len();
        let body = |document: DocumentRef| document.as_str().as_bytes().to_vec();
        let now = self.clock.now();
        let post = |document| RawWebhook::new(vec![], body(document), now);
        fresh.into_iter().map(post).collect()
    }
}
