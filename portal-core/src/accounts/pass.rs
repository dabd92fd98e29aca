//! One-time links: sent to an address, good once, for one thing, for a while.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{AccountRequest, Digest};
use crate::{Account, Id, RecordRef, details::EmailAddress};

/// A one-time link, as it is kept: never the link itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pass {
    /// The portal's key, drawn at random.
    pub id: Id<Pass>,
    /// What it is good for.
    pub kind: PassKind,
    /// Whose it is.
    pub of: PassHolder,
    /// The address it was sent to. It is worth nothing once that is no longer theirs.
    pub sent_to: Digest,
    /// What is kept of the link's secret.
    pub secret: Digest,
    /// The last instant it is good.
    pub until: DateTime<Utc>,
    /// Whether it was used.
    pub state: PassState,
}

/// What a one-time link is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PassKind {
    /// Staff invited them: choose the first password.
    Invitation,
    /// Staff sent an activation mail, or approved a request: choose the first password, or another.
    Activation,
    /// They claimed an account by what is on record: choose the first password.
    Claim,
    /// They signed up, and this shows that the address is theirs.
    SignUp,
    /// They forgot the password: choose another.
    Reset,
    /// They want another address, and this shows that it is theirs.
    NewEmail {
        /// The new address.
        email: EmailAddress,
    },
    /// They came in by a temporary password: choose a lasting one. Never sent.
    ChoosePassword,
    /// Their password was right: the second factor is still to come. Never sent.
    SecondFactor,
}

/// Whose one-time link it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a link is for an account, or for one that is asked for"
)]
pub enum PassHolder {
    /// An account's.
    Account(Id<Account>),
    /// Somebody's who asked for an account.
    Request(Id<AccountRequest>),
}

/// Whether a one-time link was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PassState {
    /// Not yet.
    Open,
    /// Yes.
    Used,
    /// Taken back: another was sent, or the account was changed.
    Revoked,
}

impl Pass {
    /// A link nobody has used.
    #[must_use]
    pub fn new(
        id: Id<Self>,
        kind: PassKind,
        of: PassHolder,
        sent_to: Digest,
        secret: Digest,
        until: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            kind,
            of,
            sent_to,
            secret,
            until,
            state: PassState::Open,
        }
    }

    /// Whether it is still good, whatever else may have changed since.
    #[must_use]
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.state == PassState::Open && now <= self.until
    }
}

impl PassKind {
    /// As stores and logs write it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Activation => "activation",
            Self::Claim => "claim",
            Self::SignUp => "sign_up",
            Self::Reset => "reset",
            Self::NewEmail { .. } => "new_email",
            Self::ChoosePassword => "choose_password",
            Self::SecondFactor => "second_factor",
        }
    }
}

impl PassState {
    /// As stores write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Revoked => "revoked",
        }
    }
}

impl PassHolder {
    /// The record whose version changes when the link is used.
    #[must_use]
    pub fn record(&self) -> RecordRef {
        match self {
            Self::Account(id) => RecordRef::Account(id.clone()),
            Self::Request(id) => RecordRef::AccountRequest(id.clone()),
        }
    }
}
