use async_trait::async_trait;
use portal_core::{
    Contact, Id, Listing, Loaded, Order, Page, StoreError, Version,
    memory::Memory,
    payment::{
        AttemptKey, KnownPayer, Merchant, PayerRef, PaymentAttempt, PaymentRef, PaymentState,
        PaymentStore, Received, SessionRef,
    },
    store::Cursor,
};

use super::store::by_offset;

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaymentFault {
    ForgetsWhoseAccount,
    TakesTestMoneyForReal,
    TakesAPageForAPayment,
    FindsNothingGivenLater,
    FindsWhatHasEnded,
    HidesWhatIsUnderWay,
    ListsAttemptsByName,
    ListsTheFirstAttempts,
    ListsAttemptsWithoutEnd,
    ListsMoneyOldestFirst,
    ListsMoneyByTheInstantAlone,
    PagesMoneyByOffset,
    TakesAnyMarkerForMoney,
    KnowsEverybodyAtOneAccount,
    ListsTheSamePayersAgain,
    ForgetsThePage,
    ForgetsRefunds,
    TrimsNames,
}

use PaymentFault as F;

/// A memory that keeps payments right but for one thing.
#[derive(Debug)]
pub(crate) struct FaultyPayments {
    memory: Memory,
    fault: PaymentFault,
}

impl FaultyPayments {
    pub(crate) fn new(memory: Memory, fault: PaymentFault) -> Self {
        Self { memory, fault }
    }

    /// Other questions that the fault takes for this one.
    fn taken_for(&self, by: &AttemptKey) -> Vec<AttemptKey> {
        let elsewhere = |of: &Merchant| {
            let mut of = of.clone();
            if self.fault == F::TakesTestMoneyForReal {
                of.live = false;
            } else {
                of.account = "acct_1".into();
            }
            of
        };
        match (self.fault, by) {
            (F::ForgetsWhoseAccount | F::TakesTestMoneyForReal, AttemptKey::Session(of, name)) => {
                vec![AttemptKey::Session(elsewhere(of), name.clone())]
            }
            (F::ForgetsWhoseAccount | F::TakesTestMoneyForReal, AttemptKey::Payment(of, name)) => {
                vec![AttemptKey::Payment(elsewhere(of), name.clone())]
            }
            (F::TakesAPageForAPayment, AttemptKey::Payment(of, name)) => {
                let session = SessionRef::new(name.as_str());
                vec![by.clone(), AttemptKey::Session(of.clone(), session)]
            }
            (F::TrimsNames, AttemptKey::Payment(of, name)) => {
                let name = PaymentRef::new(name.as_str().trim());
                vec![AttemptKey::Payment(of.clone(), name)]
            }
            _ => vec![by.clone()],
        }
    }

    async fn all_attempts(&self, of: &Id<Order>) -> Vec<PaymentAttempt> {
        let mut all = vec![];
        for number in 0..200 {
            let attempt = portal_core::payment::Attempt(uuid::Uuid::from_u128(number));
            let by = AttemptKey::Attempt(attempt);
            all.extend(self.memory.attempt(&by).await.unwrap());
        }
        let all = all.into_iter().map(|found| found.value);
        let mut all: Vec<_> = all.filter(|one| one.order == *of).collect();
        all.sort_by_key(|one| (std::cmp::Reverse(one.begun_at), one.attempt));
        all
    }
}

