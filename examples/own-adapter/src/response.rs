//! What Pennyroyal answers. A word that is not here is not guessed at: the answer is then not understood.
use portal_core::{
    adapter::AdapterError,
    chrono::{DateTime, Utc},
};
use serde::Deserialize;

use super::answer::contradicts;

#[derive(Debug, Deserialize)]
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) mode: Mode,
    pub(crate) reference: String,
    pub(crate) status: Status,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) page_url: String,
    pub(crate) closes_at: DateTime<Utc>,
    pub(crate) decline: Option<String>,
    pub(crate) paid_with: Option<String>,
    pub(crate) charged_back: String,
    pub(crate) refunds: Vec<Back>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    Live,
    Test,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Open,
    Pending,
    Paid,
    Closed,
}

/// A refund.
#[derive(Debug, Deserialize)]
pub(crate) struct Back {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) status: BackStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BackStatus {
    Pending,
    Done,
    Returned,
}

/// What a search found.
#[derive(Debug, Deserialize)]
pub(crate) struct Hits {
    payments: Vec<Payment>,
}

impl Hits {
    /// A reference is one payment's, or none's.
    pub(crate) fn one(self) -> Result<Option<Payment>, AdapterError> {
        let mut all = self.payments.into_iter();
        match (all.next(), all.next()) {
            (found, None) => Ok(found),
            _ => Err(contradicts("look up", "two payments have one reference")),
        }
    }
}

impl Mode {
    pub(crate) fn is_live(self) -> bool {
        self == Self::Live
    }
}
