//! What a customer does about their own account.
mod commands;
mod email;
#[cfg(feature = "totp")]
mod factor;
mod password;

pub use commands::{ChooseLanguage, EndOtherSessions, EndSession};
#[cfg(feature = "totp")]
pub use factor::SecondFactorSetup;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    Access, AccountKey, AccountRefusal, Accounts, Flow, FrontDoor, LoginSession, Outcome, Person,
    Verified, Visitor,
    door::{drawn_command, refusal},
    limits,
};
use crate::{Ask, CustomerDesk, Error, Id, Loaded, Viewer};
use secrecy::SecretString;

/// What a customer does about their own account.
#[derive(Debug)]
pub struct AccountDesk<'a> {
    desk: &'a CustomerDesk,
    accounts: &'a Accounts,
    session: &'a LoginSession,
    door: FrontDoor<'a>,
}

/// A browser one is signed in from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SignedInFrom {
    /// What to [end it](EndSession) by.
    pub session: Id<LoginSession>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it was last seen, to the minute.
    pub seen_at: DateTime<Utc>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// What the browser calls itself.
    pub agent: Option<String>,
    /// It is this one.
    pub here: bool,
}

impl CustomerDesk {
    /// What they do about their own account.
    ///
    /// # Errors
    /// When the host signs its users in itself, or the portal is off.
    pub fn account(&self) -> Result<AccountDesk<'_>, Error> {
        self.open()?;
        let accounts = self.wiring().accounts.as_ref();
        let signed_in = accounts.zip(self.viewer().session.as_ref());
        let (accounts, session) = signed_in.ok_or(Error::NotWired("accounts"))?;
        let visitor = Visitor {
            ip: session.ip,
            agent: session.agent.clone(),
            device: None,
        };
        Ok(AccountDesk {
            desk: self,
            accounts,
            session,
            door: self.portal().door(visitor)?,
        })
    }
}

impl AccountDesk<'_> {
    /// Where they are signed in, the browser last seen first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sessions(&self) -> Result<Vec<SignedInFrom>, Error> {
        let found = self
            .accounts
            .store
            .sessions(&self.desk.viewer().account)
            .await?;
        let now = self.door.now();
        let settings = &self.door.settings().sessions;
        let alive = found.into_iter().filter(|s| s.is_alive(now, settings));
        let line = |session: LoginSession| SignedInFrom {
            here: session.id == self.session.id,
            session: session.id,
            since: session.opened_at,
            seen_at: session.seen_at,
            ip: session.ip,
            agent: session.agent,
        };
        Ok(alive.map(line).collect())
    }

    /// Signs them out here. The session opens nothing from then on; one that had ended before is no error.
    ///
    /// # Errors
    /// When the store fails; then they are still signed in.
    pub async fn sign_out(&self) -> Result<(), Error> {
        let form = EndSession::new(drawn_command()?, self.session.id.clone());
        match self.desk.submit(&form).await {
            Ok(_) | Err(Error::NotFound) => Ok(()),
            Err(e) => Err(e),
        }
    }

    fn ask(&self) -> Result<Ask<'_, Viewer>, Error> {
        Ok(Ask::new(
            self.desk.viewer(),
            self.door.now(),
            drawn_command()?,
        ))
    }

    async fn access(&self) -> Result<Loaded<Access>, Error> {
        let key = AccountKey::Id(self.desk.viewer().account.clone());
        let found = self.accounts.store.account(&key).await?;
        found.ok_or(Error::SignInFirst)
    }

    /// Who they are, as the host has them on record.
    async fn owner(&self) -> Result<Person, Error> {
        let found = self.door.person(&self.desk.viewer().contact.id).await?;
        found.ok_or(Error::SignInFirst)
    }

    /// The password, asked for once more. A wrong one counts among the guesses at this account, and has its row in the log.
    async fn prove(
        &self,
        flow: Flow,
        access: &Loaded<Access>,
        password: &SecretString,
    ) -> Result<(), Error> {
        let log = |outcome| self.door.attempt(flow, outcome, Some(&access.value), "");
        let draws = [limits::known_guess(&self.accounts.key, &access.value)];
        self.door.draw(&draws, log(Outcome::TooMany)).await?;
        let decoy = || self.accounts.hasher.decoy();
        let kept = access.value.password.clone().unwrap_or_else(decoy);
        match self.accounts.hasher.verify(password, &kept).await? {
            Verified::Right | Verified::Outdated => Ok(()),
            Verified::Wrong => {
                self.door.conclude(log(Outcome::Wrong), None).await?;
                Err(refusal(AccountRefusal::WrongPassword))
            }
        }
    }

    /// Sensitive: only for who has proved lately who they are.
    #[cfg(feature = "totp")]
    fn must_be_fresh(&self) -> Result<(), Error> {
        let settings = &self.door.settings().sessions;
        if self.session.is_fresh(self.door.now(), settings) {
            return Ok(());
        }
        Err(refusal(AccountRefusal::ProveAgain))
    }
}
