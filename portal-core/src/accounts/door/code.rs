use secrecy::{ExposeSecret, SecretString};

use super::{FrontDoor, SignedIn, drawn_command, enter::With, refusal};
use crate::{
    Ask, Decision, Error, Loaded, RecordRef,
    accounts::{
        Access, AccountChange, AccountKey, AccountRefusal, Digest, Flow, Outcome, Pass, PassHolder,
        PassKind, SecondFactor, Token, contended, holder::why_not, limits,
    },
};

/// Enter the code from the authenticator app, or a recovery code, after the password was right.
#[derive(Debug)]
#[non_exhaustive]
pub struct EnterCode {
    /// What the step before handed out.
    pub token: SecretString,
    /// Six digits from the app, or one of the [recovery codes](crate::accounts::RecoveryCodes).
    pub code: SecretString,
}

impl EnterCode {
    /// Enters a code.
    #[must_use]
    pub fn new(token: SecretString, code: SecretString) -> Self {
        Self { token, code }
    }
}

impl FrontDoor<'_> {
    /// Signs somebody in whose password was right, by the code from their app or one of their recovery codes. No code counts twice.
    ///
    /// # Errors
    /// `account.wrong-code`; `account.link-not-valid` when the step before was too long ago; `account.too-many-attempts`.
    pub async fn enter_code(&self, form: &EnterCode) -> Result<SignedIn, Error> {
        let place = limits::place(&self.accounts.key, self.visitor.ip);
        let place: Vec<_> = place.into_iter().collect();
        let tried = self.attempt(Flow::SecondFactor, Outcome::TooMany, None, "");
        self.draw(&place, tried).await?;
        let Some((pass, access, factor)) = self.half_way(&form.token).await? else {
            let log = self.attempt(Flow::SecondFactor, Outcome::Expired, None, "");
            self.conclude(log, None).await?;
            return Err(refusal(AccountRefusal::LinkNotValid));
        };
        let account = &access.value.account;
        let log = |outcome| self.attempt(Flow::SecondFactor, outcome, Some(&access.value), "");
        let key = &self.accounts.key;
        let draw = limits::code(key, &access.value);
        self.draw(std::slice::from_ref(&draw), log(Outcome::TooMany))
            .await?;
        let (code, now) = (form.code.expose_secret(), self.now());
        let Some(shown) = factor.shown(code, key, account, now) else {
            self.conclude(log(Outcome::Wrong), None).await?;
            return Err(refusal(AccountRefusal::WrongCode));
        };
        let ask = Ask::new(&self.visitor, now, drawn_command()?);
        let about = RecordRef::Account(account.clone());
        let decision = Decision::new(&ask, "account.code-used", about)
            .given(&access)
            .changed(AccountChange::PassUsed {
                pass: pass.id,
                of: pass.of,
            });
        let decision = shown.into_iter().fold(decision, Decision::changed);
        let store = &self.portal.wiring().store;
        store.commit(decision).await.map_err(contended)?;
        let key = AccountKey::Id(account.clone());
        let access = self
            .accounts
            .store
            .account(&key)
            .await?
            .ok_or(Error::Contended)?;
        // The password was right as well: from their own browser that try comes back too.
        let known = self.known_device(&access.value);
        let password = known.then(|| limits::known_guess(&self.accounts.key, &access.value));
        let draws: Vec<_> = password.into_iter().chain([draw]).collect();
        let with = With {
            refunds: self.refunds(&access.value, &draws),
            ..With::default()
        };
        self.enter(log(Outcome::Done), access, with).await
    }

    /// Whose password was right a moment ago.
    async fn half_way(
        &self,
        token: &SecretString,
    ) -> Result<Option<(Pass, Loaded<Access>, SecondFactor)>, Error> {
        let Some(token) = Token::read(token.expose_secret()) else {
            return Ok(None);
        };
        let found = self.accounts.store.pass(&token.digest()).await?;
        let good = |p: &Pass| p.kind == PassKind::SecondFactor && p.is_good(self.now());
        let Some(pass) = found.filter(good) else {
            return Ok(None);
        };
        let PassHolder::Account(id) = &pass.of else {
            return Ok(None);
        };
        let Some(access) = self
            .accounts
            .store
            .account(&AccountKey::Id(id.clone()))
            .await?
        else {
            return Ok(None);
        };
        let Some(person) = self.person(&access.value.contact).await? else {
            return Ok(None);
        };
        let barred = why_not(&access.value, &person.standing, self.portal.settings()).is_some();
        let theirs = pass.sent_to == Digest::of(id.as_str());
        let factor = access.value.second_factor.clone();
        let factor = factor.filter(|f| f.confirmed && theirs && !barred);
        Ok(factor.map(|factor| (pass, access, factor)))
    }
}
