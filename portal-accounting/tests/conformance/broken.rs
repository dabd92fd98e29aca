//! A journal behind somebody who breaks one promise.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use portal_core::{
    Money,
    accounting::{
        AccountingSystem, ChangeCursor, Changes, ConnectionTrouble, CustomerRef, DocumentRef,
        DocumentState, FindDocument, InvoiceDraft, LedgerCustomer, LedgerDocument, LedgerError,
        LedgerPayment, LedgerRefusal, LedgerTraits, Notes, Organisation, OrganisationRef,
        PaymentPosting, PostedRef, Voiding,
    },
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    http::HttpClient,
    uuid::Uuid,
};
use portal_testkit::{
    StoppedClock,
    accounting::{Act, Books, Candidate, Codes, Fault},
};

use super::journal::Kept;

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    Nothing,
    ShoutsItsName,
    PrintsItsSecret,
    QuotesItsSecret,
    MakesACustomerEachTime,
    TakesOneOfTheSameName,
    FindsNothingAfterARestart,
    WritesOverNumbers,
    CutsNumbers,
    FindsDeletedPayments,
    SaysVoidedIsOpen,
    SaysNumberTakenForAll,
    RoundsToTens,
    SaysThePromisedTotal,
    ForgetsReferences,
    TakesMoreThanIsDue,
    RejectsWhatTimedOut,
    RejectsWhatBroke,
    CallsARefusedConnectionUnknown,
    CallsNoAnswerNothing,
    CallsNoAnswerNoChanges,
    ForgetsToWait,
    SkipsTheFirstOfEachPage,
    AdvancesWithoutReading,
    IgnoresTheLock,
    CallsUnknownCodesInvalid,
    VoidsWhatIsPaid,
    TakesBackNothing,
    CallsConsentAnOutage,
}

/// Its secret, which nobody may read.
pub(crate) const SECRET: &str = "ledger-secret-7f3a";

#[derive(Debug)]
pub(crate) struct Suspect {
    kept: Kept,
    broken: Broken,
    wire: Arc<Wire>,
}

/// What goes wrong next, as a network would have it.
#[derive(Debug, Default)]
struct Wire {
    fault: Mutex<Option<Fault>>,
    revoked: Mutex<bool>,
    names: AtomicU64,
}

pub(crate) async fn suspect(broken: Broken) -> Suspect {
    Suspect {
        kept: super::journal::in_memory().await,
        broken,
        wire: Arc::default(),
    }
}

#[async_trait]
impl Candidate for Suspect {
    fn system(&self, http: Arc<dyn HttpClient>) -> Arc<dyn AccountingSystem> {
        let inner = self.kept.system(http);
        let cut = LedgerTraits::new(inner.traits().number_len).repeats(inner.traits().repeats);
        let id = Arc::clone(&inner.organisation().id);
        Arc::new(Ledger {
            organisation: OrganisationRef::new(name(self.broken), id),
            traits: cut,
            inner,
            broken: self.broken,
            wire: Arc::clone(&self.wire),
            restarted: Mutex::new(self.wire.names.fetch_add(1, Ordering::Relaxed) > 0),
        })
    }

    fn clock(&self) -> StoppedClock {
        self.kept.clock()
    }

    fn codes(&self) -> Codes {
        self.kept.codes()
    }

    async fn play(&self, act: Act<'_>) -> bool {
        match act {
            Act::Revoke => *self.wire.revoked.lock().unwrap() = true,
            Act::Limit(wait) if wait == Fault::COME_BACK => return false,
            other => return self.kept.play(other).await,
        }
        true
    }

    async fn books(&self) -> Books {
        self.kept.books().await
    }

    async fn fail_next(&self, fault: Fault) -> bool {
        *self.wire.fault.lock().unwrap() = Some(fault);
        true
    }

    fn secrets(&self) -> Vec<String> {
        vec![SECRET.to_owned()]
    }
}

fn name(broken: Broken) -> &'static str {
    if broken == Broken::ShoutsItsName {
        "Broken Ledger!"
    } else {
        "suspect"
    }
}

struct Ledger {
    organisation: OrganisationRef,
    traits: LedgerTraits,
    inner: Arc<dyn AccountingSystem>,
    broken: Broken,
    wire: Arc<Wire>,
    restarted: Mutex<bool>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let secret = if self.has(Broken::PrintsItsSecret) {
            SECRET
        } else {
            ".."
        };
        write!(f, "Ledger({secret})")
    }
}

impl Ledger {
    fn has(&self, broken: Broken) -> bool {
        self.broken == broken
    }

