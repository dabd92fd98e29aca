//! Looking into the books: what became of our documents there.
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    AccountingWork, DocumentRef, ExportKey, ExportState, FindDocument, LedgerDocument, LedgerError,
    case::{ATTEMPTS, Case, Written, link_of, now_is, owing, staff_task},
    rules::heard,
    trouble::Trouble,
};
use crate::{
    Error, Id, Order, effect::StaffTask, order::LedgerLink, payment::Worked, portal::Wiring,
};

impl Wiring {
    /// Looks at one document now, and writes down what is new about it.
    pub(super) async fn look_at(&self, document: &DocumentRef) -> Result<Worked, Error> {
        if self.order_of(document).await?.is_none() {
            return Ok(Worked::Done);
        }
        if let Some(later) = self.books_free().await? {
            return Ok(later);
        }
        let now = self.clock.now();
        let system = &self.ledger()?.system;
        let what = FindDocument::Document(document.clone());
        let there = match system.find(&what).await {
            Ok(there) => there,
            Err(error) => return self.looked_in_vain(error, now).await,
        };
        let Some(there) = there else {
            // Voided and deleted ones are found too. What is not found at all proves nothing: the order stays as it is.
            let why = "the document is not found there".to_owned();
            return Ok(Worked::GivenUp(why));
        };
        self.take_document(&there, true).await?;
        match self.fetch_pay_link(&there).await? {
            Some(error) => self.looked_in_vain(error, now).await,
            None => Ok(Worked::Done),
        }
    }

    async fn looked_in_vain(
        &self,
        error: LedgerError,
        since: DateTime<Utc>,
    ) -> Result<Worked, Error> {
        Ok(match self.reading(error, since).await? {
            Trouble::Wait(at, why) => Worked::Again(at, why),
            Trouble::Unknown(why) => self.come_back(&why),
            Trouble::Staff(why) => Worked::GivenUp(why.to_string()),
        })
    }

    /// What a document says, whoever told of it.
    pub(super) async fn take_document(
        &self,
        document: &LedgerDocument,
        whole: bool,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let Some(order) = self.order_of(&document.document).await? else {
                return Ok(());
            };
            let (case, now) = (self.case(&order).await?, self.clock.now());
            let Some(known) = case.export() else {
                return Ok(());
            };
            let Some(heard) = heard(known, document, whole, now) else {
                return Ok(());
            };
            let mut decision = now_is(case.moved("export.look", now), &heard);
            if heard.state != known.state {
                let link = link_of(&heard, &self.ledger()?.shown, None);
                decision = case.telling(decision, link);
            }
            if !whole && heard.state == known.state && !heard.payments.is_empty() {
                // A list does not tell payments: whether one of ours was taken out takes a look.
                let document = document.document.clone();
                decision = owing(decision, "look", AccountingWork::LookAt { document });
            }
            let forgotten = heard.state == ExportState::Forgotten && heard.document.is_some();
            if forgotten || (heard.needs_attention() && heard != *known) {
                decision = staff_task(decision, StaffTask::LedgerReview);
            }
            if self.keep(decision).await? == Written::Done {
                return Ok(());
            }
        }
        Err(Error::Contended)
    }

    /// Customers of a locked order are told where the books themselves take a payment. Answers what went wrong.
    async fn fetch_pay_link(
        &self,
        document: &LedgerDocument,
    ) -> Result<Option<LedgerError>, Error> {
        let ledger = self.ledger()?;
        let Some(papers) = ledger.system.papers() else {
            return Ok(None);
        };
        let Some(order) = self.order_of(&document.document).await? else {
            return Ok(None);
        };
        let link = match papers.pay_link(&document.document).await {
            Ok(link) => link.filter(|link| link.starts_with("https://")),
            Err(error) => return Ok(Some(error)),
        };
        let Some(link) = link.map(Arc::<str>::from) else {
            return Ok(None);
        };
        for _ in 0..ATTEMPTS {
            let case = self.case(&order).await?;
            if !shows_another(&case, &link) {
                return Ok(None);
            }
            let Some(export) = case.export() else {
                return Ok(None);
            };
            let shown = link_of(export, &ledger.shown, Some(Arc::clone(&link)));
            let decision = now_is(case.moved("export.pay-link", self.clock.now()), export);
            if self.keep(case.telling(decision, shown)).await? == Written::Done {
                return Ok(None);
            }
        }
        Err(Error::Contended)
    }

    pub(super) async fn order_of(
        &self,
        document: &DocumentRef,
    ) -> Result<Option<Id<Order>>, Error> {
        let books = self.ledger()?.system.organisation().clone();
        let key = ExportKey::Document(books, document.clone());
        let found = self.accounting_store()?.export(&key).await?;
        Ok(found.map(|export| export.value.order))
    }
}

fn shows_another(case: &Case, link: &Arc<str>) -> bool {
    let connected = case
        .export()
        .is_some_and(|export| export.state == ExportState::Connected);
    let ledger = case.details().map(|details| &details.order.ledger);
    let shown = match ledger {
        Some(LedgerLink::Connected { pay_link, .. }) => pay_link.as_ref(),
        _ => return false,
    };
    connected && shown != Some(link)
}
