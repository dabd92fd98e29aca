//! The front door: everything somebody can do whom nobody knows yet.
//!
//! What strangers learn here is the same whoever they name: the same answer, after the same work. What really happened stands in the sign-in log and in the mail.
mod claim;
#[cfg(feature = "totp")]
mod code;
mod enter;
mod form;
mod letter;
mod link;
mod look_up;
mod request;
mod resume;
mod sign_in;
mod sign_up;
mod ways;

pub use claim::{Claim, Claimed};
#[cfg(feature = "totp")]
pub use code::EnterCode;
pub use enter::SignedIn;
pub use form::Login;
pub use link::{FollowLink, Followed, LinkFacts, LinkTakes};
pub use sign_in::{NextStep, SignIn};
pub use ways::WaysIn;

pub(super) use enter::With;
pub(super) use form::ReadLogin;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::Serialize;

use super::{
    Access, AccountRefusal, Accounts, Attempt, Draw, Drawn, Flow, Outcome, Then, Token, Visitor,
};
use crate::{
    Acting, Actor, Ask, CommandId, Commit, Decision, Error, Loaded, Portal,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    store::StoreError,
};

/// Everything somebody can do whom nobody knows yet.
#[derive(Debug)]
pub struct FrontDoor<'a> {
    pub(super) portal: &'a Portal,
    pub(super) accounts: &'a Accounts,
    pub(super) visitor: Visitor,
}

/// What strangers are told, whoever they named: if it is so, something was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Answer {
    /// If the details match, a message is on its way.
    Sent,
}

impl Portal {
    /// The front door, for somebody nobody knows yet.
    ///
    /// # Errors
    /// When the host signs its users in itself, or the portal is off.
    pub fn door(&self, visitor: Visitor) -> Result<FrontDoor<'_>, Error> {
        self.open()?;
        let accounts = self.wiring().accounts.as_ref();
        Ok(FrontDoor {
            portal: self,
            accounts: accounts.ok_or(Error::NotWired("accounts"))?,
            visitor,
        })
    }
}

impl Acting for Visitor {
    fn actor(&self) -> Actor {
        Actor::Visitor
    }
}

impl FrontDoor<'_> {
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.portal.wiring().clock.now()
    }

    pub(super) fn settings(&self) -> &super::AccountSettings {
        &self.portal.settings().accounts
    }

    /// A form nobody gave an id: it is its own.
    pub(super) fn ask(&self, now: DateTime<Utc>) -> Result<Ask<'_, Visitor>, Error> {
        Ok(Ask::new(&self.visitor, now, drawn_command()?))
    }

    /// A row of the sign-in log. Of what names no account only a digest is kept.
    pub(super) fn attempt(
        &self,
        flow: Flow,
        outcome: Outcome,
        whose: Option<&Access>,
        typed: &str,
    ) -> Attempt {
        let mut attempt = Attempt::new(self.now(), flow, outcome);
        attempt.ip = self.visitor.ip;
        attempt.agent.clone_from(&self.visitor.agent);
        match whose {
            Some(access) => {
                attempt.account = Some(access.account.clone());
                attempt.customer = Some(access.customer.clone());
            }
            None => attempt.typed = Some(self.accounts.key.digest("typed", typed)),
        }
        attempt
    }

    /// Takes a try from each allowance; where one is used up, that is the answer, and the log has it.
    pub(super) async fn draw(&self, draws: &[Draw], refused: Attempt) -> Result<(), Error> {
        match self.accounts.store.draw(draws, self.now()).await? {
            Drawn::Granted => Ok(()),
            Drawn::Refused { again_at } => {
                self.accounts.store.conclude(refused, Then::Nothing).await?;
                Err(refusal(AccountRefusal::TooManyAttempts { again_at }))
            }
        }
    }

    /// The work of checking a password where there is none to check: whoever asks shall not tell by the time it takes.
    pub(super) async fn spend(&self) -> Result<(), Error> {
        let nothing = SecretString::default();
        let decoy = self.accounts.hasher.decoy();
        self.accounts.hasher.verify(&nothing, &decoy).await?;
        Ok(())
    }

    /// Writes the log, with the decision where there is one. One that came too late leaves only its row.
    pub(super) async fn conclude(
        &self,
        attempt: Attempt,
        decision: Option<Decision>,
    ) -> Result<bool, Error> {
        let Some(decision) = decision else {
            self.accounts.store.conclude(attempt, Then::Nothing).await?;
            return Ok(false);
        };
        let mut late = attempt.clone();
        let then = Then::Commit(Box::new(decision));
        match self.accounts.store.conclude(attempt, then).await {
            Ok(Commit::Applied) => Ok(true),
            Ok(Commit::Replayed(_)) | Err(StoreError::Conflict(_)) => {
                late.outcome = Outcome::Exists;
                self.accounts.store.conclude(late, Then::Nothing).await?;
                Ok(false)
            }
            Err(e) => Err(e.into()),
        }
    }
}

pub(super) fn refusal(why: AccountRefusal) -> Error {
    crate::Refusal::from(why).into()
}

pub(super) fn drawn_token() -> Result<Token, Error> {
    Token::draw().map_err(no_randomness)
}

pub(super) fn drawn_command() -> Result<CommandId, Error> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(no_randomness)?;
    Ok(CommandId(
        uuid::Builder::from_random_bytes(bits).into_uuid(),
    ))
}

pub(super) fn no_randomness(e: getrandom::Error) -> Error {
    let kind = AdapterErrorKind::Unavailable;
    let never = Disposition::NeverSent;
    AdapterError::new(kind, never, "system", "draw randomness", e.to_string()).into()
}

/// An account as it was read, or the version of one that is not there.
pub(super) type Read = Option<Loaded<Access>>;
