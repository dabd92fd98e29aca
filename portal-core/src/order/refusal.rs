use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    Currency, Money,
    refusal::{Datum, Lasting, OrderRole, Remedy},
};

/// Why an order cannot be paid, or its invoice not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum OrderRefusal {
    /// It is paid.
    #[error("nothing is due on the order")]
    #[serde(rename = "order.nothing-to-pay")]
    NothingToPay,
    /// The host takes no cards here.
    #[error("card payments are not accepted")]
    #[serde(rename = "order.card-payments-not-accepted")]
    CardPaymentsNotAccepted,
    /// No provider takes this currency.
    #[error("payments in {currency} are not accepted")]
    #[serde(rename = "order.currency-not-accepted")]
    CurrencyNotAccepted {
        /// The order's currency.
        currency: Currency,
    },
    /// No provider takes this much, or this little, at once.
    #[error("{due} is outside of what can be paid at once")]
    #[serde(rename = "order.amount-outside-limits")]
    AmountOutsideLimits {
        /// What is due.
        due: Money,
    },
    /// It is in the accounting system, and paid there.
    #[error("the order is in {system}")]
    #[serde(rename = "order.exported-to-accounting")]
    ExportedToAccounting {
        /// Which system, as people call it.
        system: Arc<str>,
        /// Where the ledger itself takes the payment.
        pay_link: Option<Arc<str>>,
    },
    /// It is on its way to the accounting system.
    #[error("the order is being sent to {system}")]
    #[serde(rename = "order.export-in-progress")]
    ExportInProgress {
        /// Which system, as people call it.
        system: Arc<str>,
    },
    /// A payment has begun and not ended.
    #[error("a payment has been under way since {since}")]
    #[serde(rename = "order.payment-in-progress")]
    PaymentInProgress {
        /// When it began.
        since: DateTime<Utc>,
    },
    /// Money came for the order and is being looked into: paying again would be paying twice.
    #[error("a payment of {amount} is being looked into")]
    #[serde(rename = "order.payment-under-review")]
    PaymentUnderReview {
        /// How much came.
        amount: Money,
    },
    /// Another amount is due by now than the page showed. Nothing was charged.
    #[error("{due} is due by now, and {shown} was shown")]
    #[serde(rename = "order.amount-changed")]
    AmountChanged {
        /// What the page showed.
        shown: Money,
        /// What is due.
        due: Money,
    },
    /// The order is not what the page showed. Nothing was charged.
    #[error("the order was changed after it was shown")]
    #[serde(rename = "order.changed")]
    OrderChanged,
    /// There is no invoice yet.
    #[error("no invoice has been sent for the order")]
    #[serde(rename = "order.invoice-not-sent")]
    InvoiceNotSent,
    /// Someone else looks after the money.
    #[error("only the billing contact can do this")]
    #[serde(rename = "order.not-billing-contact")]
    NotBillingContact {
        /// Who may.
        may: Vec<OrderRole>,
    },
}

