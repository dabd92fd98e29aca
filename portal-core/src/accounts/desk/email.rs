use secrecy::SecretString;

use super::AccountDesk;
use crate::{
    Decision, Error, RecordRef,
    accounts::{
        AccountKey, AccountRefusal, DoorField, EmailChange, Flow, Outcome, PassHolder, PassKind,
        SignedIn, address_digest, contended,
        door::{With, refusal},
        issue, limits,
    },
    details::EmailAddress,
    effect::{MailKind, Recipient},
};

impl AccountDesk<'_> {
    /// Asks for another e-mail address. It counts once the link sent to it was followed; whose else it may be is not told. The session is another one from then on.
    ///
    /// # Errors
    /// `account.email-change-forbidden`, `account.malformed`, `account.wrong-password`, `account.too-many-attempts`.
    pub async fn change_email(
        &self,
        password: &SecretString,
        email: &str,
    ) -> Result<SignedIn, Error> {
        if self.door.settings().email_change == EmailChange::Forbidden {
            return Err(refusal(AccountRefusal::EmailChangeForbidden));
        }
        let access = self.access().await?;
        let account = &access.value.account;
        let log = |outcome| {
            self.door
                .attempt(Flow::ChangeEmail, outcome, Some(&access.value), "")
        };
        let Ok(email) = EmailAddress::parse(email) else {
            self.door.conclude(log(Outcome::Malformed), None).await?;
            let field = DoorField::Email;
            return Err(refusal(AccountRefusal::Malformed { field }));
        };
        self.prove(Flow::ChangeEmail, &access, password).await?;
        let key = &self.accounts.key;
        let draws = [
            limits::letter(key, email.as_str()),
            limits::letter(key, account.as_str()),
        ];
        self.door.draw(&draws, log(Outcome::TooMany)).await?;
        let taken = self
            .accounts
            .store
            .account(&AccountKey::Email(email.clone()))
            .await?;
        let ask = self.ask()?;
        let about = RecordRef::Account(account.clone());
        let decision = Decision::new(&ask, "account.email-asked-for", about);
        let (outcome, decision) = if let Some(other) = &taken {
            let to = Recipient::Contact(other.value.contact.clone());
            let about = RecordRef::Account(other.value.account.clone());
            let decision = decision.mail_about(MailKind::AlreadyRegistered, to, about);
            (Outcome::Exists, decision)
        } else {
            let of = PassHolder::Account(account.clone());
            let sent_to = address_digest(&email);
            let kind = PassKind::NewEmail {
                email: email.clone(),
            };
            let links = &self.door.settings().links;
            let pass = issue::pass(of, kind, sent_to, &ask, links, key);
            let to = Recipient::Address(email.clone());
            (
                Outcome::Done,
                decision
                    .given(&access)
                    .sent(pass, MailKind::NewEmailLink, to),
            )
        };
        let store = &self.desk.wiring().store;
        store.commit(decision).await.map_err(contended)?;
        let with = With {
            refunds: vec![limits::known_guess(key, &access.value).refund()],
            instead_of: Some(self.session.clone()),
            ..With::default()
        };
        let now = self.access().await?;
        self.door.enter(log(outcome), now, with).await
    }
}
