use async_trait::async_trait;
use portal_core::{
    Id, Listing, Loaded, Order, Page, StoreError,
    accounting::{
        AccountingStore, DocumentRef, Export, ExportKey, LedgerConnection, OrganisationRef,
    },
    memory::Memory,
    payment::{Applied, PaymentRef, PaymentStore, Received},
    store::Cursor,
};
use portal_testkit::facts::{test_account, test_books};

use super::store::by_offset;

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BooksFault {
    ForgetsWhoseBooks,
    FindsNoDocumentGivenLater,
    ListsStuckExportsOnly,
    ListsExportsNewestFirst,
    ListsExportsByTheInstantAlone,
    PagesExportsByOffset,
    TakesAnyMarkerForExports,
    KnowsOneConnection,
    ListsMoneyLastFirst,
    CountsMoneyThatPaysForNothing,
    ListsMoneyWithoutEnd,
    ForgetsTheBaseline,
    ForgetsThePause,
    TrimsDocuments,
}

use BooksFault as F;

/// A memory that keeps the books right but for one thing.
#[derive(Debug)]
pub(crate) struct FaultyBooks {
    memory: Memory,
    fault: BooksFault,
}

impl FaultyBooks {
    pub(crate) fn new(memory: Memory, fault: BooksFault) -> Self {
        Self { memory, fault }
    }

    /// All that was received in the payments that the cases name, of an order.
    async fn all_received(&self, order: &Id<Order>) -> Vec<Received> {
        let mut all = vec![];
        for number in 0..200 {
            let name = PaymentRef::new(format!("pi_{number}"));
            let id = Received::key(&test_account(), &name);
            all.extend(self.memory.received(&id).await.unwrap());
        }
        let all = all.into_iter().map(|found| found.value);
        let pays = |one: &Received| matches!(&one.applied, Applied::To(paid) if paid == order);
        all.filter(pays).collect()
    }
}

#[async_trait]
impl AccountingStore for FaultyBooks {
    async fn export(&self, by: &ExportKey) -> Result<Option<Loaded<Export>>, StoreError> {
        let by = match (self.fault, by) {
            (F::ForgetsWhoseBooks, ExportKey::Document(_, document)) => {
                ExportKey::Document(test_books(), document.clone())
            }
            (F::TrimsDocuments, ExportKey::Document(books, document)) => {
                let document = DocumentRef::new(document.as_str().trim());
                ExportKey::Document(books.clone(), document)
            }
            (_, by) => by.clone(),
        };
        let found = self.memory.export(&by).await?;
        Ok(match (self.fault, found) {
            (F::FindsNoDocumentGivenLater, Some(found))
                if matches!(by, ExportKey::Document(..))
                    && found.seen.iter().any(|(_, version)| !version.is_number(1)) =>
            {
                None
            }
            (F::ForgetsTheBaseline, Some(mut found)) => {
                found.value.baseline = None;
                Some(found)
            }
            (_, found) => found,
        })
    }

    async fn exports_needing_attention(&self, page: &Page) -> Result<Listing<Export>, StoreError> {
        let all = self
            .memory
            .exports_needing_attention(&Page::first(100))
            .await?
            .items;
        match self.fault {
            F::ListsStuckExportsOnly => {
                let is_stuck = |one: &Export| {
                    let mut alone = one.clone();
                    alone.payments.clear();
                    alone.needs_attention()
                };
                by_offset(all.into_iter().filter(is_stuck).collect(), page)
            }
            F::ListsExportsNewestFirst => by_offset(all.into_iter().rev().collect(), page),
            F::ListsExportsByTheInstantAlone => {
                let after = page.after.as_ref().map(|after| after.as_str().to_owned());
                let later = |one: &Export| {
                    let at = one.stands_since.to_rfc3339();
                    after.as_ref().is_none_or(|after| at > *after)
                };
                let rest = all.into_iter().filter(later).take(page.len() + 1);
                let marker = |last: &Export| Cursor::new(last.stands_since.to_rfc3339());
                Ok(Listing::cut(rest.collect(), page, marker))
            }
            F::PagesExportsByOffset => by_offset(all, page),
            F::TakesAnyMarkerForExports => {
                match self.memory.exports_needing_attention(page).await {
                    Err(StoreError::BadCursor) => {
                        let first = Page::first(page.size.get());
                        self.memory.exports_needing_attention(&first).await
                    }
                    found => found,
                }
            }
            _ => self.memory.exports_needing_attention(page).await,
        }
    }

    async fn connection(
        &self,
        books: &OrganisationRef,
    ) -> Result<Option<Loaded<LedgerConnection>>, StoreError> {
        let books = match self.fault {
            F::KnowsOneConnection => &test_books(),
            _ => books,
        };
        let mut found = self.memory.connection(books).await?;
        if let (F::ForgetsThePause, Some(found)) = (self.fault, &mut found) {
            found.value.paused_until = None;
        }
        Ok(found)
    }

    async fn received_for(&self, order: &Id<Order>) -> Result<Vec<Received>, StoreError> {
        let mut all = self.memory.received_for(order).await?;
        match self.fault {
            F::ListsMoneyLastFirst => all.reverse(),
            F::CountsMoneyThatPaysForNothing => {
                all.extend(self.memory.unapplied(&Page::first(100)).await?.items);
            }
            F::ListsMoneyWithoutEnd => all = self.all_received(order).await,
            _ => {}
        }
        Ok(all)
    }
}
