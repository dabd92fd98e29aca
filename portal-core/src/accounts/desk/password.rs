use secrecy::{ExposeSecret, SecretString};

use super::AccountDesk;
use crate::{
    Decision, Error, RecordRef,
    accounts::{
        AccountChange, AccountKey, AccountRefusal, Flow, Outcome, SignedIn, check_password,
        contended,
        door::{With, refusal},
        limits,
        spelling::as_judged,
        temporary,
    },
    effect::{MailKind, Recipient},
};

impl AccountDesk<'_> {
    /// Proves once more who they are, for what matters most. The session is another one from then on.
    ///
    /// # Errors
    /// `account.wrong-password`, `account.too-many-attempts`.
    pub async fn prove_again(&self, password: &SecretString) -> Result<SignedIn, Error> {
        let access = self.prove(Flow::ProveAgain, password).await?;
        let log = self
            .door
            .attempt(Flow::ProveAgain, Outcome::Done, Some(&access.value), "");
        let with = With {
            refunds: vec![limits::known_guess(&self.accounts.key, &access.value).refund()],
            instead_of: Some(self.session.clone()),
            ..With::default()
        };
        self.door.enter(log, access, with).await
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
        // What is wrong with the new one takes no try from the current one.
        let person = self.door.person(&self.desk.viewer().contact.id).await?;
        let about = person.ok_or(Error::SignInFirst)?.about();
        let about: Vec<_> = about.iter().map(String::as_str).collect();
        let chosen = check_password(new, &about, &self.door.settings().passwords)?;
        let is_current = as_judged(current)
            .is_some_and(|typed| typed.expose_secret() == chosen.secret().expose_secret());
        if is_current || temporary::looks_like(new) {
            return Err(refusal(AccountRefusal::PasswordUnchanged));
        }
        let access = self.prove(Flow::ProveAgain, current).await?;
        let password = self.accounts.hasher.hash(chosen.secret()).await?;
        let account = &access.value.account;
        let ask = self.ask()?;
        let about = RecordRef::Account(account.clone());
        let to = Recipient::Contact(access.value.contact.clone());
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
        let key = AccountKey::Id(account.clone());
        let now = self
            .accounts
            .store
            .account(&key)
            .await?
            .ok_or(Error::SignInFirst)?;
        let log = self
            .door
            .attempt(Flow::ProveAgain, Outcome::Done, Some(&now.value), "");
        let with = With {
            instead_of: Some(self.session.clone()),
            ..With::default()
        };
        self.door.enter(log, now, with).await
    }
}
