//! The books as the portal sees them: calls that may not arrive, answers that may not come back, and times at which nobody is let in.
use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
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
use crate::{StoppedClock, fakes::locked};

/// How long an adapter waits for an answer.
const PATIENCE: chrono::Duration = chrono::Duration::minutes(1);

/// The way to the books. Clones are the same one.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    pub(super) below: Arc<dyn AccountingSystem>,
    pub(super) runtime: Arc<Runtime>,
    pub(super) clock: StoppedClock,
    pub(super) chance: Chance,
    pub(super) without: Option<Rule>,
    pub(super) seen: Arc<Mutex<Seen>>,
}

/// What went over it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    calm: bool,
    /// Every document that was made over it, whoever heard so.
    made: Vec<Made>,
    last: u128,
}

/// A document that was made for an order.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) order: Id<Order>,
    /// The number that was asked for.
    pub(super) number: Arc<str>,
    pub(super) document: DocumentRef,
}

impl Wire {
    /// From now on every call gets through and is answered.
    pub(super) fn calm_down(&self) {
        self.seen().calm = true;
    }

    pub(super) fn made(&self) -> Vec<Made> {
        self.seen().made.clone()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        locked(&self.seen)
    }

    async fn reads<T: Send>(
        &self,
        done: impl Future<Output = Result<T, LedgerError>> + Send,
    ) -> Result<T, LedgerError> {
        self.call(false, done).await
    }

    async fn writes<T: Send>(
        &self,
        done: impl Future<Output = Result<T, LedgerError>> + Send,
    ) -> Result<T, LedgerError> {
        self.call(true, done).await
    }

    /// The call arrives and is done, or one of both is not so. What is done is one step.
    async fn call<T: Send>(
        &self,
        writes: bool,
        done: impl Future<Output = Result<T, LedgerError>> + Send,
    ) -> Result<T, LedgerError> {
        let begun = self.clock.now();
        pause().await;
        let trouble = if self.seen().calm {
            1_000
        } else {
            self.chance.below(1_000)
        };
        let lost = || said(AdapterErrorKind::Unavailable, Disposition::Unknown);
        if self.clock.now() - begun > PATIENCE {
            return Err(lost());
        }
        match trouble {
            0..=29 => {
                return Err(said(AdapterErrorKind::Unavailable, Disposition::NeverSent));
            }
            30..=69 => return Err(lost()),
            70..=79 => {
                let retry_after = Some(Duration::from_mins(7));
                let kind = AdapterErrorKind::RateLimited { retry_after };
                return Err(said(kind, Disposition::Rejected));
            }
            80..=84 => return Err(ConnectionTrouble::ConsentNeeded.into()),
            85..=99 if writes => return Err(LedgerRefusal::PeriodLocked { until: None }.into()),
            _ => {}
        }
        let ended = self.runtime.block_on(done);
        pause().await;
        if (100..=189).contains(&trouble) {
            return Err(lost());
        }
        ended
    }

    async fn made_over_it(
        &self,
        draft: &InvoiceDraft,
        key: Uuid,
    ) -> Result<LedgerDocument, LedgerError> {
        let (mut draft, mut key) = (draft.clone(), key);
        let asked = Arc::clone(&draft.number);
        if self.without == Some(Rule::Numbers) {
            let mut seen = self.seen();
            seen.last += 1;
            draft.number = format!("{asked}/{}", seen.last).into();
            key = Uuid::from_u128(seen.last);
        }
        let made = self.below.create(&draft, key).await?;
        let mut seen = self.seen();
        if !seen.made.iter().any(|m| m.document == made.document) {
            seen.made.push(Made {
                order: draft.order,
                number: asked,
                document: made.document.clone(),
            });
        }
        Ok(made)
    }
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
        let blind = self.without == Some(Rule::LookFirst);
        Ok(found.filter(|_| !blind || !matches!(what, FindDocument::Number(_))))
    }

    async fn create(&self, draft: &InvoiceDraft, key: Uuid) -> Result<LedgerDocument, LedgerError> {
        self.writes(self.made_over_it(draft, key)).await
    }

    async fn record_payment(
        &self,
        payment: &PaymentPosting,
        key: Uuid,
    ) -> Result<LedgerPayment, LedgerError> {
        self.writes(self.below.record_payment(payment, key)).await
    }

    async fn changes(&self, since: &ChangeCursor) -> Result<Changes, LedgerError> {
        self.reads(self.below.changes(since)).await
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
