use std::sync::Arc;

use portal_core::{
    Currency, Id, Money, Order,
    accounting::{CustomerRef, DocumentRef, PostedRef},
    chrono::{DateTime, NaiveDate, Utc},
    uuid::Uuid,
};
use serde::{Deserialize, Serialize};

use super::entry::Entry;

/// One thing that happened: a line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Its number, one more than the one before.
    pub(super) seq: u64,
    pub(super) at: DateTime<Utc>,
    /// The key it was asked for with: asked again, the answer is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<Uuid>,
    pub(super) what: What,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Customer {
        key: Arc<str>,
        name: String,
        email: Option<String>,
    },
    Invoice(Invoice),
    Payment(Payment),
    Voided {
        document: DocumentRef,
    },
    TakenBack {
        payment: PostedRef,
    },
    Note {
        document: DocumentRef,
        text: String,
    },
    Closed {
        until: NaiveDate,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Invoice {
    pub(super) number: Arc<str>,
    pub(super) reference: Arc<str>,
    pub(super) order: Id<Order>,
    pub(super) customer: CustomerRef,
    pub(super) date: NaiveDate,
    pub(super) due: NaiveDate,
    pub(super) currency: Currency,
    pub(super) lines: Vec<Line>,
    pub(super) total: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) description: String,
    pub(super) amount: Money,
    pub(super) account: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tax: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payment {
    pub(super) document: DocumentRef,
    pub(super) amount: Money,
    pub(super) date: NaiveDate,
    pub(super) account: Arc<str>,
    pub(super) reference: Arc<str>,
}

/// The names that records give.
pub(super) fn customer_ref(seq: u64) -> CustomerRef {
    CustomerRef::new(format!("C{seq}"))
}

pub(super) fn document_ref(seq: u64) -> DocumentRef {
    DocumentRef::new(format!("D{seq}"))
}

pub(super) fn posted_ref(seq: u64) -> PostedRef {
    PostedRef::new(format!("P{seq}"))
}
