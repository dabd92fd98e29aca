use secrecy::{ExposeSecret, SecretString};

use super::{FrontDoor, Login, ReadLogin, SignedIn, enter::With, look_up::Named, refusal};
use crate::{
    Error, Loaded,
    accounts::{
        Access, AccountChange, AccountRefusal, Draw, Flow, Outcome, PassKind, PasswordHash, Token,
        Verified, holder::why_not, issue, limits, temporary,
    },
    details::Phone,
};

/// Sign in with an e-mail address or a phone number, and a password.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignIn {
    /// Who they say they are.
    pub login: Login,
    /// The password.
    pub password: SecretString,
}

/// What follows a sign-in.
#[derive(Debug)]
#[non_exhaustive]
pub enum NextStep {
    /// They are in.
    SignedIn(SignedIn),
    /// The password was right; now the code from their app, with this.
    EnterCode(Token),
    /// The temporary password was right, and is used up: now they choose a lasting one, by [`FollowLink`](super::FollowLink) with this.
    ChoosePassword(Token),
    /// They typed a phone number as both: whoever has not registered yet can [claim](super::Claim) an account. It is the answer to anybody, and lets nobody in.
    Claim,
}

impl SignIn {
    /// Signs in with what was typed.
    #[must_use]
    pub fn new(login: Login, password: SecretString) -> Self {
        Self { login, password }
    }
}

/// Which of the hashes kept is the one to check. One is checked, whoever is named.
enum Kept {
    Lasting(PasswordHash),
    Temporary(PasswordHash),
    Decoy(PasswordHash),
}

