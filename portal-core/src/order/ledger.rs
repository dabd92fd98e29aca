use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How far the order is in the accounting system, as far as its payment goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LedgerLink {
    /// Not there.
    NotExported,
    /// On its way there, or perhaps there already: nobody knows yet.
    Exporting {
        /// Which system, as people call it.
        system: Arc<str>,
    },
    /// Exported, and connected.
    Connected {
        /// Which system, as people call it.
        system: Arc<str>,
        /// Its number there.
        reference: Arc<str>,
        /// Where the ledger itself takes a payment.
        pay_link: Option<Arc<str>>,
    },
    /// Exported once, and since cut off.
    Disconnected {
        /// Which system, as people call it.
        system: Arc<str>,
        /// Why.
        reason: CutOff,
    },
}

/// Why an order is no longer connected with the accounting system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CutOff {
    /// Staff disconnected it.
    Manual,
    /// The invoice was taken back there.
    RemoteVoided,
    /// The invoice was thrown away there.
    RemoteDeleted,
    /// The invoice was edited there. It still stands, and may be paid there.
    RemoteChanged,
    /// The portal keeps the books of another organisation now. The invoice still stands in the former ones, and may be paid there.
    OtherBooks,
    /// Something else, or somebody else's business.
    Other,
}

impl LedgerLink {
    /// Exported and connected, without a pay link.
    #[must_use]
    pub fn connected(system: impl Into<Arc<str>>, reference: impl Into<Arc<str>>) -> Self {
        Self::Connected {
            system: system.into(),
            reference: reference.into(),
            pay_link: None,
        }
    }

    /// Cut off, for this reason.
    #[must_use]
    pub fn cut_off(system: impl Into<Arc<str>>, reason: CutOff) -> Self {
        Self::Disconnected {
            system: system.into(),
            reason,
        }
    }
}

impl CutOff {
    /// Every reason there is.
    pub const ALL: &'static [Self] = &[
        Self::Manual,
        Self::RemoteVoided,
        Self::RemoteDeleted,
        Self::RemoteChanged,
        Self::OtherBooks,
        Self::Other,
    ];

    /// As hosts and settings write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::RemoteVoided => "remote_voided",
            Self::RemoteDeleted => "remote_deleted",
            Self::RemoteChanged => "remote_changed",
            Self::OtherBooks => "other_books",
            Self::Other => "other",
        }
    }

    /// What is written like this. What nobody here knows is something else.
    #[must_use]
    pub fn named(text: &str) -> Self {
        let known = Self::ALL.iter().find(|reason| reason.as_str() == text);
        known.copied().unwrap_or(Self::Other)
    }
}
