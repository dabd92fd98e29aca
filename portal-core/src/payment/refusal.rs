use serde::Serialize;

use crate::{
    Money,
    refusal::{Datum, Lasting, Remedy},
};

/// Why money cannot be paid back, or not be written down: for staff. And what customers cannot do about cards and bank accounts that are kept for them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum PaymentRefusal {
    /// It is more than is left of the payment.
    #[error("only {left} of the payment can still be refunded")]
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
    /// The host looks after cards itself.
    #[error("customers neither add nor remove cards here")]
    #[serde(rename = "payment.card-management-disabled")]
    CardManagementDisabled,
    /// The host adds bank accounts itself.
    #[error("customers add no bank accounts here")]
    #[serde(rename = "payment.bank-account-add-disabled")]
    BankAccountAddDisabled,
    /// Customers never remove bank account information.
    #[error("customers do not remove bank accounts")]
    #[serde(rename = "payment.bank-account-removal-not-allowed")]
    BankAccountRemovalNotAllowed,
    /// The provider lets no customer remove such a thing.
    #[error("this provider lets no customer remove this")]
    #[serde(rename = "payment.method-not-removable")]
    MethodNotRemovable,
    /// The provider has no page on which this could be stored.
    #[error("this provider has no page to store this on")]
    #[serde(rename = "payment.method-not-stored-here")]
    MethodNotStoredHere,
    /// It ran out, waits for its owner, or permission was withdrawn.
    #[error("this cannot be paid with now")]
    #[serde(rename = "payment.method-not-usable")]
    MethodNotUsable,
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
            Self::CardManagementDisabled => "payment.card-management-disabled",
            Self::BankAccountAddDisabled => "payment.bank-account-add-disabled",
            Self::BankAccountRemovalNotAllowed => "payment.bank-account-removal-not-allowed",
            Self::MethodNotRemovable => "payment.method-not-removable",
            Self::MethodNotStoredHere => "payment.method-not-stored-here",
            Self::MethodNotUsable => "payment.method-not-usable",
        }
    }

    pub(crate) fn lasting(&self) -> Lasting {
        match self {
            Self::RefundsNotOffered
            | Self::NotByHand
            | Self::NotWaiting
            | Self::OtherCurrency { .. }
            | Self::BankAccountRemovalNotAllowed
            | Self::MethodNotRemovable
            | Self::MethodNotStoredHere => Lasting::ForGood,
            Self::CardManagementDisabled | Self::BankAccountAddDisabled | Self::MethodNotUsable => {
                Lasting::UntilSomeoneActs
            }
            Self::MoreThanIsLeft { .. } | Self::AllOrNothing { .. } | Self::NothingCame => {
                Lasting::UntilRetried
            }
        }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::NotByHand | Self::NotWaiting => Remedy::NothingNeeded,
            Self::RefundsNotOffered
            | Self::OtherCurrency { .. }
            | Self::CardManagementDisabled
            | Self::BankAccountAddDisabled
            | Self::BankAccountRemovalNotAllowed
            | Self::MethodNotRemovable
            | Self::MethodNotStoredHere
            | Self::MethodNotUsable => Remedy::AskOrganiser,
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
            Self::RefundsNotOffered
            | Self::NotByHand
            | Self::NothingCame
            | Self::NotWaiting
            | Self::CardManagementDisabled
            | Self::BankAccountAddDisabled
            | Self::BankAccountRemovalNotAllowed
            | Self::MethodNotRemovable
            | Self::MethodNotStoredHere
            | Self::MethodNotUsable => vec![],
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
            Self::CardManagementDisabled,
            Self::BankAccountAddDisabled,
            Self::BankAccountRemovalNotAllowed,
            Self::MethodNotRemovable,
            Self::MethodNotStoredHere,
            Self::MethodNotUsable,
        ]
    }
}
