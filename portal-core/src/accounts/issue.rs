//! Making one-time links. The same command always makes the same one, and nobody without the portal's key can tell its secret.
use chrono::Duration;
use uuid::Uuid;

use super::{
    Access, AccountChange, AccountRequest, ContactChange, Digest, LinkSettings, Pass, PassHolder,
    PassKind, Person, PortalKey, Standing, Token,
};
use crate::{
    Account, Acting, Ask, Contact, Decision, EffectKind, Id, Loaded, RecordRef, Version,
    details::{EmailAddress, Phone},
    effect::{MailKind, Recipient},
};

/// What keys of accounts derive from: a contact has one account, whoever makes it, and however often.
const ACCOUNTS: Uuid = Uuid::from_u128(0x2f1d_57c4_92b0_4c3e_9d6a_0e8b_5a71_c3f4);

/// The key of this contact's account, whether there is one yet or not.
pub(crate) fn account_of(contact: &Id<Contact>) -> Id<Account> {
    let key = Uuid::new_v5(&ACCOUNTS, contact.as_str().as_bytes());
    Id::new(key.to_string())
}

/// The secret of a one-time link.
pub(crate) fn secret_of(pass: &Id<Pass>, key: &PortalKey) -> Token {
    key.token("one-time-link", pass.as_str())
}

/// The account as it was read; or where there is none, one that is about to be opened, and the change that opens it.
pub(crate) fn account_for(
    read: Option<&Loaded<Access>>,
    person: &Person,
    email: Option<EmailAddress>,
    phone: Option<Phone>,
) -> (Loaded<Access>, Option<AccountChange>) {
    if let Some(found) = read {
        return (found.clone(), None);
    }
    let contact = &person.contact;
    let account = account_of(&contact.id);
    let opened = AccountChange::Opened {
        account: account.clone(),
        contact: contact.id.clone(),
        customer: contact.customer.clone(),
        email: email.clone(),
        phone: phone.clone(),
    };
    let access = Access::new(
        account.clone(),
        contact.id.clone(),
        contact.customer.clone(),
    )
    .with_email(email)
    .with_phone(phone);
    let new = Loaded::one(access, RecordRef::Account(account), Version::number(0));
    (new, Some(opened))
}

/// Somebody the host does not know yet, and the change that makes them known.
pub(crate) fn newcomer(request: &AccountRequest) -> (Person, ContactChange) {
    let contact = Uuid::new_v5(&ACCOUNTS, format!("contact:{}", request.id).as_bytes());
    let contact: Id<Contact> = Id::new(contact.to_string());
    let applicant = &request.applicant;
    let customer = Id::new(contact.as_str());
    let known = Contact::new(
        contact.clone(),
        customer,
        applicant.given_name.as_str(),
        applicant.surname.as_str(),
    );
    let known = known.with_email(applicant.email.as_str());
    let mut standing = Standing::new();
    standing.email = Some(applicant.email.clone());
    let added = ContactChange::Added {
        contact,
        applicant: Box::new(applicant.clone()),
    };
    (Person::new(known, standing), added)
}

/// A link of this kind for whoever reads mail at this address.
pub(crate) fn pass<By>(
    of: PassHolder,
    kind: PassKind,
    sent_to: Digest,
    ask: &Ask<'_, By>,
    links: &LinkSettings,
    key: &PortalKey,
) -> Pass {
    let id = ask.command.derive(&format!("pass:{}", kind.as_str()));
    let id = Id::new(id.to_string());
    let secret = secret_of(&id, key).digest();
    let until = ask.now + lifetime(&kind, links);
    Pass::new(id, kind, of, sent_to, secret, until)
}

/// A link that is not sent but handed to whoever was let this far.
pub(crate) fn handed_out<By: Acting>(
    access: &Loaded<Access>,
    kind: PassKind,
    ask: &Ask<'_, By>,
    key: &PortalKey,
    links: &LinkSettings,
) -> (Decision, Token) {
    let account = &access.value.account;
    let of = PassHolder::Account(account.clone());
    let pass = pass(of, kind, Digest::of(account.as_str()), ask, links, key);
    let token = secret_of(&pass.id, key);
    let about = RecordRef::Account(account.clone());
    let decision = Decision::new(ask, "account.next-step", about)
        .given(access)
        .changed(AccountChange::PassIssued { pass });
    (decision, token)
}

impl Decision {
    /// Issues a link, and owes the message that carries it.
    pub(crate) fn sent(self, pass: Pass, mail: MailKind, to: Recipient) -> Self {
        let about = RecordRef::Pass(pass.id.clone());
        self.changed(AccountChange::PassIssued { pass })
            .mail_about(mail, to, about)
    }

    /// Owes somebody a message about something else than the decision is about.
    pub(crate) fn mail_about(self, mail: MailKind, to: Recipient, about: RecordRef) -> Self {
        let what = format!("mail:{}:{to}", mail.as_str());
        let because = self.command;
        let owed = EffectKind::Mail {
            kind: mail,
            to,
            about,
            because,
            with: vec![],
        };
        self.effect(&what, owed)
    }
}

fn lifetime(kind: &PassKind, links: &LinkSettings) -> Duration {
    match kind {
        PassKind::Invitation | PassKind::Activation => {
            Duration::hours(links.from_staff_hours.get().into())
        }
        PassKind::Claim | PassKind::SignUp | PassKind::NewEmail { .. } => {
            Duration::hours(links.asked_for_hours.get().into())
        }
        PassKind::Reset => Duration::minutes(links.reset_minutes.get().into()),
        PassKind::ChoosePassword => Duration::minutes(15),
        PassKind::SecondFactor => Duration::minutes(5),
    }
}
