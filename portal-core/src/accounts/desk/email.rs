use secrecy::SecretString;

use super::AccountDesk;
use crate::{
    Decision, Error, RecordRef,
    accounts::{
        AccountKey, AccountRefusal, Answer, DoorField, EmailChange, Flow, Outcome, PassHolder,
        PassKind, address_digest, door::refusal, issue, limits,
    },
    details::EmailAddress,
    effect::{MailKind, Recipient},
};

impl AccountDesk<'_> {
    /// Asks for another e-mail address. It counts once the link sent to it was followed; whose else it may be is not told.
    ///
    /// # Errors
    /// `account.email-change-forbidden`, `account.malformed`, `account.wrong-password`, `account.too-many-attempts`.
    pub async fn change_email(
        &self,
        password: &SecretString,
        email: &str,
    ) -> Result<Answer, Error> {
        if self.door.settings().email_change == EmailChange::Forbidden {
            return Err(refusal(AccountRefusal::EmailChangeForbidden));
        }
        let field = DoorField::Email;
        let email = EmailAddress::parse(email);
        let email = email.map_err(|_| refusal(AccountRefusal::Malformed { field }))?;
        let access = self.prove(Flow::ChangeEmail, password).await?;
        let account = &access.value.account;
        let log = |outcome| {
            self.door
                .attempt(Flow::ChangeEmail, outcome, Some(&access.value), "")
        };
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
        self.door.conclude(log(outcome), Some(decision)).await?;
        Ok(Answer::Sent)
    }
}
