use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use portal_core::{
    Currency, DocumentBody, Money, OrderDetails,
    accounting::{
        AccountingSystem, ChangeCursor, Changes, CodeMap, ConnectionTrouble, CustomerRef,
        DocumentRef, DocumentState, FindDocument, InvoiceDraft, LedgerCustomer, LedgerDocument,
        LedgerError, LedgerLine, LedgerPapers, LedgerPayment, LedgerRefusal, LedgerTraits,
        LedgerWebhooks, LineCodes, Organisation, OrganisationRef, PaymentPosting, PostedRef, TaxIn,
        Unmapped,
    },
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    order::OrderLine,
    payment::{Merchant, Received},
};
use uuid::Uuid;

use super::{locked, papers::small_pdf, take};

/// Books in memory, with a switch for every way it goes wrong, and hands to do what people do there. Clones are the same books.
#[derive(Debug, Clone)]
pub struct AnyLedger {
    organisation: OrganisationRef,
    traits: LedgerTraits,
    state: Arc<Mutex<State>>,
}

/// Everything goes to one account, unless told that something has none.
#[derive(Debug, Clone, Default)]
pub struct AnyCodes(Arc<Mutex<Option<String>>>);

#[derive(Debug, Default)]
struct State {
    documents: Vec<LedgerDocument>,
    /// Which documents changed, in order.
    changed: Vec<DocumentRef>,
    troubles: VecDeque<Trouble>,
    connection: Option<ConnectionTrouble>,
    hidden: u32,
    worked_out: Option<Money>,
    calls: LedgerCalls,
    asked: u32,
}

#[derive(Debug)]
enum Trouble {
    LoseAnswer,
    LoseRequest,
    Refuse(LedgerRefusal),
    Unreached,
    RateLimit(Duration),
}

/// How often each kind of writing was asked for, whatever came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerCalls {
    /// [`AccountingSystem::create`].
    pub create: u32,
    /// [`AccountingSystem::record_payment`].
    pub record_payment: u32,
}

impl Default for AnyLedger {
    fn default() -> Self {
        Self {
            organisation: OrganisationRef::new("any", "org-1"),
            traits: LedgerTraits::new(40),
            state: Arc::default(),
        }
    }
}

impl AnyLedger {
    /// The books of this organisation, whose documents have names of their own.
    #[must_use]
    pub fn of(organisation: &str) -> Self {
        Self {
            organisation: OrganisationRef::new("any", organisation),
            ..Self::default()
        }
    }

    /// Books in which what was made is found only after so long.
    #[must_use]
    pub fn finding_after(lag: Duration) -> Self {
        let known = Self::default();
        Self {
            traits: known.traits.clone().finds_after(lag),
            ..known
        }
    }

    /// The next writing happens, and nobody hears so.
    pub fn lose_the_next_answer(&self) {
        self.trouble(Trouble::LoseAnswer);
    }

    /// The next writing never arrives, and nobody hears so.
    pub fn lose_the_next_request(&self) {
        self.trouble(Trouble::LoseRequest);
    }

    /// The next writing is refused.
    pub fn refuse_next(&self, why: LedgerRefusal) {
        self.trouble(Trouble::Refuse(why));
    }

    /// The next writing does not reach it.
    pub fn fail_next(&self) {
        self.trouble(Trouble::Unreached);
    }

    /// The next writing is one too many: come back after so long.
    pub fn limit_next(&self, wait: Duration) {
        self.trouble(Trouble::RateLimit(wait));
    }

    /// From now on nobody is let in; with none, everybody is again.
    pub fn shut(&self, trouble: Option<ConnectionTrouble>) {
        locked(&self.state).connection = trouble;
    }

    /// The next `times` looks find nothing.
    pub fn hide(&self, times: u32) {
        locked(&self.state).hidden = times;
    }

    /// The next document comes to this there, whatever was asked.
    pub fn work_out(&self, total: Money) {
        locked(&self.state).worked_out = Some(total);
    }

    /// How often each kind of writing was asked for.
    #[must_use]
    pub fn calls(&self) -> LedgerCalls {
        locked(&self.state).calls
    }

    /// How often anything was asked at all.
    #[must_use]
    pub fn asked(&self) -> u32 {
        locked(&self.state).asked
    }

    /// Every document there is, the first one first.
    #[must_use]
    pub fn documents(&self) -> Vec<LedgerDocument> {
        locked(&self.state).documents.clone()
    }

    /// Somebody else makes a document there.
    pub fn put(&self, document: LedgerDocument) {
        let mut state = locked(&self.state);
        state.changed.push(document.document.clone());
        state.documents.push(document);
    }

