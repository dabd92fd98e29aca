use std::sync::Arc;

use serde::Serialize;

use crate::{
    Money,
    refusal::{Datum, Lasting, Remedy},
};

/// Why an order cannot go into the books, or an export cannot be mended like that: for staff, and for the host's software.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum ExportRefusal {
    /// It is there.
    #[error("the order is in {system} already")]
    #[serde(rename = "export.already-there")]
    AlreadyThere {
        /// Which system, as people call it.
        system: Arc<str>,
    },
    /// It is on its way.
    #[error("the order is on its way to {system} already")]
    #[serde(rename = "export.under-way")]
    UnderWay {
        /// Which system, as people call it.
        system: Arc<str>,
    },
    /// It was tried, and somebody has to look at it.
    #[error("an export of the order needs attention: retry it, or forget it")]
    #[serde(rename = "export.needs-attention")]
    NeedsAttention,
    /// It was there, and was cut off.
    #[error("the order was cut off from the books: relink it, or forget the export")]
    #[serde(rename = "export.cut-off")]
    CutOff,
    /// There is nothing to invoice.
    #[error("there is nothing to invoice")]
    #[serde(rename = "export.nothing-to-invoice")]
    NothingToInvoice,
    /// Nothing waits for that.
    #[error("the export does not stand as it must for this")]
    #[serde(rename = "export.not-so")]
    NotSo,
    /// There is no such document in the books, or it does not stand any more.
    #[error("there is no such document that stands")]
    #[serde(rename = "export.no-document")]
    NoDocument,
    /// Another order has that document.
    #[error("another order has that document")]
    #[serde(rename = "export.document-of-another")]
    DocumentOfAnother,
    /// The document is in another currency than the order.
    #[error("the document is in another currency: it comes to {total}")]
    #[serde(rename = "export.other-currency")]
    OtherCurrency {
        /// What the document comes to.
        total: Money,
    },
    /// The books answer nobody at the moment, or not the portal.
    #[error("the books cannot be asked now")]
    #[serde(rename = "export.books-unreached")]
    BooksUnreached,
}

impl ExportRefusal {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::AlreadyThere { .. } => "export.already-there",
            Self::UnderWay { .. } => "export.under-way",
            Self::NeedsAttention => "export.needs-attention",
            Self::CutOff => "export.cut-off",
            Self::NothingToInvoice => "export.nothing-to-invoice",
            Self::NotSo => "export.not-so",
            Self::NoDocument => "export.no-document",
            Self::DocumentOfAnother => "export.document-of-another",
            Self::OtherCurrency { .. } => "export.other-currency",
            Self::BooksUnreached => "export.books-unreached",
        }
    }

    pub(crate) fn lasting(&self) -> Lasting {
        match self {
            Self::AlreadyThere { .. } | Self::NothingToInvoice | Self::NotSo => Lasting::ForGood,
            Self::NeedsAttention
            | Self::CutOff
            | Self::NoDocument
            | Self::DocumentOfAnother
            | Self::OtherCurrency { .. } => Lasting::UntilSomeoneActs,
            Self::UnderWay { .. } | Self::BooksUnreached => Lasting::ForAWhile,
        }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::AlreadyThere { .. } | Self::NothingToInvoice => Remedy::NothingNeeded,
            Self::UnderWay { .. } | Self::BooksUnreached => Remedy::LookAgainLater,
            Self::NotSo => Remedy::LoadAgain,
            Self::NeedsAttention
            | Self::CutOff
            | Self::NoDocument
            | Self::DocumentOfAnother
            | Self::OtherCurrency { .. } => Remedy::AskOrganiser,
        }
    }

    pub(crate) fn data(&self) -> Vec<(&'static str, Datum)> {
        match self {
            Self::AlreadyThere { system } | Self::UnderWay { system } => {
                vec![("system", Datum::Text(Arc::clone(system)))]
            }
            Self::OtherCurrency { total } => vec![("total", Datum::Money(*total))],
            Self::NeedsAttention
            | Self::CutOff
            | Self::NothingToInvoice
            | Self::NotSo
            | Self::NoDocument
            | Self::DocumentOfAnother
            | Self::BooksUnreached => vec![],
        }
    }

    pub(crate) fn samples() -> Vec<Self> {
        let Ok(currency) = "EUR".parse() else {
            return vec![];
        };
        let system: Arc<str> = "Xero".into();
        vec![
            Self::AlreadyThere {
                system: Arc::clone(&system),
            },
            Self::UnderWay { system },
            Self::NeedsAttention,
            Self::CutOff,
            Self::NothingToInvoice,
            Self::NotSo,
            Self::NoDocument,
            Self::DocumentOfAnother,
            Self::OtherCurrency {
                total: Money::from_minor(12_000, currency),
            },
            Self::BooksUnreached,
        ]
    }
}
