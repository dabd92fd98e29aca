//! The journal in memory, and somebody else who writes into it.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use portal_accounting::journal::{Chart, Journal};
use portal_core::{
    Clock as _, Id, Money,
    accounting::{
        AccountingSystem, ChangeCursor, DocumentRef, DraftLine, InvoiceDraft, LedgerCustomer,
        LineCodes, PaymentPosting, Voiding,
    },
    http::HttpClient,
    uuid::Uuid,
};
use portal_testkit::{
    StoppedClock,
    accounting::{Act, Booked, Books, Candidate, Codes},
};

/// A journal that is forgotten.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) journal: Journal,
    pub(crate) clock: StoppedClock,
    keys: AtomicU64,
}

pub(crate) async fn in_memory() -> Kept {
    let clock = StoppedClock::default();
    let journal = Journal::in_memory(chart(), Arc::new(clock.clone()));
    Kept {
        journal,
        clock,
        keys: AtomicU64::new(1),
    }
}

pub(crate) fn chart() -> Chart {
    let currency = |code: &str| code.parse().unwrap();
    Chart::new("acme", "Acme Training", currency("EUR"), "1100")
        .revenue("4000")
        .bank("1200")
        .tax("VAT20", "20".parse().unwrap(), "2200")
        .keeping([currency("JPY"), currency("KWD")])
}

impl Kept {
    fn key(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.keys.fetch_add(1, Ordering::Relaxed)))
    }

    /// Somebody else's invoice.
    async fn take_number(&self, number: &str) {
        let theirs = LedgerCustomer::new("theirs", "Somebody there");
        let theirs = self.journal.customer(&theirs, self.key()).await.unwrap();
        let amount = Money::from_minor(7, "EUR".parse().unwrap());
        let line = DraftLine::new("By hand", amount, LineCodes::account("4000"));
        let today = self.clock.now().date_naive();
        let order = Id::new("by-hand");
        let draft = InvoiceDraft::new(number.into(), order, theirs, today, vec![line], amount);
        self.journal.create(&draft, self.key()).await.unwrap();
    }

    async fn pay(&self, document: &DocumentRef, amount: Money) {
        let today = self.clock.now().date_naive();
        let theirs = PaymentPosting::new(
            document.clone(),
            amount,
            today,
            "1200".into(),
            "statement 7".into(),
        );
        self.journal
            .record_payment(&theirs, self.key())
            .await
            .unwrap();
    }
}

#[async_trait]
impl Candidate for Kept {
    fn system(&self, _: Arc<dyn HttpClient>) -> Arc<dyn AccountingSystem> {
        Arc::new(self.journal.clone())
    }

    fn clock(&self) -> StoppedClock {
        self.clock.clone()
    }

    fn codes(&self) -> Codes {
        let currency = |code: &str| code.parse().unwrap();
        Codes::new("4000", "1200", currency("EUR")).keeping(
            vec![currency("JPY"), currency("KWD")],
            Some(currency("NOK")),
        )
    }

    async fn play(&self, act: Act<'_>) -> bool {
        match act {
            Act::Pay(document, amount) => self.pay(document, amount).await,
            Act::Unpay(payment) => {
                Voiding::take_back(&self.journal, payment, self.key())
                    .await
                    .unwrap();
            }
            Act::Void(document) => {
                Voiding::void(&self.journal, document, self.key())
                    .await
                    .unwrap();
            }
            Act::TakeNumber(number) => self.take_number(number).await,
            Act::TakeName(name) => {
                let theirs = LedgerCustomer::new("theirs", name);
                self.journal.customer(&theirs, self.key()).await.unwrap();
            }
            Act::Close(until) => self.journal.close(until).unwrap(),
            _ => return false,
        }
        true
    }

    async fn books(&self) -> Books {
        let mut documents = vec![];
        let mut payments = vec![];
        let start = ChangeCursor::Page("0".into());
        for document in self.journal.changes(&start).await.unwrap().documents {
            documents.push(Booked::new(
                &*document.number,
                document.total,
                document.state.stands(),
            ));
            let paid = document.payments.into_iter().filter(|p| !p.deleted);
            payments.extend(paid.map(|p| (p.reference.unwrap().to_string(), p.amount)));
        }
        // What stands in the entries, and not what the journal says of itself.
        let earned: i128 = self
            .journal
            .balances()
            .iter()
            .filter(|((account, _), _)| &**account == "4000")
            .map(|(_, sum)| -sum)
            .sum();
        let standing = documents.iter().filter(|d| d.stands);
        let total: i128 = standing.map(|d| i128::from(d.total.minor())).sum();
        assert_eq!(earned, total, "what is earned is what stands");
        let customers = self.journal.customers();
        let keys = customers.iter().map(|c| c.key.to_string());
        Books::new(documents, payments, keys.collect())
    }
}

mod kept {
    portal_testkit::accounting_conformance!(super::in_memory);
}