    /// Somebody edits the document of this number there.
    pub fn edit(&self, number: &str, edit: impl FnOnce(&mut LedgerDocument)) {
        let mut state = locked(&self.state);
        let found = state.documents.iter_mut().rfind(|d| &*d.number == number);
        let document = found.unwrap();
        edit(document);
        let document = document.document.clone();
        state.changed.push(document);
    }

    /// Somebody takes it back there.
    pub fn void(&self, number: &str) {
        self.edit(number, |document| document.state = DocumentState::Voided);
    }

    /// Somebody pays it there, through the books' own link.
    pub fn pay_there(&self, number: &str, amount: Money) {
        self.edit(number, |document| {
            let name = PostedRef::new(format!("there-{}", document.payments.len()));
            let payment = LedgerPayment::new(name, None, amount);
            document.payments.push(payment);
            settle(document);
        });
    }

    /// Somebody takes out every payment there.
    pub fn take_payments_out(&self, number: &str) {
        self.edit(number, |document| {
            for payment in &mut document.payments {
                payment.deleted = true;
            }
            settle(document);
        });
    }

    fn trouble(&self, trouble: Trouble) {
        locked(&self.state).troubles.push_back(trouble);
    }

    fn asks(&self) -> Result<(), LedgerError> {
        let mut state = locked(&self.state);
        state.asked += 1;
        state
            .connection
            .map_or(Ok(()), |trouble| Err(trouble.into()))
    }

    /// A writing: what goes wrong before it, and whether its answer is lost.
    fn writes(&self) -> Result<bool, LedgerError> {
        let trouble = locked(&self.state).troubles.pop_front();
        Err(match trouble {
            None => return Ok(false),
            Some(Trouble::LoseAnswer) => return Ok(true),
            Some(Trouble::LoseRequest) => lost(),
            Some(Trouble::Refuse(why)) => why.into(),
            Some(Trouble::Unreached) => {
                let kind = AdapterErrorKind::Unavailable;
                said(kind, Disposition::NeverSent)
            }
            Some(Trouble::RateLimit(wait)) => {
                let retry_after = Some(wait);
                let kind = AdapterErrorKind::RateLimited { retry_after };
                said(kind, Disposition::Rejected)
            }
        })
    }
}

fn lost() -> LedgerError {
    said(AdapterErrorKind::Unavailable, Disposition::Unknown)
}

fn said(kind: AdapterErrorKind, disposition: Disposition) -> LedgerError {
    AdapterError::new(kind, disposition, "any-ledger", "write", "told to fail").into()
}

/// What is due, and how the document stands, follows from its payments.
fn settle(document: &mut LedgerDocument) {
    let zero = Money::zero(document.total.currency());
    let standing = document.payments.iter().filter(|p| !p.deleted);
    document.paid = standing.fold(zero, |sum, payment| sum.plus(payment.amount).unwrap());
    let due = document.total.minus(document.paid).unwrap();
    document.due = due.minus(document.credited).unwrap();
    let open = matches!(document.state, DocumentState::Open | DocumentState::Settled);
    if open {
        document.state = if document.due.is_positive() {
            DocumentState::Open
        } else {
            DocumentState::Settled
        };
    }
}