impl OrderRefusal {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NothingToPay => "order.nothing-to-pay",
            Self::CardPaymentsNotAccepted => "order.card-payments-not-accepted",
            Self::CurrencyNotAccepted { .. } => "order.currency-not-accepted",
            Self::AmountOutsideLimits { .. } => "order.amount-outside-limits",
            Self::ExportedToAccounting { .. } => "order.exported-to-accounting",
            Self::ExportInProgress { .. } => "order.export-in-progress",
            Self::PaymentInProgress { .. } => "order.payment-in-progress",
            Self::PaymentUnderReview { .. } => "order.payment-under-review",
            Self::AmountChanged { .. } => "order.amount-changed",
            Self::OrderChanged => "order.changed",
            Self::InvoiceNotSent => "order.invoice-not-sent",
            Self::NotBillingContact { .. } => "order.not-billing-contact",
        }
    }

    pub(crate) fn lasting(&self) -> Lasting {
        match self {
            Self::NothingToPay
            | Self::CardPaymentsNotAccepted
            | Self::CurrencyNotAccepted { .. }
            | Self::AmountOutsideLimits { .. }
            | Self::ExportedToAccounting { .. } => Lasting::ForGood,
            Self::NotBillingContact { .. }
            | Self::InvoiceNotSent
            | Self::PaymentUnderReview { .. } => Lasting::UntilSomeoneActs,
            Self::ExportInProgress { .. } | Self::PaymentInProgress { .. } => Lasting::ForAWhile,
            Self::AmountChanged { .. } | Self::OrderChanged => Lasting::UntilRetried,
        }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::NothingToPay => Remedy::NothingNeeded,
            Self::CardPaymentsNotAccepted
            | Self::CurrencyNotAccepted { .. }
            | Self::AmountOutsideLimits { .. } => Remedy::PayByInvoice,
            Self::ExportedToAccounting { pay_link, .. } => match pay_link {
                Some(url) => Remedy::PayByLink {
                    url: Arc::clone(url),
                },
                None => Remedy::PayByInvoice,
            },
            Self::NotBillingContact { may } => Remedy::Ask { who: may.clone() },
            Self::InvoiceNotSent | Self::PaymentUnderReview { .. } => Remedy::AskOrganiser,
            Self::ExportInProgress { .. } | Self::PaymentInProgress { .. } => {
                Remedy::LookAgainLater
            }
            Self::AmountChanged { .. } | Self::OrderChanged => Remedy::LoadAgain,
        }
    }

    pub(crate) fn data(&self) -> Vec<(&'static str, Datum)> {
        let system_named = |system: &Arc<str>| vec![("system", Datum::Text(Arc::clone(system)))];
        match self {
            Self::NothingToPay
            | Self::CardPaymentsNotAccepted
            | Self::OrderChanged
            | Self::InvoiceNotSent => vec![],
            Self::PaymentUnderReview { amount } => vec![("amount", Datum::Money(*amount))],
            Self::AmountChanged { shown, due } => {
                vec![("shown", Datum::Money(*shown)), ("due", Datum::Money(*due))]
            }
            Self::CurrencyNotAccepted { currency } => {
                vec![("currency", Datum::Text(currency.code().into()))]
            }
            Self::AmountOutsideLimits { due } => vec![("due", Datum::Money(*due))],
            Self::ExportedToAccounting { system, .. } | Self::ExportInProgress { system } => {
                system_named(system)
            }
            Self::PaymentInProgress { since } => vec![("since", Datum::Instant(*since))],
            Self::NotBillingContact { may } => vec![("may", Datum::Roles(may.clone()))],
        }
    }

    pub(crate) fn samples() -> Vec<Self> {
        let Ok(currency) = "EUR".parse::<Currency>() else {
            return vec![];
        };
        let system: Arc<str> = "Xero".into();
        vec![
            Self::NothingToPay,
            Self::CardPaymentsNotAccepted,
            Self::CurrencyNotAccepted { currency },
            Self::AmountOutsideLimits {
                due: Money::from_minor(125_000, currency),
            },
            Self::ExportedToAccounting {
                system: Arc::clone(&system),
                pay_link: Some("https://ledger.example/pay/1".into()),
            },
            Self::ExportedToAccounting {
                system: Arc::clone(&system),
                pay_link: None,
            },
            Self::ExportInProgress { system },
            Self::PaymentInProgress {
                since: DateTime::UNIX_EPOCH,
            },
            Self::PaymentUnderReview {
                amount: Money::from_minor(12_000, currency),
            },
            Self::AmountChanged {
                shown: Money::from_minor(12_000, currency),
                due: Money::from_minor(10_000, currency),
            },
            Self::OrderChanged,
            Self::InvoiceNotSent,
            Self::NotBillingContact {
                may: vec![OrderRole::BillingContact, OrderRole::OrderContact],
            },
        ]
    }
}
