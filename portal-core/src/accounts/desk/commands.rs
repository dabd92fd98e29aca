use async_trait::async_trait;

use crate::{
    Ask, Command, CommandId, CustomerDesk, Decision, Error, Id, Language, RecordRef, Viewer,
    accounts::{AccountChange, LoginSession},
    command::{sealed::Sealed, written},
};

/// Sign out a browser.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EndSession {
    /// The form's own id.
    pub command: CommandId,
    /// Which.
    pub session: Id<LoginSession>,
}

/// Sign out every browser but this one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EndOtherSessions {
    /// The form's own id.
    pub command: CommandId,
}

/// Be addressed in another language from now on.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ChooseLanguage {
    /// The form's own id.
    pub command: CommandId,
    /// Which.
    pub language: Language,
}

impl EndSession {
    /// Signs out this browser.
    #[must_use]
    pub fn new(command: CommandId, session: Id<LoginSession>) -> Self {
        Self { command, session }
    }
}

impl EndOtherSessions {
    /// Signs out every browser but the one that asks.
    #[must_use]
    pub fn new(command: CommandId) -> Self {
        Self { command }
    }
}

impl ChooseLanguage {
    /// Chooses a language.
    #[must_use]
    pub fn new(command: CommandId, language: Language) -> Self {
        Self { command, language }
    }
}

impl Sealed for EndSession {}
impl Sealed for EndOtherSessions {}
impl Sealed for ChooseLanguage {}

#[async_trait]
impl Command for EndSession {
    fn id(&self) -> CommandId {
        self.command
    }

    fn form(&self) -> String {
        written(&["end-session", self.session.as_str()])
    }

    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error> {
        let accounts = desk.account()?;
        let account = &ask.by.account;
        let sessions = accounts.accounts.store.sessions(account).await?;
        if sessions.iter().all(|s| s.id != self.session) {
            return Err(Error::NotFound);
        }
        let decision = Decision::new(ask, "account.session-ended", about(ask));
        Ok(decision.changed(AccountChange::SessionEnded {
            account: account.clone(),
            session: self.session.clone(),
        }))
    }
}

#[async_trait]
impl Command for EndOtherSessions {
    fn id(&self) -> CommandId {
        self.command
    }

    fn form(&self) -> String {
        written(&["end-other-sessions"])
    }

    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error> {
        let here = &desk.account()?.session.id;
        let decision = Decision::new(ask, "account.other-sessions-ended", about(ask));
        Ok(decision.changed(AccountChange::SessionsEnded {
            account: ask.by.account.clone(),
            but: Some(here.clone()),
        }))
    }
}

#[async_trait]
impl Command for ChooseLanguage {
    fn id(&self) -> CommandId {
        self.command
    }

    fn form(&self) -> String {
        written(&["choose-language", self.language.tag()])
    }

    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error> {
        desk.account()?;
        let decision = Decision::new(ask, "account.language-chosen", about(ask));
        Ok(decision.changed(AccountChange::LanguageChosen {
            account: ask.by.account.clone(),
            language: self.language,
        }))
    }
}

fn about(ask: &Ask<'_, Viewer>) -> RecordRef {
    RecordRef::Account(ask.by.account.clone())
}
