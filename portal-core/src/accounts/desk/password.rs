use secrecy::{ExposeSecret, SecretString};

use super::AccountDesk;
use crate::{
    Decision, Error, RecordRef, Refusals,
    accounts::{
        Access, AccountChange, AccountRefusal, ChosenPassword, Draw, Flow, Outcome, SignedIn,
        contended,
        door::{With, refusal},
        limits,
        spelling::as_judged,
        temporary,
    },
    effect::MailKind,
};

impl AccountDesk<'_> {
    /// Proves once more who they are, for what matters most: by the password, and where [signing in takes a code](Self::proof_takes_code) by that too. The session is another one from
    /// then on.
    ///
    /// # Errors
    /// `account.wrong-password`, `account.code-needed`, `account.wrong-code`, `account.too-many-attempts`.
    pub async fn prove_again(
        &self,
        password: &SecretString,
        code: Option<&SecretString>,
    ) -> Result<SignedIn, Error> {
        let access = self.access().await?;
        if self.takes_code(&access.value) && code.is_none() {
            let half = self.door.attempt(
                Flow::ProveAgain,
                Outcome::Malformed,
                Some(&access.value),
                "",
            );
            self.door.conclude(half, None).await?;
            return Err(refusal(AccountRefusal::CodeNeeded));
        }
        self.prove(Flow::ProveAgain, &access, password).await?;
        let guess = limits::known_guess(&self.accounts.key, &access.value);
        #[cfg(feature = "totp")]
        let (access, code) = self.prove_code(access, code).await?;
        #[cfg(not(feature = "totp"))]
        let code = None;
        let log = self
            .door
            .attempt(Flow::ProveAgain, Outcome::Done, Some(&access.value), "");
        let draws = std::iter::once(guess).chain(code);
        let with = With {
            refunds: draws.map(|draw: Draw| draw.refund()).collect(),
            instead_of: Some(self.session.clone()),
            ..With::default()
        };
        self.door.enter(log, access, with).await
    }

    /// Whether [proving once more](Self::prove_again) who they are takes a code from their app, or a recovery code, beside the password.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn proof_takes_code(&self) -> Result<bool, Error> {
        Ok(self.takes_code(&self.access().await?.value))
    }

    pub(super) fn takes_code(&self, access: &Access) -> bool {
        let factor = access.second_factor.as_ref();
        factor.is_some_and(|factor| factor.confirmed) && self.door.settings().second_factor
    }

    /// Changes the password. Every session ends but the one that this answers with, links under way are worth nothing any more, and the address on record hears of it.
    ///
    /// # Errors
    /// `account.wrong-password`, `account.too-many-attempts`, and everything that is wrong with the new one.
    pub async fn change_password(
        &self,
        current: &SecretString,
        new: &SecretString,
    ) -> Result<SignedIn, Error> {
        let access = self.access().await?;
        // What is wrong with the new one takes no try from the current one.
        let chosen = match self.new_password(current, new).await? {
            Ok(chosen) => chosen,
            Err(weak) => {
                let (flow, malformed) = (Flow::ProveAgain, Outcome::Malformed);
                let row = self.door.attempt(flow, malformed, Some(&access.value), "");
                self.door.conclude(row, None).await?;
                return Err(weak.into());
            }
        };
        self.prove(Flow::ProveAgain, &access, current).await?;
        let password = self.accounts.hasher.hash(chosen.secret()).await?;
        let account = &access.value.account;
        let ask = self.ask()?;
        let about = RecordRef::Account(account.clone());
        let to = self.owner().await?.alarmed();
        let decision = Decision::new(&ask, "account.password-changed", about)
            .given(&access)
            .changed(AccountChange::PasswordSet {
                account: account.clone(),
                password,
                device: None,
            })
            .changed(AccountChange::PassesRevoked {
                account: account.clone(),
            })
            .changed(AccountChange::SessionsEnded {
                account: account.clone(),
                but: Some(self.session.id.clone()),
            })
            .mail(MailKind::PasswordChanged, to);
        self.desk
            .wiring()
            .store
            .commit(decision)
            .await
            .map_err(contended)?;
        let now = self.access().await?;
        let log = self
            .door
            .attempt(Flow::ProveAgain, Outcome::Done, Some(&now.value), "");
        let with = With {
            instead_of: Some(self.session.clone()),
            ..With::default()
        };
        self.door.enter(log, now, with).await
    }

    async fn new_password(
        &self,
        current: &SecretString,
        new: &SecretString,
    ) -> Result<Result<ChosenPassword, Refusals>, Error> {
        let about = self.owner().await?.about();
        let settings = &self.door.settings().passwords;
        let chosen = match self.accounts.judge(new, about, settings).await? {
            Ok(chosen) => chosen,
            weak => return Ok(weak),
        };
        let is_current = as_judged(current)
            .is_some_and(|typed| typed.expose_secret() == chosen.secret().expose_secret());
        if is_current || temporary::looks_like(new) {
            return Ok(Err(AccountRefusal::PasswordUnchanged.into()));
        }
        Ok(Ok(chosen))
    }
}
