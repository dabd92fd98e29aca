use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::DocumentRef;
use crate::Money;

/// A payment as it is to be recorded against a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaymentPosting {
    /// Against which.
    pub document: DocumentRef,
    /// How much.
    pub amount: Money,
    /// The day it came.
    pub date: NaiveDate,
    /// The account of the books it arrived on.
    pub account: Arc<str>,
    /// Our reference, the same whenever this payment is recorded: what was lost is found again by it.
    pub reference: Arc<str>,
}

/// The system's own name for a payment it recorded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostedRef(Arc<str>);

impl PaymentPosting {
    /// This much against this document.
    #[must_use]
    pub fn new(
        document: DocumentRef,
        amount: Money,
        date: NaiveDate,
        account: Arc<str>,
        reference: Arc<str>,
    ) -> Self {
        Self {
            document,
            amount,
            date,
            account,
            reference,
        }
    }
}

impl PostedRef {
    /// As the system says it.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// As the system said it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
