use std::{
    collections::BTreeSet,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use portal_core::{
    Clock as _, Currency, Id, Money,
    accounting::{
        AccountingSystem, ChangeCursor, CustomerRef, DocumentRef, DraftLine, FindDocument,
        InvoiceDraft, LedgerCustomer, LedgerDocument, LedgerError, LedgerPayment, LedgerTraits,
        PaymentPosting, PushedPayment, TaxIn,
    },
};
use uuid::Uuid;

use super::{Act, Candidate, Codes, Fault, FaultProxy, Skip};
use crate::StoppedClock;

/// A candidate, its adapter, and the proxy between them: what a case is given.
pub struct Trial {
    candidate: Box<dyn Candidate>,
    system: Arc<dyn AccountingSystem>,
    proxy: FaultProxy,
    drawn: AtomicU32,
}

impl fmt::Debug for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trial({})", self.system.name())
    }
}

impl Trial {
    /// Puts a candidate on trial.
    #[must_use]
    pub fn new(candidate: impl Candidate) -> Self {
        let proxy = FaultProxy::new(candidate.http(), &candidate.clock());
        let system = candidate.system(Arc::new(proxy.clone()));
        Self {
            candidate: Box::new(candidate),
            system,
            proxy,
            drawn: AtomicU32::new(0),
        }
    }

    /// The adapter.
    #[must_use]
    pub fn system(&self) -> &dyn AccountingSystem {
        &*self.system
    }

    /// Who plays the accounting system.
    #[must_use]
    pub fn candidate(&self) -> &dyn Candidate {
        &*self.candidate
    }

    /// What stands between the two.
    #[must_use]
    pub fn proxy(&self) -> &FaultProxy {
        &self.proxy
    }

    pub(super) fn traits(&self) -> &LedgerTraits {
        self.system.traits()
    }

    pub(super) fn clock(&self) -> StoppedClock {
        self.candidate.clock()
    }

    pub(super) fn codes(&self) -> Codes {
        self.candidate.codes()
    }

    /// The same adapter after a restart: nothing it remembered is left.
    pub(super) fn restarted(&self) -> Arc<dyn AccountingSystem> {
        self.candidate.system(Arc::new(self.proxy.clone()))
    }

    /// The next call goes wrong like that, on its first request. Whether it can be made to.
    pub(super) async fn fail_next(&self, fault: Fault) -> bool {
        if self.proxy.is_wired() {
            self.proxy.fail_next(fault);
            return true;
        }
        self.candidate.fail_next(fault).await
    }

    pub(super) async fn play(&self, act: Act<'_>, what: &'static str) -> Result<(), Skip> {
        if self.candidate.play(act).await {
            Ok(())
        } else {
            Err(Skip::NotPlayed(what))
        }
    }