    fn no(&self, kind: Kind, disposition: Disposition, why: &str) -> LedgerError {
        let why = if self.has(Broken::QuotesItsSecret) {
            format!("{why}, though {SECRET} was sent")
        } else {
            why.to_owned()
        };
        LedgerError::Adapter(AdapterError::new(kind, disposition, "suspect", "ask", why))
    }

    /// What goes wrong now: before it is done, or after.
    fn fault(&self) -> Result<Option<LedgerError>, LedgerError> {
        if *self.wire.revoked.lock().unwrap() {
            return Err(if self.has(Broken::CallsConsentAnOutage) {
                self.no(Kind::Unavailable, Disposition::Rejected, "out of order")
            } else {
                ConnectionTrouble::Revoked.into()
            });
        }
        let unknown = |broken| {
            let disposition = if self.has(broken) {
                Disposition::Rejected
            } else {
                Disposition::Unknown
            };
            self.no(Kind::Unavailable, disposition, "no answer")
        };
        let Some(fault) = self.wire.fault.lock().unwrap().take() else {
            return Ok(None);
        };
        match fault {
            Fault::Refuse => {
                let disposition = if self.has(Broken::CallsARefusedConnectionUnknown) {
                    Disposition::Unknown
                } else {
                    Disposition::NeverSent
                };
                Err(self.no(Kind::Unavailable, disposition, "connection refused"))
            }
            Fault::TooMany => {
                let retry_after = (!self.has(Broken::ForgetsToWait)).then_some(Fault::COME_BACK);
                Err(self.no(
                    Kind::RateLimited { retry_after },
                    Disposition::Rejected,
                    "too many",
                ))
            }
            Fault::LoseTheAnswer | Fault::CutTheAnswer => {
                Ok(Some(unknown(Broken::RejectsWhatTimedOut)))
            }
            Fault::LoseTheRequest => Err(unknown(Broken::RejectsWhatTimedOut)),
            Fault::InProgress => Err(self.no(Kind::InProgress, Disposition::Unknown, "under way")),
            _ => Err(unknown(Broken::RejectsWhatBroke)),
        }
    }

    fn seen(&self, mut document: LedgerDocument) -> LedgerDocument {
        if self.has(Broken::FindsDeletedPayments) {
            document.payments.iter_mut().for_each(|p| p.deleted = false);
        }
        if self.has(Broken::SaysVoidedIsOpen) && document.state == DocumentState::Voided {
            document.state = DocumentState::Open;
        }
        if self.has(Broken::ForgetsReferences) {
            document
                .payments
                .iter_mut()
                .for_each(|p| p.reference = None);
        }
        document
    }
}

#[async_trait]
impl AccountingSystem for Ledger {
    fn name(&self) -> &str {
        name(self.broken)
    }

