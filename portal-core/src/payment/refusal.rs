use serde::Serialize;

use crate::{
    Money,
    refusal::{Datum, Lasting, Remedy},
};

/// Why money cannot be paid back, or not be written down: for staff.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum PaymentRefusal {
    /// It is more than is left of the payment.
    #[error("only {left} of the payment can still be paid back")]
    #[serde(rename = "payment.more-than-is-left")]
    MoreThanIsLeft {
        /// What is left.
        left: Money,
    },
    /// The provider pays back all of a payment or nothing.
    #[error("this provider pays back all of {whole} or nothing")]
    #[serde(rename = "payment.all-or-nothing")]
    AllOrNothing {
        /// All of it.
        whole: Money,
    },
    /// The provider cannot pay back through the portal.
    #[error("this provider takes no refunds from the portal")]
    #[serde(rename = "payment.refunds-not-offered")]
    RefundsNotOffered,
    /// The provider says itself what came: nobody writes it down by hand.
    #[error("what came through this provider is not written down by hand")]
    #[serde(rename = "payment.not-by-hand")]
    NotByHand,
    /// No amount, or less than nothing.
    #[error("an amount must have come")]
    #[serde(rename = "payment.nothing-came")]
    NothingCame,
    /// It pays for something, or is not there any more.
    #[error("the money is not waiting for anybody to decide about it")]
    #[serde(rename = "payment.not-waiting")]
    NotWaiting,
    /// The order is in another currency.
    #[error("the order is in another currency than {came}")]
    #[serde(rename = "payment.other-currency")]
    OtherCurrency {
        /// What came.
        came: Money,
    },
}

impl PaymentRefusal {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::MoreThanIsLeft { .. } => "payment.more-than-is-left",
            Self::AllOrNothing { .. } => "payment.all-or-nothing",
            Self::RefundsNotOffered => "payment.refunds-not-offered",
            Self::NotByHand => "payment.not-by-hand",
            Self::NothingCame => "payment.nothing-came",
            Self::NotWaiting => "payment.not-waiting",
            Self::OtherCurrency { .. } => "payment.other-currency",
        }
    }

    pub(crate) fn lasting(&self) -> Lasting {
        match self {
            Self::RefundsNotOffered
            | Self::NotByHand
            | Self::NotWaiting
            | Self::OtherCurrency { .. } => Lasting::ForGood,
            Self::MoreThanIsLeft { .. } | Self::AllOrNothing { .. } | Self::NothingCame => {
                Lasting::UntilRetried
            }
        }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::NotByHand | Self::NotWaiting => Remedy::NothingNeeded,
            Self::RefundsNotOffered | Self::OtherCurrency { .. } => Remedy::AskOrganiser,
            Self::MoreThanIsLeft { .. } | Self::AllOrNothing { .. } | Self::NothingCame => {
                Remedy::TypeAgain
            }
        }
    }

    pub(crate) fn data(&self) -> Vec<(&'static str, Datum)> {
        match self {
            Self::MoreThanIsLeft { left } => vec![("left", Datum::Money(*left))],
            Self::AllOrNothing { whole } => vec![("whole", Datum::Money(*whole))],
            Self::OtherCurrency { came } => vec![("came", Datum::Money(*came))],
            Self::RefundsNotOffered | Self::NotByHand | Self::NothingCame | Self::NotWaiting => {
                vec![]
            }
        }
    }

    pub(crate) fn samples() -> Vec<Self> {
        let Ok(currency) = "EUR".parse() else {
            return vec![];
        };
        let amount = Money::from_minor(12_000, currency);
        vec![
            Self::MoreThanIsLeft { left: amount },
            Self::AllOrNothing { whole: amount },
            Self::RefundsNotOffered,
            Self::NotByHand,
            Self::NothingCame,
            Self::NotWaiting,
            Self::OtherCurrency { came: amount },
        ]
    }
}
