//! The sign-in log: one row for each attempt at the door, whoever it was.
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Digest;
use crate::{Account, Customer, Id};

/// One attempt at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// When it was answered.
    pub at: DateTime<Utc>,
    /// At what.
    pub flow: Flow,
    /// How it ended.
    pub outcome: Outcome,
    /// The account, where what they typed named one.
    pub account: Option<Id<Account>>,
    /// The customer code of that account.
    pub customer: Option<Id<Customer>>,
    /// What they typed, where it named no account, under the portal's key: people type passwords into the wrong field.
    pub typed: Option<Digest>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// What the browser calls itself, cut to 200 characters.
    pub agent: Option<String>,
}

/// What was attempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Flow {
    /// Signing in with a password.
    SignIn,
    /// The second factor.
    SecondFactor,
    /// Claiming an account by what is on record.
    Claim,
    /// Creating an account.
    SignUp,
    /// Requesting an account.
    Request,
    /// Asking for a link because the password is forgotten.
    ForgotPassword,
    /// Asking for the activation mail again.
    ResendActivation,
    /// Following a one-time link.
    FollowLink,
    /// Proving once more who one is.
    ProveAgain,
    /// Asking for another address.
    ChangeEmail,
}

/// How an attempt ended, for staff. Those at the door are told far less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It did what was asked.
    Done,
    /// Right so far; another step is to come.
    MoreToCome,
    /// Nobody by that name.
    Unknown,
    /// The wrong password, code, or details.
    Wrong,
    /// Right, but nobody has chosen a password yet.
    NotActivated,
    /// Right, but staff closed the account.
    Disabled,
    /// Right, but the customer may not use the portal.
    NotEligible,
    /// A temporary password or a link that ran out, was used, or was taken back.
    Expired,
    /// Not even looked at: too many attempts.
    TooMany,
    /// What was typed made no sense.
    Malformed,
    /// It is there already.
    Exists,
}

impl Attempt {
    /// An attempt, and how it ended.
    #[must_use]
    pub fn new(at: DateTime<Utc>, flow: Flow, outcome: Outcome) -> Self {
        Self {
            at,
            flow,
            outcome,
            account: None,
            customer: None,
            typed: None,
            ip: None,
            agent: None,
        }
    }

    /// Whether it did what was asked.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        matches!(self.outcome, Outcome::Done | Outcome::MoreToCome)
    }
}

impl Flow {
    /// As stores and logs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SecondFactor => "second_factor",
            Self::Claim => "claim",
            Self::SignUp => "sign_up",
            Self::Request => "request",
            Self::ForgotPassword => "forgot_password",
            Self::ResendActivation => "resend_activation",
            Self::FollowLink => "follow_link",
            Self::ProveAgain => "prove_again",
            Self::ChangeEmail => "change_email",
        }
    }
}

impl Outcome {
    /// As stores and logs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::MoreToCome => "more_to_come",
            Self::Unknown => "unknown",
            Self::Wrong => "wrong",
            Self::NotActivated => "not_activated",
            Self::Disabled => "disabled",
            Self::NotEligible => "not_eligible",
            Self::Expired => "expired",
            Self::TooMany => "too_many",
            Self::Malformed => "malformed",
            Self::Exists => "exists",
        }
    }
}
