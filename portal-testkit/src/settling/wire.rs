//! The books as the portal sees them: calls that may not arrive, or late, answers that may not come back, and times at which nobody is let in.
use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    Clock as _, DocumentBody, Id, Order,
    accounting::{
        AccountingSystem, ChangeCursor, Changes, ConnectionTrouble, CustomerRef, DocumentRef,
        FindDocument, InvoiceDraft, LedgerCustomer, LedgerDocument, LedgerError, LedgerPapers,
        LedgerPayment, LedgerRefusal, LedgerTraits, LedgerWebhooks, Organisation, OrganisationRef,
        PaymentPosting,
    },
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::{Rule, chance::Chance, stage::pause};
use crate::{
    StoppedClock,
    accounting::{Fault, FaultProxy},
    fakes::locked,
};

/// How long an adapter waits for an answer, and how late at most a call arrives that nobody waits for any more.
const PATIENCE: TimeDelta = TimeDelta::minutes(1);

/// The way to the books. Clones are the same one.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    pub(super) below: Arc<dyn AccountingSystem>,
    /// What the adapter itself speaks over, where it does.
    pub(super) network: FaultProxy,
    pub(super) runtime: Arc<Runtime>,
    pub(super) clock: StoppedClock,
    pub(super) chance: Chance,
    pub(super) without: Option<Rule>,
    pub(super) seen: Arc<Mutex<Seen>>,
}

/// What went over it.
#[derive(Default)]
pub(super) struct Seen {
    calm: bool,
    /// Every document that was to be made over it, whatever came of that.
    asked: Vec<Asked>,
    /// What nobody waits for any more, and when it arrives all the same.
    late: Vec<(DateTime<Utc>, Call<()>)>,
    last: u128,
}

/// A call on its way.
type Call<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A call that changes something, for as long as somebody waits for its answer. Afterwards it may arrive all the same.
struct Underway<T: Send + 'static> {
    done: Option<Call<Result<T, LedgerError>>>,
    begun: DateTime<Utc>,
    wire: Wire,
}

/// A document that was to be made for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) order: Id<Order>,
    /// The number that was asked for.
    pub(super) number: Arc<str>,
    /// The one that was sent.
    pub(super) sent: Arc<str>,
}

impl Wire {
    /// From now on every call gets through and is answered.
    pub(super) fn calm_down(&self) {
        self.seen().calm = true;
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.seen().asked.clone()
    }

    /// What arrives late arrives, if its time comes by then.
    pub(super) fn arrive_until(&self, then: DateTime<Utc>) {
        loop {
            let mut seen = self.seen();
            let Some(at) = seen.late.iter().position(|(at, _)| *at <= then) else {
                return;
            };
            let (_, late) = seen.late.swap_remove(at);
            drop(seen);
            self.runtime.block_on(late);
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        locked(&self.seen)
    }

    async fn reads<T: Send>(
        &self,
        done: impl Future<Output = Result<T, LedgerError>> + Send,
    ) -> Result<T, LedgerError> {
        let begun = self.clock.now();
        pause().await;
        let trouble = self.trouble(1_000, begun);
        if let Some(error) = trouble.before(false) {
            return Err(error);
        }
        let ended = self.stepped(done);
        pause().await;
        trouble.after(ended)
    }

    /// `of`: the fewer, the more goes wrong.
    async fn writes<T: Send + 'static>(
        &self,
        of: usize,
        done: impl Future<Output = Result<T, LedgerError>> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let mut underway = Underway {
            done: Some(Box::pin(done)),
            begun: self.clock.now(),
            wire: self.clone(),
        };
        pause().await;
        let trouble = self.trouble(of, underway.begun);
        if let Some(error) = trouble.before(true) {
            if !is_unknown(&error) {
                underway.done = None;
            }
            return Err(error);
        }
        let ended = self.stepped(underway.done.take().unwrap());
        pause().await;
        trouble.after(ended)
    }

    /// What is to become of a call that began then.
    fn trouble(&self, of: usize, begun: DateTime<Utc>) -> Trouble {
        if self.seen().calm {
            Trouble(1_000)
        } else if self.clock.now() - begun > PATIENCE {
            Trouble(Trouble::LOST)
        } else {
            Trouble(self.chance.below(of))
        }
    }

    /// What is done there is one step, in which one request of several may go wrong.
    fn stepped<T>(
        &self,
        done: impl Future<Output = Result<T, LedgerError>>,
    ) -> Result<T, LedgerError> {
        let fails = self.network.is_wired() && !self.seen().calm && self.chance.percent(15);
        if fails {
            let fault = Fault::ALL[self.chance.below(Fault::ALL.len())];
            self.network.fail_after(self.chance.below(3), fault);
        }
        let ended = self.runtime.block_on(done);
        self.network.heal();
        ended
    }

    async fn made_over_it(
        self,
        mut draft: InvoiceDraft,
        mut key: Uuid,
    ) -> Result<LedgerDocument, LedgerError> {
        let number = Arc::clone(&draft.number);
        if self.without == Some(Rule::Numbers) {
            let last = self.seen().one_more();
            draft.number = format!("{number}/{last}").into();
            key = Uuid::from_u128(last);
        }
        self.seen().note(Asked {
            order: draft.order.clone(),
            number,
            sent: Arc::clone(&draft.number),
        });
        self.below.create(&draft, key).await
    }
}

