use super::{FrontDoor, drawn_command, drawn_token};
use crate::{
    Commit, Error, Id, Loaded, StoreError,
    accounts::{Access, Attempt, Entry, LoginSession, PasswordHash, Refund, Then, Token},
};

/// Somebody is signed in: what their browser keeps.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// The session, for a cookie that only this portal's pages get, over HTTPS only, and no script.
    pub session: Token,
    /// Where the browser was not known yet: what it is known by from now on, for a cookie that outlives the session.
    pub device: Option<Token>,
}

/// What an entry takes and gives beside the session.
#[derive(Default)]
pub(in crate::accounts) struct With {
    pub(in crate::accounts) refunds: Vec<Refund>,
    pub(in crate::accounts) rehashed: Option<PasswordHash>,
    /// The session that goes on under another name: it ends when it would have.
    pub(in crate::accounts) instead_of: Option<LoginSession>,
}

impl FrontDoor<'_> {
    /// Lets them in.
    pub(in crate::accounts) async fn enter(
        &self,
        attempt: Attempt,
        access: Loaded<Access>,
        with: With,
    ) -> Result<SignedIn, Error> {
        let token = drawn_token()?;
        // Within a session the browser is known by that.
        let known = with.instead_of.is_some() || self.known_device(&access.value);
        let device = if known { None } else { Some(drawn_token()?) };
        let id = Id::new(drawn_command()?.to_string());
        let account = access.value.account.clone();
        let mut session = LoginSession::new(id, token.digest(), account, self.now());
        if let Some(before) = &with.instead_of {
            session.opened_at = before.opened_at;
        }
        session.ip = self.visitor.ip;
        session.agent.clone_from(&self.visitor.agent);
        let mut entry = Entry::new(session, access);
        entry.device = device
            .as_ref()
            .or(self.visitor.device.as_ref())
            .map(Token::digest);
        entry.refunds = with.refunds;
        entry.rehashed = with.rehashed;
        entry.instead_of = with.instead_of.map(|before| before.token);
        match self
            .accounts
            .store
            .conclude(attempt, Then::Enter(Box::new(entry)))
            .await
        {
            Ok(Commit::Applied | Commit::Replayed(_)) => Ok(SignedIn {
                session: token,
                device,
            }),
            // The account was changed while the password was checked: it may be another one now.
            Err(StoreError::Conflict(_)) => Err(Error::Contended),
            Err(e) => Err(e.into()),
        }
    }

    /// Whether the account was signed in to from this browser before.
    pub(super) fn known_device(&self, access: &Access) -> bool {
        let device = self.visitor.device.as_ref().map(Token::digest);
        device.is_some_and(|device| access.devices.contains(&device))
    }
}
