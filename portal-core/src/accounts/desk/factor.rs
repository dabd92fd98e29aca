use secrecy::{ExposeSecret, SecretString};

use super::AccountDesk;
use crate::{
    Decision, Error, Loaded, RecordRef,
    accounts::{
        Access, AccountChange, AccountKey, AccountRefusal, Flow, Outcome, SealedSecret, contended,
        door::refusal, limits,
    },
};

/// A second factor that waits for its first code.
#[derive(Debug)]
#[non_exhaustive]
pub struct SecondFactorSetup {
    /// What the app reads, as a QR code or by hand (`otpauth://`). Shown once.
    pub uri: SecretString,
}

impl AccountDesk<'_> {
    /// Begins to set up codes from an authenticator app. They are asked for once [one was entered](Self::confirm_second_factor).
    ///
    /// # Errors
    /// `account.second-factor-off`, `account.prove-again`; `account.second-factor-on` while another works: trying a new app must not leave them with none.
    pub async fn set_up_second_factor(&self) -> Result<SecondFactorSetup, Error> {
        self.offers_factor()?;
        self.must_be_fresh()?;
        let access = self.access().await?;
        if access
            .value
            .second_factor
            .as_ref()
            .is_some_and(|f| f.confirmed)
        {
            return Err(refusal(AccountRefusal::SecondFactorOn));
        }
        let account = &access.value.account;
        let key = &self.accounts.key;
        let sealed = SealedSecret::draw(key, account)?;
        let settings = self.desk.wiring().settings.url.clone();
        let site = settings.as_deref().and_then(|url| url.split("//").nth(1));
        let site = site
            .and_then(|site| site.split(['/', ':']).next())
            .unwrap_or("portal");
        let name = access
            .value
            .email
            .as_ref()
            .map_or("", |email| email.as_str());
        let uri = sealed.provisioning_uri(key, account, site, name);
        let uri = uri.ok_or(Error::Contended)?;
        let set = AccountChange::SecondFactorSet {
            account: account.clone(),
            sealed,
        };
        self.change(&access, "account.second-factor-set", set)
            .await?;
        Ok(SecondFactorSetup { uri })
    }

    /// Shows that the app works; from then on signing in takes its code too.
    ///
    /// # Errors
    /// `account.wrong-code`, `account.too-many-attempts`; [`Error::NotFound`] where none waits.
    pub async fn confirm_second_factor(&self, code: &SecretString) -> Result<(), Error> {
        self.offers_factor()?;
        let access = self.access().await?;
        let account = &access.value.account;
        let factor = access.value.second_factor.as_ref().ok_or(Error::NotFound)?;
        let key = &self.accounts.key;
        let log = |outcome| {
            self.door
                .attempt(Flow::SecondFactor, outcome, Some(&access.value), "")
        };
        self.door
            .draw(&[limits::code(key, &access.value)], log(Outcome::TooMany))
            .await?;
        let (code, now) = (code.expose_secret(), self.door.now());
        let Some(step) = factor
            .sealed
            .accepts(key, account, code, now, factor.last_step)
        else {
            self.door.conclude(log(Outcome::Wrong), None).await?;
            return Err(refusal(AccountRefusal::WrongCode));
        };
        let used = AccountChange::SecondFactorUsed {
            account: account.clone(),
            step,
        };
        self.change(&access, "account.second-factor-confirmed", used)
            .await
    }

    /// Does without the second factor from now on.
    ///
    /// # Errors
    /// `account.prove-again`.
    pub async fn remove_second_factor(&self) -> Result<(), Error> {
        self.must_be_fresh()?;
        let access = self.access().await?;
        let removed = AccountChange::SecondFactorRemoved {
            account: access.value.account.clone(),
        };
        self.change(&access, "account.second-factor-removed", removed)
            .await
    }

    fn offers_factor(&self) -> Result<(), Error> {
        if self.door.settings().second_factor {
            return Ok(());
        }
        Err(refusal(AccountRefusal::SecondFactorOff))
    }

    async fn access(&self) -> Result<Loaded<Access>, Error> {
        let key = AccountKey::Id(self.desk.viewer().account.clone());
        self.accounts
            .store
            .account(&key)
            .await?
            .ok_or(Error::SignInFirst)
    }

    async fn change(
        &self,
        access: &Loaded<Access>,
        action: &'static str,
        change: AccountChange,
    ) -> Result<(), Error> {
        let ask = self.ask()?;
        let about = RecordRef::Account(access.value.account.clone());
        let decision = Decision::new(&ask, action, about)
            .given(access)
            .changed(change);
        self.desk
            .wiring()
            .store
            .commit(decision)
            .await
            .map_err(contended)?;
        Ok(())
    }
}