    fn shown_name(&self) -> &'static str {
        "Suspect"
    }

    fn organisation(&self) -> &OrganisationRef {
        &self.organisation
    }

    fn traits(&self) -> &LedgerTraits {
        &self.traits
    }

    async fn check(&self) -> Result<Organisation, LedgerError> {
        self.fault()?;
        self.inner.check().await
    }

    async fn customer(
        &self,
        customer: &LedgerCustomer,
        key: Uuid,
    ) -> Result<CustomerRef, LedgerError> {
        let lost = self.fault()?;
        let mut asked = customer.clone();
        if self.has(Broken::MakesACustomerEachTime) {
            let n = self.wire.names.fetch_add(1, Ordering::Relaxed);
            asked.key = format!("{}-{n}", customer.key).into();
        }
        if self.has(Broken::TakesOneOfTheSameName) {
            asked.key = customer.name.as_str().into();
        }
        let made = self.inner.customer(&asked, key).await?;
        lost.map_or(Ok(made), Err)
    }

    async fn find(&self, what: &FindDocument) -> Result<Option<LedgerDocument>, LedgerError> {
        match self.fault() {
            Ok(None) => {}
            Ok(Some(_)) | Err(_) if self.has(Broken::CallsNoAnswerNothing) => return Ok(None),
            Ok(Some(no)) | Err(no) => return Err(no),
        }
        if self.has(Broken::FindsNothingAfterARestart) && *self.restarted.lock().unwrap() {
            return Ok(None);
        }
        Ok(self.inner.find(what).await?.map(|found| self.seen(found)))
    }

    async fn create(&self, draft: &InvoiceDraft, key: Uuid) -> Result<LedgerDocument, LedgerError> {
        let lost = self.fault()?;
        let mut asked = draft.clone();
        if self.has(Broken::RoundsToTens) {
            let round = |money: Money| Money::from_minor(money.minor() / 10 * 10, money.currency());
            asked
                .lines
                .iter_mut()
                .for_each(|line| line.amount = round(line.amount));
            asked.total = asked
                .lines
                .iter()
                .fold(Money::zero(draft.currency), |sum, line| {
                    sum.plus(line.amount).unwrap()
                });
        }
        if self.has(Broken::SaysThePromisedTotal) {
            asked.total = asked
                .lines
                .iter()
                .fold(Money::zero(draft.currency), |sum, line| {
                    sum.plus(line.amount).unwrap()
                });
        }
        if self.has(Broken::CutsNumbers) {
            asked.number = asked.number.chars().take(50).collect::<String>().into();
        }
        let mut made = self.inner.create(&asked, key).await;
        if self.has(Broken::WritesOverNumbers)
            && matches!(made, Err(LedgerError::Refused(LedgerRefusal::NumberTaken)))
        {
            made = Ok(self
                .inner
                .find(&FindDocument::Number(Arc::clone(&draft.number)))
                .await?
                .unwrap());
        }
        let made = match made {
            Err(LedgerError::Refused(LedgerRefusal::UnknownCode { code }))
                if self.has(Broken::CallsUnknownCodesInvalid) =>
            {
                return Err(LedgerRefusal::Invalid {
                    messages: vec![code],
                }
                .into());
            }
            Err(LedgerError::Refused(LedgerRefusal::PeriodLocked { .. }))
                if self.has(Broken::IgnoresTheLock) =>
            {
                asked.date = asked.date + portal_core::chrono::Days::new(1);
                self.inner.create(&asked, key).await?
            }
            Err(LedgerError::Refused(_)) if self.has(Broken::SaysNumberTakenForAll) => {
                return Err(LedgerRefusal::NumberTaken.into());
            }
            other => other?,
        };
        let mut made = made;
        if self.has(Broken::SaysThePromisedTotal) {
            (made.total, made.due) = (draft.total, draft.total);
        }
        lost.map_or(Ok(made), Err)
    }

    async fn record_payment(
        &self,
        payment: &PaymentPosting,
        key: Uuid,
    ) -> Result<LedgerPayment, LedgerError> {
        let lost = self.fault()?;
        let mut asked = payment.clone();
        let found = self
            .inner
            .find(&FindDocument::Document(payment.document.clone()))
            .await?;
        let due = found
            .map(|found| found.due)
            .filter(|due| due.minor() < payment.amount.minor());
        if let Some(due) =
            due.filter(|due| due.is_positive() && self.has(Broken::TakesMoreThanIsDue))
        {
            asked.amount = due;
        }
        if self.has(Broken::ForgetsReferences) {
            let n = self.wire.names.fetch_add(1, Ordering::Relaxed);
            asked.reference = format!("{}#{n}", asked.reference).into();
        }
        let made = self.inner.record_payment(&asked, key).await?;
        lost.map_or(Ok(made), Err)
    }

    async fn changes(&self, since: &ChangeCursor) -> Result<Changes, LedgerError> {
        match self.fault() {
            Ok(None) => {}
            Ok(Some(_)) | Err(_) if self.has(Broken::CallsNoAnswerNoChanges) => {
                let end = self
                    .inner
                    .changes(&ChangeCursor::Page("0".into()))
                    .await?
                    .next;
                return Ok(Changes::new(vec![], end));
            }
            Ok(Some(no)) | Err(no) => return Err(no),
        }
        let mut page = self.inner.changes(since).await?;
        if self.has(Broken::SkipsTheFirstOfEachPage) && !page.documents.is_empty() {
            page.documents.remove(0);
        }
        if self.has(Broken::AdvancesWithoutReading) {
            page.documents.clear();
        }
        Ok(page)
    }

    fn notes(&self) -> Option<Arc<dyn Notes>> {
        self.inner.notes()
    }

    fn voiding(&self) -> Option<Arc<dyn Voiding>> {
        Some(Arc::new(Takes {
            inner: self.inner.voiding().unwrap(),
            broken: self.broken,
            system: Arc::clone(&self.inner),
        }))
    }
}

#[derive(Debug)]
struct Takes {
    inner: Arc<dyn Voiding>,
    broken: Broken,
    system: Arc<dyn AccountingSystem>,
}

#[async_trait]
impl Voiding for Takes {
    async fn void(&self, document: &DocumentRef, key: Uuid) -> Result<LedgerDocument, LedgerError> {
        let found = self
            .system
            .find(&FindDocument::Document(document.clone()))
            .await?
            .unwrap();
        if self.broken == Broken::VoidsWhatIsPaid && found.paid.is_positive() {
            return Ok(found.standing(DocumentState::Voided));
        }
        self.inner.void(document, key).await
    }

    async fn take_back(&self, payment: &PostedRef, key: Uuid) -> Result<(), LedgerError> {
        if self.broken == Broken::TakesBackNothing {
            return Ok(());
        }
        self.inner.take_back(payment, key).await
    }
}