impl FrontDoor<'_> {
    /// Signs somebody in.
    ///
    /// # Errors
    /// `account.not-recognised` for everything that is wrong, whatever it is; `account.too-many-attempts`. One row of the sign-in log is written before either is answered.
    pub async fn sign_in(&self, form: &SignIn) -> Result<NextStep, Error> {
        let login = form.login.read(self.portal.settings().country);
        let named = self.look_up(&login).await?;
        let log = |outcome| self.attempt(Flow::SignIn, outcome, named.access(), form.login.typed());
        let draws = self.sign_in_draws(&login, &form.login, &named);
        self.draw(&draws, log(Outcome::TooMany)).await?;
        if self.is_first_registration(&login, &form.password) {
            self.spend().await?;
            self.conclude(log(Outcome::NotActivated), None).await?;
            return Ok(NextStep::Claim);
        }
        let kept = self.kept(&named, &form.password);
        let (Kept::Lasting(hash) | Kept::Temporary(hash) | Kept::Decoy(hash)) = &kept;
        let verified = self.accounts.hasher.verify(&form.password, hash).await?;
        let outcome = match (&kept, verified, named.both()) {
            (Kept::Decoy(_), ..) | (.., None) if named.access().is_none() => Outcome::Unknown,
            (Kept::Decoy(_), _, _) | (.., None) | (_, Verified::Wrong, _) => Outcome::Wrong,
            (_, Verified::Right | Verified::Outdated, Some((access, person))) => {
                match why_not(&access.value, &person.standing, self.portal.settings()) {
                    Some(why) => why,
                    None if self.ran_out(&kept, &access.value) => Outcome::Expired,
                    None => return self.let_in(form, &kept, verified, access, draws, log).await,
                }
            }
        };
        self.conclude(log(outcome), None).await?;
        Err(refusal(AccountRefusal::NotRecognised))
    }

    /// The password is right, and nothing stands against it.
    async fn let_in(
        &self,
        form: &SignIn,
        kept: &Kept,
        verified: Verified,
        access: &Loaded<Access>,
        draws: Vec<Draw>,
        log: impl Fn(Outcome) -> crate::accounts::Attempt + Send + Sync,
    ) -> Result<NextStep, Error> {
        let account = &access.value.account;
        if let Kept::Temporary(_) = kept {
            let used = AccountChange::TemporaryPasswordUsed {
                account: account.clone(),
            };
            let token = self
                .hand_out(
                    access,
                    PassKind::ChoosePassword,
                    Some(used),
                    log(Outcome::MoreToCome),
                )
                .await?;
            return Ok(NextStep::ChoosePassword(token));
        }
        if access
            .value
            .second_factor
            .as_ref()
            .is_some_and(|f| f.confirmed)
            && self.settings().second_factor
        {
            let log = log(Outcome::MoreToCome);
            let token = self
                .hand_out(access, PassKind::SecondFactor, None, log)
                .await?;
            return Ok(NextStep::EnterCode(token));
        }
        let rehashed = match verified {
            Verified::Outdated => Some(self.accounts.hasher.hash(&form.password).await?),
            Verified::Right | Verified::Wrong => None,
        };
        let with = With {
            refunds: self.refunds(&access.value, &draws),
            rehashed,
            instead_of: None,
        };
        let entered = self.enter(log(Outcome::Done), access.clone(), with).await?;
        Ok(NextStep::SignedIn(entered))
    }

    /// A one-time link that is not sent anywhere: the next step of who was let this far.
    async fn hand_out(
        &self,
        access: &Loaded<Access>,
        kind: PassKind,
        also: Option<AccountChange>,
        log: crate::accounts::Attempt,
    ) -> Result<Token, Error> {
        let ask = self.ask(self.now())?;
        let links = &self.settings().links;
        let (decision, token) = issue::handed_out(access, kind, &ask, &self.accounts.key, links);
        let decision = match also {
            Some(change) => decision.changed(change),
            None => decision,
        };
        if self.conclude(log, Some(decision)).await? {
            Ok(token)
        } else {
            Err(Error::Contended)
        }
    }

    /// A browser the owner signed in from before has tries of its own, which nobody else can use up.
    fn sign_in_draws(&self, login: &ReadLogin, typed: &Login, named: &Named) -> Vec<Draw> {
        let key = &self.accounts.key;
        if let Some(access) = named.access().filter(|access| self.known_device(access)) {
            return vec![limits::known_guess(key, access)];
        }
        let name = login.name(typed);
        let whose = named.access().map(|access| access.account.as_str());
        // As much is taken where nobody is named.
        let mut draws = vec![
            limits::guess(key, name),
            limits::guess_at(key, whose.unwrap_or(name)),
        ];
        draws.extend(limits::place(key, self.visitor.ip));
        draws
    }

    /// The tries come back, and every row of failures at this account ends.
    pub(super) fn refunds(&self, access: &Access, draws: &[Draw]) -> Vec<crate::accounts::Refund> {
        let key = &self.accounts.key;
        let names = [
            access
                .email
                .as_ref()
                .map(crate::details::EmailAddress::as_str),
            access.phone.as_ref().map(Phone::as_str),
        ];
        let rows = names
            .into_iter()
            .flatten()
            .map(|name| limits::guess(key, name));
        let rows = rows.chain([
            limits::known_guess(key, access),
            limits::guess_at(key, access.account.as_str()),
        ]);
        let others = rows.filter(|row| draws.iter().all(|draw| draw.key != row.key));
        let ended = others.map(|row| row.ended_row());
        draws.iter().map(Draw::refund).chain(ended).collect()
    }

    /// The articles' first registration: the phone number as both. A stranger's try at it tells nothing, and opens nothing.
    fn is_first_registration(&self, login: &ReadLogin, password: &SecretString) -> bool {
        let ReadLogin::Phone(phone) = login else {
            return false;
        };
        let country = self.portal.settings().country;
        let typed = Phone::parse(password.expose_secret(), country);
        self.settings().claims && typed.is_ok_and(|typed| typed == *phone)
    }

    fn kept(&self, named: &Named, typed: &SecretString) -> Kept {
        let access = named.access();
        let temporary = access.and_then(|a| a.temporary.as_ref());
        if let Some(temporary) = temporary.filter(|_| temporary::looks_like(typed)) {
            return Kept::Temporary(temporary.hash.clone());
        }
        match access.and_then(|a| a.password.clone()) {
            Some(password) => Kept::Lasting(password),
            None => Kept::Decoy(self.accounts.hasher.decoy()),
        }
    }

    fn ran_out(&self, kept: &Kept, access: &Access) -> bool {
        let until = access.temporary.as_ref().map(|t| t.until);
        matches!(kept, Kept::Temporary(_)) && until.is_none_or(|until| until < self.now())
    }
}