#[async_trait]
impl AccountingSystem for AnyLedger {
    fn name(&self) -> &'static str {
        "any"
    }

    fn shown_name(&self) -> &'static str {
        "The Books"
    }

    fn organisation(&self) -> &OrganisationRef {
        &self.organisation
    }

    fn traits(&self) -> &LedgerTraits {
        &self.traits
    }

    async fn check(&self) -> Result<Organisation, LedgerError> {
        self.asks()?;
        let eur: Currency = "EUR".parse().unwrap();
        Ok(Organisation::new("A school", eur))
    }

    async fn customer(
        &self,
        customer: &LedgerCustomer,
        _key: Uuid,
    ) -> Result<CustomerRef, LedgerError> {
        self.asks()?;
        let known = customer.known_as.clone();
        Ok(known.unwrap_or_else(|| CustomerRef::new(format!("customer-{}", customer.key))))
    }

    async fn find(&self, what: &FindDocument) -> Result<Option<LedgerDocument>, LedgerError> {
        self.asks()?;
        let mut state = locked(&self.state);
        if take(&mut state.hidden) {
            return Ok(None);
        }
        let documents = &state.documents;
        let found = match what {
            FindDocument::Document(document) => documents.iter().find(|d| d.document == *document),
            FindDocument::Number(number) => {
                let mut all = documents.iter().filter(|d| d.number == *number);
                let standing = all.clone().find(|d| d.state.stands());
                standing.or_else(|| all.next())
            }
            _ => None,
        };
        Ok(found.cloned())
    }

    async fn create(
        &self,
        draft: &InvoiceDraft,
        _key: Uuid,
    ) -> Result<LedgerDocument, LedgerError> {
        self.asks()?;
        locked(&self.state).calls.create += 1;
        let loses = self.writes()?;
        let mut state = locked(&self.state);
        if state.documents.iter().any(|d| d.number == draft.number) {
            return Err(LedgerRefusal::NumberTaken.into());
        }
        let name = DocumentRef::new(format!("doc-{}", state.documents.len() + 1));
        let total = state.worked_out.take().unwrap_or(draft.total);
        let lines = draft.lines.iter().map(|l| LedgerLine::new(None, l.amount));
        let document = LedgerDocument::new(
            name,
            Arc::clone(&draft.number),
            draft.customer.clone(),
            draft.date,
            total,
        )
        .with_lines(lines.collect());
        state.changed.push(document.document.clone());
        state.documents.push(document.clone());
        if loses { Err(lost()) } else { Ok(document) }
    }

    async fn record_payment(
        &self,
        payment: &PaymentPosting,
        _key: Uuid,
    ) -> Result<LedgerPayment, LedgerError> {
        self.asks()?;
        locked(&self.state).calls.record_payment += 1;
        let loses = self.writes()?;
        let mut state = locked(&self.state);
        let mut all = state.documents.iter_mut();
        let document = all.find(|d| d.document == payment.document);
        let document = document.ok_or(LedgerRefusal::NotFound)?;
        if document.state != DocumentState::Open {
            let state = document.state;
            return Err(LedgerRefusal::NotOpen { state }.into());
        }
        if payment.amount.amount() > document.due.amount() {
            return Err(LedgerRefusal::MoreThanDue.into());
        }
        let name = PostedRef::new(format!(
            "posted-{}",
            Uuid::new_v5(&Uuid::NAMESPACE_OID, payment.reference.as_bytes())
        ));
        let reference = Some(Arc::clone(&payment.reference));
        let posted = LedgerPayment::new(name, reference, payment.amount);
        document.payments.push(posted.clone());
        settle(document);
        let document = document.document.clone();
        state.changed.push(document);
        if loses { Err(lost()) } else { Ok(posted) }
    }

    async fn changes(&self, since: &ChangeCursor) -> Result<Changes, LedgerError> {
        self.asks()?;
        let state = locked(&self.state);
        let from = match since {
            ChangeCursor::Page(page) => page.parse().unwrap(),
            _ => 0,
        };
        let changed = state.changed.iter().skip(from);
        let mut documents: Vec<LedgerDocument> = vec![];
        for name in changed {
            let found = state.documents.iter().find(|d| d.document == *name);
            let mut document = found.unwrap().clone();
            // A list tells no lines and no payments.
            document.lines.clear();
            document.payments.clear();
            if !documents.contains(&document) {
                documents.push(document);
            }
        }
        let next = ChangeCursor::Page(state.changed.len().to_string().into());
        Ok(Changes::new(documents, next))
    }

    fn papers(&self) -> Option<Arc<dyn LedgerPapers>> {
        Some(Arc::new(self.clone()))
    }

    fn webhooks(&self) -> Option<Arc<dyn LedgerWebhooks>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl LedgerPapers for AnyLedger {
    async fn copy(&self, document: &DocumentRef) -> Result<DocumentBody, LedgerError> {
        self.asks()?;
        Ok(small_pdf(document.as_str()))
    }

    async fn pay_link(&self, document: &DocumentRef) -> Result<Option<String>, LedgerError> {
        self.asks()?;
        Ok(Some(format!(
            "https://books.example/pay/{}",
            document.as_str()
        )))
    }
}

impl AnyCodes {
    /// From now on nobody knows where this belongs; with none, everybody does again.
    pub fn forget(&self, what: Option<&str>) {
        *locked(&self.0) = what.map(str::to_owned);
    }

    fn known(&self) -> Result<(), Unmapped> {
        let missing = locked(&self.0).clone();
        missing.map_or(Ok(()), |what| Err(Unmapped::new(what)))
    }
}

impl CodeMap for AnyCodes {
    fn line(&self, _: &OrderDetails, _: &OrderLine) -> Result<LineCodes, Unmapped> {
        self.known()?;
        Ok(LineCodes::account("200"))
    }

    fn bank(&self, _: &Merchant, _: &Received) -> Result<Arc<str>, Unmapped> {
        self.known()?;
        Ok("090".into())
    }

    fn tax(&self, _: &OrderDetails) -> TaxIn {
        TaxIn::Amounts
    }
}
