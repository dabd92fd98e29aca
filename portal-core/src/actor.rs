use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[cfg(feature = "accounts")]
use crate::accounts::LoginSession;
use crate::{Account, CommandId, Contact, Id};

/// A signed-in customer. Only the portal's sign-in, or the host, makes one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Viewer {
    /// The account they signed in to.
    pub account: Id<Account>,
    /// The person behind it.
    pub contact: Contact,
    /// When they proved who they are.
    pub signed_in_at: DateTime<Utc>,
    /// The session, where the portal signed them in itself.
    #[cfg(feature = "accounts")]
    pub session: Option<LoginSession>,
}

/// The portal itself, doing what falls due: an offer expires, nobody pressed a button.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::exhaustive_structs,
    reason = "there is nothing to know about it"
)]
pub struct Upkeep;

/// Who did it, for the audit trail and for the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Actor {
    /// A customer, through this account.
    Account(Id<Account>),
    /// Someone of the host's.
    Staff(Arc<str>),
    /// The portal itself.
    Upkeep,
    /// Somebody at the door: nobody knows who.
    Visitor,
}

/// All a rule may know beside the facts. `Ask<Viewer>` and `Ask<Upkeep>` say in the signature who may call it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ask<'a, By> {
    /// Who asks.
    pub by: &'a By,
    /// The instant the answer is for.
    pub now: DateTime<Utc>,
    /// The form that asks.
    pub command: CommandId,
}

impl Viewer {
    /// A customer the host has signed in.
    #[must_use]
    pub fn new(account: Id<Account>, contact: Contact, signed_in_at: DateTime<Utc>) -> Self {
        Self {
            account,
            contact,
            signed_in_at,
            #[cfg(feature = "accounts")]
            session: None,
        }
    }
}

impl<'a, By> Ask<'a, By> {
    /// Puts a question to the rules.
    #[must_use]
    pub fn new(by: &'a By, now: DateTime<Utc>, command: CommandId) -> Self {
        Self { by, now, command }
    }
}

/// Anyone a decision can be made for.
pub trait Acting {
    /// As the audit trail names them.
    fn actor(&self) -> Actor;
}

impl Acting for Viewer {
    fn actor(&self) -> Actor {
        Actor::Account(self.account.clone())
    }
}

impl Acting for Upkeep {
    fn actor(&self) -> Actor {
        Actor::Upkeep
    }
}