/// A number of a thousand: what becomes of a call.
#[derive(Clone, Copy)]
struct Trouble(usize);

impl Trouble {
    const LOST: usize = 30;

    /// Why it does not arrive, as whoever called is told.
    fn before(self, writes: bool) -> Option<LedgerError> {
        match self.0 {
            0..=29 => Some(said(AdapterErrorKind::Unavailable, Disposition::NeverSent)),
            Self::LOST..=69 => Some(lost()),
            70..=79 => {
                let retry_after = Some(Duration::from_mins(7));
                let kind = AdapterErrorKind::RateLimited { retry_after };
                Some(said(kind, Disposition::Rejected))
            }
            80..=84 => Some(ConnectionTrouble::ConsentNeeded.into()),
            85..=99 if writes => Some(LedgerRefusal::PeriodLocked { until: None }.into()),
            _ => None,
        }
    }

    /// What is heard of how it ended.
    fn after<T>(self, ended: Result<T, LedgerError>) -> Result<T, LedgerError> {
        if (100..=189).contains(&self.0) {
            return Err(lost());
        }
        ended
    }
}

impl<T: Send + 'static> Drop for Underway<T> {
    fn drop(&mut self) {
        let now = self.wire.clock.now();
        let Some(done) = self.done.take().filter(|_| now - self.begun <= PATIENCE) else {
            return;
        };
        let chance = &self.wire.chance;
        if chance.percent(50) {
            let seconds = i64::try_from(chance.below(60)).unwrap();
            let at = self.begun + TimeDelta::seconds(seconds);
            let late = Box::pin(async move { drop(done.await) });
            self.wire.seen().late.push((at, late));
        }
    }
}

impl Seen {
    fn one_more(&mut self) -> u128 {
        self.last += 1;
        self.last
    }

    fn note(&mut self, asked: Asked) {
        if !self.asked.contains(&asked) {
            self.asked.push(asked);
        }
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.asked.fmt(f)
    }
}

fn lost() -> LedgerError {
    said(AdapterErrorKind::Unavailable, Disposition::Unknown)
}

fn is_unknown(error: &LedgerError) -> bool {
    error.disposition() == Disposition::Unknown
}

fn said(kind: AdapterErrorKind, disposition: Disposition) -> LedgerError {
    AdapterError::new(kind, disposition, "books", "call", "no answer").into()
}

#[async_trait]
impl AccountingSystem for Wire {
    fn name(&self) -> &str {
        self.below.name()
    }

    fn shown_name(&self) -> &str {
        self.below.shown_name()
    }

    fn organisation(&self) -> &OrganisationRef {
        self.below.organisation()
    }

    fn traits(&self) -> &LedgerTraits {
        self.below.traits()
    }

    async fn check(&self) -> Result<Organisation, LedgerError> {
        self.reads(self.below.check()).await
    }

    async fn customer(
        &self,
        customer: &LedgerCustomer,
        key: Uuid,
    ) -> Result<CustomerRef, LedgerError> {
        self.reads(self.below.customer(customer, key)).await
    }

    async fn find(&self, what: &FindDocument) -> Result<Option<LedgerDocument>, LedgerError> {
        let found = self.reads(self.below.find(what)).await?;
        Ok(match (self.without, what) {
            (Some(Rule::LookFirst), FindDocument::Number(_)) => None,
            (Some(Rule::LookForPayments), _) => found.map(|found| found.with_payments(vec![])),
            _ => found,
        })
    }

    async fn create(&self, draft: &InvoiceDraft, key: Uuid) -> Result<LedgerDocument, LedgerError> {
        self.writes(1_000, self.clone().made_over_it(draft.clone(), key))
            .await
    }

    async fn record_payment(
        &self,
        payment: &PaymentPosting,
        key: Uuid,
    ) -> Result<LedgerPayment, LedgerError> {
        let (below, payment) = (Arc::clone(&self.below), payment.clone());
        let done = async move { below.record_payment(&payment, key).await };
        // There are few of them.
        self.writes(400, done).await
    }

    async fn changes(&self, since: &ChangeCursor) -> Result<Changes, LedgerError> {
        self.reads(self.below.changes(since)).await
    }

    async fn keep_up(&self) -> Result<(), LedgerError> {
        self.reads(self.below.keep_up()).await
    }

    fn papers(&self) -> Option<Arc<dyn LedgerPapers>> {
        self.below.papers()?;
        Some(Arc::new(self.clone()))
    }

    fn webhooks(&self) -> Option<Arc<dyn LedgerWebhooks>> {
        self.below.webhooks()
    }
}

#[async_trait]
impl LedgerPapers for Wire {
    async fn copy(&self, document: &DocumentRef) -> Result<DocumentBody, LedgerError> {
        let papers = self.below.papers().unwrap();
        self.reads(papers.copy(document)).await
    }

    async fn pay_link(&self, document: &DocumentRef) -> Result<Option<String>, LedgerError> {
        let papers = self.below.papers().unwrap();
        self.reads(papers.pay_link(document)).await
    }
}
