use secrecy::{ExposeSecret, SecretString};

use super::AccountDesk;
use crate::{
    Ask, Decision, Error, Loaded, RecordRef, Viewer,
    accounts::{
        Access, AccountChange, AccountRefusal, Draw, Flow, Outcome, RecoveryCodes, SealedSecret,
        contended,
        door::{no_randomness, refusal},
        limits,
    },
    effect::{MailKind, Recipient},
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
        self.change(&access, "account.second-factor-set", vec![set], None)
            .await?;
        Ok(SecondFactorSetup { uri })
    }

    /// Shows that the app works; from then on signing in takes its code too, and the address on record hears of it. Answers with the recovery codes, which are shown this once.
    ///
    /// # Errors
    /// `account.wrong-code`, `account.too-many-attempts`; `account.second-factor-on` for one that was confirmed before; [`Error::NotFound`] where none waits.
    pub async fn confirm_second_factor(&self, code: &SecretString) -> Result<RecoveryCodes, Error> {
        self.offers_factor()?;
        let access = self.access().await?;
        let account = &access.value.account;
        let factor = access.value.second_factor.as_ref().ok_or(Error::NotFound)?;
        if factor.confirmed {
            return Err(refusal(AccountRefusal::SecondFactorOn));
        }
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
        let codes = RecoveryCodes::draw().map_err(no_randomness)?;
        let with_codes = AccountChange::SecondFactorSet {
            account: account.clone(),
            sealed: factor.sealed.with_codes(&codes, key, account),
        };
        let used = AccountChange::SecondFactorUsed {
            account: account.clone(),
            step,
        };
        let (changes, mail) = (vec![with_codes, used], MailKind::SecondFactorSetUp);
        let ask = self.ask()?;
        let action = "account.second-factor-confirmed";
        let to = self.owner().await?.alarmed();
        let decision = decided(&ask, &access, action, changes, Some((mail, to)));
        if self
            .door
            .conclude(log(Outcome::Done), Some(decision))
            .await?
        {
            Ok(codes)
        } else {
            Err(Error::Contended)
        }
    }

    /// Does without the second factor from now on. The address on record hears of it.
    ///
    /// # Errors
    /// `account.prove-again`.
    pub async fn remove_second_factor(&self) -> Result<(), Error> {
        self.must_be_fresh()?;
        let access = self.access().await?;
        let removed = AccountChange::SecondFactorRemoved {
            account: access.value.account.clone(),
        };
        // One that was never confirmed protected nothing: there is nothing to tell.
        let protected = access.value.second_factor.as_ref();
        let protected = protected.is_some_and(|factor| factor.confirmed);
        let mail = protected.then_some(MailKind::SecondFactorRemoved);
        self.change(
            &access,
            "account.second-factor-removed",
            vec![removed],
            mail,
        )
        .await
    }

    /// The code, where the account takes one. Answers the account as it is then, and the try that may come back.
    pub(super) async fn prove_code(
        &self,
        access: Loaded<Access>,
        code: Option<&SecretString>,
    ) -> Result<(Loaded<Access>, Option<Draw>), Error> {
        let factor = access.value.second_factor.clone();
        let factor = factor.filter(|_| self.takes_code(&access.value));
        let (Some(factor), Some(code)) = (factor, code) else {
            return Ok((access, None));
        };
        let account = &access.value.account;
        let key = &self.accounts.key;
        let log = |outcome| {
            self.door
                .attempt(Flow::ProveAgain, outcome, Some(&access.value), "")
        };
        let draw = limits::code(key, &access.value);
        let draws = std::slice::from_ref(&draw);
        self.door.draw(draws, log(Outcome::TooMany)).await?;
        let now = self.door.now();
        let Some(shown) = factor.shown(code.expose_secret(), key, account, now) else {
            self.door.conclude(log(Outcome::Wrong), None).await?;
            return Err(refusal(AccountRefusal::WrongCode));
        };
        self.change(&access, "account.code-used", shown, None)
            .await?;
        Ok((self.access().await?, Some(draw)))
    }

    fn offers_factor(&self) -> Result<(), Error> {
        if self.door.settings().second_factor {
            return Ok(());
        }
        Err(refusal(AccountRefusal::SecondFactorOff))
    }

    async fn change(
        &self,
        access: &Loaded<Access>,
        action: &'static str,
        changes: Vec<AccountChange>,
        mail: Option<MailKind>,
    ) -> Result<(), Error> {
        let ask = self.ask()?;
        let mail = match mail {
            Some(mail) => Some((mail, self.owner().await?.alarmed())),
            None => None,
        };
        let decision = decided(&ask, access, action, changes, mail);
        self.desk
            .wiring()
            .store
            .commit(decision)
            .await
            .map_err(contended)?;
        Ok(())
    }
}

/// These changes of the account, and the message to its owner where there is one.
fn decided(
    ask: &Ask<'_, Viewer>,
    access: &Loaded<Access>,
    action: &'static str,
    changes: Vec<AccountChange>,
    mail: Option<(MailKind, Recipient)>,
) -> Decision {
    let about = RecordRef::Account(access.value.account.clone());
    let decision = Decision::new(ask, action, about).given(access);
    let decision = changes.into_iter().fold(decision, Decision::changed);
    match mail {
        Some((mail, to)) => decision.mail(mail, to),
        None => decision,
    }
}
