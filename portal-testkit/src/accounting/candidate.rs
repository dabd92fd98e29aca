use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::NaiveDate;
use portal_core::{
    Currency, Money,
    accounting::{AccountingSystem, CustomerRef, DocumentRef, LineCodes, PostedRef},
    http::HttpClient,
    payment::RawWebhook,
};

use super::{Fault, Signer};
use crate::StoppedClock;

/// Your adapter, and an accounting system that is played for it: what you write to have an adapter proved.
///
/// A promise that an adapter makes and that nobody can play is listed in the report as not played. It is called for each promise with a new one, so whatever the system keeps
/// starts empty.
#[async_trait]
pub trait Candidate: fmt::Debug + Send + Sync + 'static {
    /// A new adapter that reaches the system through this client. Asked twice, two adapters speak to one organisation, as before and after a restart.
    fn system(&self, http: Arc<dyn HttpClient>) -> Arc<dyn AccountingSystem>;

    /// The clock that the adapter and the system go by.
    fn clock(&self) -> StoppedClock;

    /// Codes that the organisation has.
    fn codes(&self) -> Codes;

    /// Somebody elsewhere does that. `false` where nobody can: answer so for all you do not know.
    async fn play(&self, act: Act<'_>) -> bool;

    /// What the system has in its own books, counted without any help of the adapter.
    async fn books(&self) -> Books;

    /// The system's side of the wire. None where the adapter has no network, or one of its own.
    fn http(&self) -> Option<Arc<dyn HttpClient>> {
        None
    }

    /// For adapters with a network of their own, or none: the next call goes wrong like that. `false` where it cannot be made to.
    async fn fail_next(&self, _fault: Fault) -> bool {
        false
    }

    /// How many documents make more than one page of changes.
    fn more_than_a_page(&self) -> usize {
        5
    }

    /// What the system would post now, signed now: one for each thing that happened since it was asked last, in order.
    async fn posts(&self) -> Vec<RawWebhook> {
        vec![]
    }

    /// What it posts to find out whether signatures are checked, and whether each is to be taken.
    fn handshakes(&self) -> Vec<(RawWebhook, bool)> {
        vec![]
    }

    /// This body, signed now by that one.
    fn signed(&self, _body: &[u8], _by: Signer) -> Option<RawWebhook> {
        None
    }

    /// What must never be printed: the keys and secrets that the adapter was given, as it was given them.
    fn secrets(&self) -> Vec<String> {
        vec![]
    }
}

/// Codes that the organisation has, and currencies it keeps and lacks.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Codes {
    /// Where lines go. It comes without any tax.
    pub line: LineCodes,
    /// The account that money arrives on.
    pub bank: Arc<str>,
    /// A currency it keeps.
    pub currency: Currency,
    /// Others it keeps.
    pub more: Vec<Currency>,
    /// One it lacks, if it lacks any.
    pub lacking: Option<Currency>,
}

/// What somebody elsewhere does.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Act<'a> {
    /// Somebody there records a payment.
    Pay(&'a DocumentRef, Money),
    /// Somebody there removes one that we recorded.
    Unpay(&'a PostedRef),
    /// Somebody there changes what a document says.
    Edit(&'a DocumentRef),
    /// Somebody there takes a document back.
    Void(&'a DocumentRef),
    /// Somebody there throws a document away.
    Delete(&'a DocumentRef),
    /// Somebody there makes a document by hand, and gives it this number.
    TakeNumber(&'a str),
    /// Somebody there has a customer of this name, who is nobody of ours.
    TakeName(&'a str),
    /// Somebody there archives a customer.
    Archive(&'a CustomerRef),
    /// Somebody there merges a customer into another one.
    Merge(&'a CustomerRef, &'a CustomerRef),
    /// The books are closed up to this day.
    Close(NaiveDate),
    /// The user takes their consent back.
    Revoke,
    /// The user disconnects the portal from the organisation.
    Disconnect,
    /// The consent covers nothing but asking who the organisation is.
    Narrow,
    /// The next request is too many: come back after this time.
    Limit(Duration),
}

/// What a system has in its own books.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Books {
    /// Every document, also those taken back.
    pub documents: Vec<Booked>,
    /// Every payment that stands, with its reference.
    pub payments: Vec<(String, Money)>,
    /// The key of every customer who has one of ours.
    pub customers: Vec<String>,
}

/// A document in a system's own books.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Booked {
    /// Its number.
    pub number: String,
    /// What it comes to.
    pub total: Money,
    /// It was not taken back, nor thrown away.
    pub stands: bool,
}

impl Codes {
    /// These, and no other currency.
    pub fn new(
        account: impl Into<Arc<str>>,
        bank: impl Into<Arc<str>>,
        currency: Currency,
    ) -> Self {
        Self {
            line: LineCodes::account(account),
            bank: bank.into(),
            currency,
            more: vec![],
            lacking: None,
        }
    }

    /// With this tax rate, which takes nothing: where an account has one of its own.
    #[must_use]
    pub fn taxed(mut self, tax: &str) -> Self {
        self.line = self.line.taxed(tax);
        self
    }

    /// It keeps these currencies, too, and lacks that one.
    #[must_use]
    pub fn keeping(mut self, more: Vec<Currency>, lacking: Option<Currency>) -> Self {
        (self.more, self.lacking) = (more, lacking);
        self
    }
}

impl Books {
    /// These documents, payments and customers.
    #[must_use]
    pub fn new(
        documents: Vec<Booked>,
        payments: Vec<(String, Money)>,
        customers: Vec<String>,
    ) -> Self {
        Self {
            documents,
            payments,
            customers,
        }
    }

    /// The documents of this number that stand.
    #[must_use]
    pub fn standing(&self, number: &str) -> Vec<&Booked> {
        let of = self.documents.iter();
        of.filter(|d| d.number == number && d.stands).collect()
    }

    /// What was paid with this reference, each time.
    #[must_use]
    pub fn paid(&self, reference: &str) -> Vec<Money> {
        let of = self.payments.iter().filter(|(r, _)| r == reference);
        of.map(|(_, amount)| *amount).collect()
    }

    /// How many customers have this key.
    #[must_use]
    pub fn keyed(&self, key: &str) -> usize {
        self.customers.iter().filter(|k| *k == key).count()
    }
}

impl Booked {
    /// A document that stands.
    pub fn new(number: impl Into<String>, total: Money, stands: bool) -> Self {
        Self {
            number: number.into(),
            total,
            stands,
        }
    }
}
