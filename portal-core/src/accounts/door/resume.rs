use super::FrontDoor;
use crate::{
    CustomerDesk, Error, Viewer,
    accounts::{AccountState, LoginSession, Token, may_enter},
};

impl FrontDoor<'_> {
    /// Whoever this browser is signed in as: everything they can see and do. Checked anew on every request, and so is whether they may use the portal at all.
    ///
    /// # Errors
    /// [`Error::SignInFirst`], whatever the reason is that nobody is signed in.
    pub async fn resume(&self, cookie: &str) -> Result<CustomerDesk, Error> {
        let token = Token::read(cookie).ok_or(Error::SignInFirst)?;
        let found = self.accounts.store.session(&token.digest()).await?;
        let open = found.ok_or(Error::SignInFirst)?;
        let (session, access) = (open.session, open.access.value);
        let now = self.now();
        let alive = session.is_alive(now, &self.settings().sessions);
        if !alive || access.state != AccountState::Active {
            return Err(Error::SignInFirst);
        }
        let person = self
            .person(&access.contact)
            .await?
            .ok_or(Error::SignInFirst)?;
        may_enter(&person.standing, self.portal.settings()).map_err(|_| Error::SignInFirst)?;
        if session.is_due(now) {
            self.accounts.store.seen(&session.token, now).await?;
        }
        let mut contact = person.contact;
        contact.language = access.language.unwrap_or(self.portal.settings().language);
        let viewer = Viewer::new(access.account, contact, session.proved_at);
        Ok(self.portal.customer(viewer.within(session)))
    }
}

impl Viewer {
    fn within(mut self, session: LoginSession) -> Self {
        self.session = Some(session);
        self
    }
}
