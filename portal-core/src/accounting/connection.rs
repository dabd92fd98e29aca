use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ChangeCursor, ConnectionTrouble, OrganisationRef};
use crate::{Id, RecordRef};

/// How the portal stands with the books of one organisation, as it is kept: every process sees the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LedgerConnection {
    /// Whose books.
    pub books: OrganisationRef,
    /// Whether the portal may use them.
    pub health: Health,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Nothing is asked there before then: the books said so.
    pub paused_until: Option<DateTime<Utc>>,
    /// How far changes have been read.
    pub cursor: ChangeCursor,
    /// When they were last read to the end.
    pub read_at: Option<DateTime<Utc>>,
}

/// Whether the portal may use the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the lock must face every state")]
pub enum Health {
    /// It may.
    Active,
    /// Consent has run out, or does not cover what is needed: staff must connect again.
    ReauthRequired,
    /// Somebody disconnected the portal there: staff must connect again.
    Revoked,
}

impl LedgerConnection {
    /// Books that nothing is wrong with, read from now on.
    #[must_use]
    pub fn new(books: OrganisationRef, now: DateTime<Utc>) -> Self {
        Self {
            books,
            health: Health::Active,
            since: now,
            paused_until: None,
            cursor: ChangeCursor::Since(now),
            read_at: None,
        }
    }

    /// The record of the connection with these books.
    #[must_use]
    pub fn record_of(books: &OrganisationRef) -> RecordRef {
        RecordRef::Ledger(Id::new(books.to_string()))
    }

    /// The record of it.
    #[must_use]
    pub fn record(&self) -> RecordRef {
        Self::record_of(&self.books)
    }
}

impl Health {
    /// What this trouble makes of a connection.
    #[must_use]
    pub fn after(trouble: &ConnectionTrouble) -> Self {
        match trouble {
            ConnectionTrouble::ConsentNeeded | ConnectionTrouble::ScopeMissing => {
                Self::ReauthRequired
            }
            ConnectionTrouble::Revoked => Self::Revoked,
        }
    }
}
