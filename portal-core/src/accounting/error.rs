use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::DocumentState;
use crate::{
    Currency,
    adapter::{AdapterError, Disposition},
};

/// Why the books did not take something, by what is to be done about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The way there, or the other end: wait, or look up. A [`RateLimited`](crate::adapter::AdapterErrorKind::RateLimited) one pauses all work for this organisation until then.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// It was understood and refused: nothing was written there, and staff can mend the cause.
    #[error("the books will not have it: {0}")]
    Refused(LedgerRefusal),
    /// The portal may not use these books any more: all work for them waits until staff have connected them anew.
    #[error("{0}")]
    Connection(ConnectionTrouble),
}

/// Why the books refuse something. Each has a remedy that staff can carry out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LedgerRefusal {
    /// Another document has the number.
    #[error("another document has this number")]
    NumberTaken,
    /// The books are closed for that date.
    #[error("the books are closed for this date")]
    PeriodLocked {
        /// Up to which day, where the system says.
        until: Option<NaiveDate>,
    },
    /// The customer is archived there.
    #[error("the customer is archived there")]
    CustomerArchived,
    /// The customer was merged into another one there.
    #[error("the customer was merged into another one there")]
    CustomerMerged,
    /// The name belongs to another customer there, or is not one the system takes.
    #[error("the customer's name is taken there, or not one it takes")]
    CustomerName,
    /// An account, a tax rate or an item is not known there, or may not be used like this.
    #[error("the code {code} is not known there, or may not be used for this")]
    UnknownCode {
        /// Which.
        code: String,
    },
    /// The host has given no code.
    #[error("no code of the books is known for {what}")]
    Unmapped {
        /// For what.
        what: String,
    },
    /// The organisation does not keep books in this currency.
    #[error("the organisation does not take {currency}")]
    Currency {
        /// Which.
        currency: Currency,
    },
    /// The document takes no payments as it stands.
    #[error("the document takes no payments as it stands")]
    NotOpen {
        /// How it stands.
        state: DocumentState,
    },
    /// More than is due.
    #[error("it is more than is due")]
    MoreThanDue,
    /// Something is paid of it, so that it cannot be taken back.
    #[error("something is paid of it")]
    HasPayments,
    /// Somebody else changed it meanwhile.
    #[error("somebody else changed it meanwhile")]
    Stale,
    /// There is no such thing there.
    #[error("there is no such thing there")]
    NotFound,
    /// Anything else, in the system's own words, without anybody's name.
    #[error("{}", .messages.join("; "))]
    Invalid {
        /// What it said.
        messages: Vec<String>,
    },
}

/// Why the portal may not use the books any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConnectionTrouble {
    /// Consent has run out: connect again.
    #[error("consent has run out: connect the accounting system again")]
    ConsentNeeded,
    /// Somebody disconnected the portal there.
    #[error("the portal was disconnected there: connect the accounting system again")]
    Revoked,
    /// The consent does not cover this.
    #[error("the consent does not cover this: connect again with the scopes that are configured")]
    ScopeMissing,
}

impl LedgerError {
    /// Whether the request can have had an effect.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::Adapter(e) => e.disposition(),
            Self::Refused(_) | Self::Connection(_) => Disposition::Rejected,
        }
    }
}

impl From<LedgerRefusal> for LedgerError {
    fn from(refusal: LedgerRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ConnectionTrouble> for LedgerError {
    fn from(trouble: ConnectionTrouble) -> Self {
        Self::Connection(trouble)
    }
}
