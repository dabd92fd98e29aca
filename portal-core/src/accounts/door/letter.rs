use super::{Answer, FrontDoor, Login};
use crate::{
    Decision, Error, RecordRef,
    accounts::{
        AccountState, Flow, Outcome, PassHolder, PassKind, address_digest, holder::why_not, issue,
        limits,
    },
    effect::{MailKind, Recipient},
};

impl FrontDoor<'_> {
    /// Sends a link to whoever forgot the password. It always works, however many guesses others have made.
    ///
    /// # Errors
    /// `account.too-many-attempts`, where one name or one place asked for too many messages.
    pub async fn forgot_password(&self, login: &Login) -> Result<Answer, Error> {
        self.letter(Flow::ForgotPassword, login).await
    }

    /// Sends the activation mail again to whoever has not chosen a password yet.
    ///
    /// # Errors
    /// As [`forgot_password`](Self::forgot_password).
    pub async fn resend_activation(&self, login: &Login) -> Result<Answer, Error> {
        self.letter(Flow::ResendActivation, login).await
    }

    async fn letter(&self, flow: Flow, login: &Login) -> Result<Answer, Error> {
        let read = login.read(self.portal.settings().country);
        let named = self.look_up(&read).await?;
        let log = |outcome| self.attempt(flow, outcome, named.access(), login.typed());
        let key = &self.accounts.key;
        let mut draws = vec![limits::letter(key, read.name(login))];
        draws.extend(limits::letters_from(key, self.visitor.ip));
        self.draw(&draws, log(Outcome::TooMany)).await?;
        self.spend().await?;
        let Some((access, person)) = named.both() else {
            self.conclude(log(Outcome::Unknown), None).await?;
            return Ok(Answer::Sent);
        };
        let (kind, mail) = match (access.value.state, flow) {
            (AccountState::Invited, _) => (PassKind::Activation, MailKind::Activation),
            (AccountState::Active, Flow::ForgotPassword) => (PassKind::Reset, MailKind::ResetLink),
            (AccountState::Active | AccountState::Disabled, _) => {
                self.conclude(log(Outcome::Wrong), None).await?;
                return Ok(Answer::Sent);
            }
        };
        let address = person.standing.email.as_ref();
        let why_not = why_not(&access.value, &person.standing, self.portal.settings());
        let outcome = why_not.unwrap_or(match address {
            Some(_) => Outcome::Done,
            None => Outcome::Wrong,
        });
        let decision = match address.filter(|_| outcome == Outcome::Done) {
            Some(address) => {
                let ask = self.ask(self.now())?;
                let links = &self.settings().links;
                let account = &access.value.account;
                let of = PassHolder::Account(account.clone());
                let pass = issue::pass(of, kind, address_digest(address), &ask, links, key);
                let about = RecordRef::Account(account.clone());
                let to = Recipient::Address(address.clone());
                let decision = Decision::new(&ask, "account.link-asked-for", about).given(access);
                Some(decision.sent(pass, mail, to))
            }
            None => None,
        };
        self.conclude(log(outcome), decision).await?;
        Ok(Answer::Sent)
    }
}