#[async_trait]
impl PaymentStore for FaultyPayments {
    async fn attempt(&self, by: &AttemptKey) -> Result<Option<Loaded<PaymentAttempt>>, StoreError> {
        let mut found = None;
        for by in self.taken_for(by) {
            let next = self.memory.attempt(&by).await?;
            found = found.or(next);
        }
        let ended = match by {
            AttemptKey::LiveOf(of) => self.all_attempts(of).await.into_iter().next(),
            _ => None,
        };
        match (self.fault, found) {
            (F::FindsWhatHasEnded, None) => Ok(ended.map(|value| {
                let record = value.record();
                Loaded::one(value, record, Version::number(1))
            })),
            (F::HidesWhatIsUnderWay, Some(found))
                if matches!(by, AttemptKey::LiveOf(_))
                    && found.value.state == PaymentState::Processing =>
            {
                Ok(None)
            }
            (F::FindsNothingGivenLater, Some(found))
                if matches!(by, AttemptKey::Session(..) | AttemptKey::Payment(..))
                    && found.seen.iter().any(|(_, version)| !version.is_number(1)) =>
            {
                Ok(None)
            }
            (F::ForgetsThePage, Some(mut found)) => {
                found.value.page = None;
                Ok(Some(found))
            }
            (_, found) => Ok(found),
        }
    }

    async fn attempts(&self, of: &Id<Order>) -> Result<Vec<PaymentAttempt>, StoreError> {
        match self.fault {
            F::ListsAttemptsByName => {
                let mut all = self.memory.attempts(of).await?;
                all.sort_by_key(|one| one.attempt);
                Ok(all)
            }
            F::ListsTheFirstAttempts => {
                let all = self.all_attempts(of).await;
                let late = all.len().saturating_sub(Page::LARGEST.into());
                Ok(all.into_iter().skip(late).collect())
            }
            F::ListsAttemptsWithoutEnd => Ok(self.all_attempts(of).await),
            _ => self.memory.attempts(of).await,
        }
    }

    async fn payer(
        &self,
        contact: &Id<Contact>,
        merchant: &Merchant,
    ) -> Result<Option<PayerRef>, StoreError> {
        let mut at = merchant.clone();
        if self.fault == F::KnowsEverybodyAtOneAccount {
            at.account = "acct_1".into();
        }
        self.memory.payer(contact, &at).await
    }

    async fn payers(
        &self,
        merchant: &Merchant,
        page: &Page,
    ) -> Result<Listing<KnownPayer>, StoreError> {
        match self.fault {
            F::ListsTheSamePayersAgain if page.after.is_some() => {
                let first = Page::first(page.size.get());
                self.memory.payers(merchant, &first).await
            }
            F::KnowsEverybodyAtOneAccount => {
                let mut at = merchant.clone();
                at.account = "acct_1".into();
                self.memory.payers(&at, page).await
            }
            _ => self.memory.payers(merchant, page).await,
        }
    }

    async fn received(&self, id: &Id<Received>) -> Result<Option<Loaded<Received>>, StoreError> {
        let mut found = self.memory.received(id).await?;
        if let (F::ForgetsRefunds, Some(found)) = (self.fault, &mut found) {
            found.value.refunds.clear();
        }
        Ok(found)
    }

    async fn unapplied(&self, page: &Page) -> Result<Listing<Received>, StoreError> {
        let all = Page::first(100);
        match self.fault {
            F::ListsMoneyOldestFirst => {
                let mut all = self.memory.unapplied(&all).await?.items;
                all.reverse();
                by_offset(all, page)
            }
            F::ListsMoneyByTheInstantAlone => {
                let all = self.memory.unapplied(&all).await?.items;
                let after = page.after.as_ref().map(|after| after.as_str().to_owned());
                let earlier = |one: &Received| {
                    let at = one.first_seen.to_rfc3339();
                    after.as_ref().is_none_or(|after| at < *after)
                };
                let rest = all.into_iter().filter(earlier).take(page.len() + 1);
                let marker = |last: &Received| Cursor::new(last.first_seen.to_rfc3339());
                Ok(Listing::cut(rest.collect(), page, marker))
            }
            F::PagesMoneyByOffset => by_offset(self.memory.unapplied(&all).await?.items, page),
            F::TakesAnyMarkerForMoney => match self.memory.unapplied(page).await {
                Err(StoreError::BadCursor) => {
                    let first = Page::first(page.size.get());
                    self.memory.unapplied(&first).await
                }
                found => found,
            },
            _ => self.memory.unapplied(page).await,
        }
    }
}