    pub(super) fn draw(&self) -> u32 {
        self.drawn.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A key that was never used.
    pub(super) fn key(&self) -> Uuid {
        Uuid::from_u128(0xacc0_0000_0000 + u128::from(self.draw()))
    }

    /// Somebody new, as we know them.
    pub(super) fn person(&self) -> LedgerCustomer {
        let n = self.draw();
        let email = Some(format!("quillfeather{n}@example.com"));
        LedgerCustomer::new(format!("party-{n}"), format!("Zacharias Quillfeather {n}"))
            .with_email(email)
    }

    /// Somebody new, in the books.
    pub(super) async fn customer(&self) -> CustomerRef {
        let person = self.person();
        self.named(&person).await
    }

    pub(super) async fn named(&self, person: &LedgerCustomer) -> CustomerRef {
        let made = self.system.customer(person, self.key()).await;
        made.unwrap_or_else(|no| panic!("a sound customer was not taken: {no}"))
    }

    /// An invoice of two lines, for an amount that no other of this trial comes to.
    pub(super) fn draft(&self, customer: &CustomerRef) -> InvoiceDraft {
        let n = i64::from(self.draw());
        let currency = self.codes().currency;
        let line = |minor| Money::from_minor(minor, currency);
        self.draft_of(customer, &[line(100_17 + n), line(20_00)])
    }

    pub(super) fn draft_of(&self, customer: &CustomerRef, amounts: &[Money]) -> InvoiceDraft {
        let n = self.draw();
        let codes = self.codes();
        let currency = amounts[0].currency();
        let lines = amounts.iter().enumerate().map(|(at, amount)| {
            DraftLine::new(format!("Course {at}"), *amount, codes.line.clone())
        });
        let total = amounts.iter().fold(Money::zero(currency), |sum, amount| {
            sum.plus(*amount).unwrap()
        });
        let today = self.clock().now().date_naive();
        let number: String = format!("K-{n}")
            .chars()
            .take(self.traits().number_len)
            .collect();
        let order = Id::new(format!("order-{n}"));
        InvoiceDraft::new(
            number.into(),
            order,
            customer.clone(),
            today,
            lines.collect(),
            total,
        )
        .due_on(today + chrono::Days::new(14))
        .taxed(TaxIn::Amounts)
    }

    /// An invoice in the books.
    pub(super) async fn invoice(&self) -> (InvoiceDraft, LedgerDocument) {
        let draft = self.draft(&self.customer().await);
        let made = self.made(&draft).await;
        (draft, made)
    }

    pub(super) async fn made(&self, draft: &InvoiceDraft) -> LedgerDocument {
        let made = self.system.create(draft, self.key()).await;
        made.unwrap_or_else(|no| panic!("a sound invoice was not made: {no}"))
    }

    pub(super) async fn find(&self, what: &FindDocument) -> Option<LedgerDocument> {
        self.wait_for_the_index();
        let found = self.restarted().find(what).await;
        found.unwrap_or_else(|no| panic!("{what:?} could not be looked up: {no}"))
    }

    pub(super) async fn numbered(&self, number: &str) -> Option<LedgerDocument> {
        self.find(&FindDocument::Number(number.into())).await
    }

    pub(super) async fn seen(&self, document: &DocumentRef) -> LedgerDocument {
        let found = self.find(&FindDocument::Document(document.clone())).await;
        found.unwrap_or_else(|| panic!("{document:?} is in the books"))
    }

    /// Lets the time pass after which what was made is found.
    pub(super) fn wait_for_the_index(&self) {
        let lag = chrono::Duration::from_std(self.traits().finds_after).unwrap();
        self.clock().advance(lag);
    }

    /// A payment of this much, as it is to be recorded.
    pub(super) fn posting(&self, document: &DocumentRef, amount: Money) -> PaymentPosting {
        let today = self.clock().now().date_naive();
        let longest = self.traits().reference_len;
        let came = PushedPayment::new(Id::new(self.key().to_string()), amount);
        let reference = came.fitting(longest).reference();
        PaymentPosting::new(
            document.clone(),
            amount,
            today,
            self.codes().bank,
            reference,
        )
    }

    pub(super) async fn recorded(&self, posting: &PaymentPosting) -> LedgerPayment {
        let recorded = self.system.record_payment(posting, self.key()).await;
        recorded.unwrap_or_else(|no| panic!("a sound payment was not recorded: {no}"))
    }

    pub(super) fn money(&self, minor: i64) -> Money {
        Money::from_minor(minor, self.codes().currency)
    }

    /// A currency it keeps that has so many decimals.
    pub(super) fn currency(&self, exponent: u8) -> Option<Currency> {
        let Codes { currency, more, .. } = self.codes();
        let mut all = std::iter::once(currency).chain(more);
        all.find(|currency| currency.exponent() == exponent)
    }

    /// Everything that is told from here to the end, page after page, each by an adapter of its own; and where the end is.
    pub(super) async fn read(&self, from: &ChangeCursor) -> (BTreeSet<DocumentRef>, ChangeCursor) {
        let mut told = BTreeSet::new();
        let mut at = from.clone();
        for _ in 0..1000 {
            let (page, next, more) = self.page(&at).await;
            told.extend(page);
            at = next;
            if !more {
                return (told, at);
            }
        }
        panic!("a reading ends")
    }

    pub(super) async fn page(
        &self,
        at: &ChangeCursor,
    ) -> (BTreeSet<DocumentRef>, ChangeCursor, bool) {
        let page = self.restarted().changes(at).await;
        let page = page.unwrap_or_else(|no| panic!("changes could not be read: {no}"));
        let mut told: BTreeSet<DocumentRef> = page.touched.into_iter().collect();
        told.extend(page.documents.into_iter().map(|document| document.document));
        (told, page.next, page.more)
    }

    pub(super) fn now(&self) -> ChangeCursor {
        ChangeCursor::Since(self.clock().now())
    }
}

/// The refusal in an error; anything else breaks the promise.
pub(super) fn refusal<T: fmt::Debug>(
    answer: Result<T, LedgerError>,
    what: &str,
) -> portal_core::accounting::LedgerRefusal {
    match answer {
        Err(LedgerError::Refused(why)) => why,
        other => panic!("{what} is refused, with a reason that staff can mend, and not {other:?}"),
    }
}
