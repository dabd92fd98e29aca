use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{DocumentState, LedgerRefusal};
use crate::Money;

/// Why an export, or a payment of it, waits for staff. Each has a [remedy](Self::remedy).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Attention {
    /// The books said no, and why.
    #[error(transparent)]
    Refused(LedgerRefusal),
    /// The number belongs to a document that is not what we would have sent.
    #[error("another document has this number")]
    NumberTaken,
    /// The document is there, and comes to something else: the books work tax out in their own way.
    #[error("the document comes to {theirs} there, and to {ours} here")]
    TotalDiffers {
        /// What the order comes to.
        ours: Money,
        /// What the document comes to.
        theirs: Money,
    },
    /// Something was sent, and staff must find out what became of it.
    #[error("nobody knows whether the document is there")]
    OutcomeUnknown,
    /// A payment of the order did not end in time.
    #[error("a payment has been under way since {since}")]
    PaymentUnderWay {
        /// When it began.
        since: DateTime<Utc>,
    },
    /// The books could not be reached for so long that the order should not be kept waiting.
    #[error("the books could not be reached: {why}")]
    Unreached {
        /// What was answered last.
        why: String,
    },
    /// The host's records do not say what an invoice needs.
    #[error("the order cannot be made into an invoice: {why}")]
    Incomplete {
        /// What is missing.
        why: String,
    },
    /// A payment does not fit: less is due there than came here.
    #[error("{due} is due there, and {came} came")]
    Overpaid {
        /// What is due there.
        due: Money,
        /// What came.
        came: Money,
    },
    /// A payment cannot be put there: the document takes none as it stands.
    #[error("the document takes no payments as it stands")]
    NotOpen {
        /// How it stands.
        state: DocumentState,
    },
    /// Money that is in the books was paid back, or called back, here.
    #[error("{posted} is in the books, and {kept} is left of it")]
    PaidBack {
        /// What is in the books.
        posted: Money,
        /// What is left of it.
        kept: Money,
    },
    /// A payment we put there was taken out there.
    #[error("the payment was taken out there")]
    TakenOut,
    /// The order was cut off from the books before this payment was put there.
    #[error("the order is not connected any more")]
    NotConnected,
}

/// What staff can do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "remedy")]
#[non_exhaustive]
pub enum LedgerRemedy {
    /// Mend it there, then retry.
    MendThereAndRetry,
    /// Mend it in the host's own settings, then retry.
    MendHereAndRetry,
    /// Open the books after that day, or retry, which dates it today.
    OpenThePeriod {
        /// Up to which day they are closed, where that is known.
        until: Option<NaiveDate>,
    },
    /// Give the other document another number there, or forget this export, which takes another.
    RenumberOrForget,
    /// Look there, then link to what is there, or forget this export.
    LookThere,
    /// Settle the payment, then retry.
    EndThePayment,
    /// Wait, then retry.
    RetryLater,
    /// Put it there by hand, as money of the customer's or as a refund.
    EnterByHand,
    /// Link to the document as it is now, or forget this export.
    RelinkOrForget,
}

impl Attention {
    /// What staff can do about it.
    #[must_use]
    pub fn remedy(&self) -> LedgerRemedy {
        match self {
            Self::Refused(refusal) => of_refusal(refusal),
            Self::NumberTaken => LedgerRemedy::RenumberOrForget,
            Self::TotalDiffers { .. } => LedgerRemedy::RelinkOrForget,
            Self::OutcomeUnknown => LedgerRemedy::LookThere,
            Self::PaymentUnderWay { .. } => LedgerRemedy::EndThePayment,
            Self::Unreached { .. } => LedgerRemedy::RetryLater,
            Self::Incomplete { .. } => LedgerRemedy::MendHereAndRetry,
            Self::Overpaid { .. }
            | Self::NotOpen { .. }
            | Self::PaidBack { .. }
            | Self::TakenOut
            | Self::NotConnected => LedgerRemedy::EnterByHand,
        }
    }
}

fn of_refusal(refusal: &LedgerRefusal) -> LedgerRemedy {
    match refusal {
        LedgerRefusal::PeriodLocked { until } => LedgerRemedy::OpenThePeriod { until: *until },
        LedgerRefusal::NumberTaken => LedgerRemedy::RenumberOrForget,
        LedgerRefusal::Unmapped { .. } => LedgerRemedy::MendHereAndRetry,
        LedgerRefusal::NotOpen { .. } | LedgerRefusal::MoreThanDue => LedgerRemedy::EnterByHand,
        _ => LedgerRemedy::MendThereAndRetry,
    }
}
