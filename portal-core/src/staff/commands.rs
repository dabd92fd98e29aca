use std::fmt;

use async_trait::async_trait;

use super::{Staff, StaffAction, StaffDesk};
use crate::{
    Ask, CommandId, Contact, Decision, Error, Id, Loaded, RecordRef, Refusal, Refusals,
    accounts::{
        Access, AccountChange, AccountKey, AccountRefusal, AccountState, Activation, PassHolder,
        PassKind, Person, address_digest, issue, may_enter, temporary,
    },
    command::{sealed::Sealed, written},
    details::EmailAddress,
    effect::{MailKind, Recipient},
    refusal::Reasons,
};

/// One thing a member of staff can ask for: a form, and how to decide it. Sealed: the forms are the library's own.
#[async_trait]
pub trait StaffCommand: fmt::Debug + Sync + Sealed {
    /// The form's own id. The same id sent again is the same command.
    fn id(&self) -> CommandId;

    /// What takes a role.
    fn action(&self) -> StaffAction;

    #[doc(hidden)]
    fn form(&self) -> String;

    #[doc(hidden)]
    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error>;
}

/// Send somebody an invitation to create an account.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Invite {
    /// The form's own id.
    pub command: CommandId,
    /// Whom.
    pub contact: Id<Contact>,
}

/// Send course instructions, with the way into the portal that fits: first-time registrants are invited, those who have an account are told where to find their course.
///
/// Where the portal is off this is refused, and nothing is sent: the host's instructions then go without it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SendInstructions {
    /// The form's own id.
    pub command: CommandId,
    /// Whom.
    pub contact: Id<Contact>,
    /// What they registered for. A registration is theirs; one of somebody else's is [not found](Error::NotFound).
    pub about: RecordRef,
}

/// Send an activation mail to a customer, whether new or not: with a link, or with a temporary password where the settings say so.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SendActivation {
    /// The form's own id.
    pub command: CommandId,
    /// Whom.
    pub contact: Id<Contact>,
}

/// Somebody staff want to write to.
struct Addressee {
    person: Person,
    access: Loaded<Access>,
    opened: Option<AccountChange>,
}

impl Invite {
    /// Invites somebody.
    #[must_use]
    pub fn new(command: CommandId, contact: Id<Contact>) -> Self {
        Self { command, contact }
    }
}

impl SendInstructions {
    /// Sends instructions about what they registered for.
    #[must_use]
    pub fn new(command: CommandId, contact: Id<Contact>, about: RecordRef) -> Self {
        Self {
            command,
            contact,
            about,
        }
    }
}

impl SendActivation {
    /// Sends an activation mail.
    #[must_use]
    pub fn new(command: CommandId, contact: Id<Contact>) -> Self {
        Self { command, contact }
    }
}

impl Sealed for Invite {}
#[cfg(feature = "courses")]
impl SendInstructions {
    /// Nobody is instructed about somebody else's registration, or one that is gone.
    async fn takes_part(&self, desk: &StaffDesk) -> Result<(), Error> {
        let courses = desk.portal().wiring().courses.as_ref();
        let (Some(courses), RecordRef::Registration(id)) = (courses, &self.about) else {
            return Ok(());
        };
        let found = courses.registration(id).await?.ok_or(Error::NotFound)?;
        let theirs = found.value.registrant.id == self.contact;
        theirs.then_some(()).ok_or(Error::NotFound)
    }
}

impl Sealed for SendInstructions {}
impl Sealed for SendActivation {}

#[async_trait]
impl StaffCommand for Invite {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::Invite
    }

    fn form(&self) -> String {
        written(&["invite", self.contact.as_str()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let to = desk.addressee(&self.contact).await?;
        let mut reasons = Reasons::default();
        if !desk.portal().settings().accounts.invitations {
            reasons.refuse(AccountRefusal::InvitationsDisabled);
        }
        if to.access.value.state == AccountState::Active {
            reasons.refuse(AccountRefusal::AlreadyActive);
        }
        let address = desk.may_write(&to, reasons)?;
        let about = RecordRef::Contact(self.contact.clone());
        let decision = to.decision(ask, "account.invited", about);
        Ok(desk.with_link(
            decision,
            &to,
            &address,
            PassKind::Invitation,
            MailKind::Invitation,
            ask,
        )?)
    }
}

#[async_trait]
impl StaffCommand for SendInstructions {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::Invite
    }

    fn form(&self) -> String {
        let Self { contact, about, .. } = self;
        written(&[
            "send-instructions",
            contact.as_str(),
            about.kind(),
            about.key(),
        ])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        #[cfg(feature = "courses")]
        self.takes_part(desk).await?;
        let to = desk.addressee(&self.contact).await?;
        let has_account = to.access.value.state == AccountState::Active;
        let mut reasons = Reasons::default();
        if !has_account && !desk.portal().settings().accounts.invitations {
            reasons.refuse(AccountRefusal::InvitationsDisabled);
        }
        let address = desk.may_write(&to, reasons)?;
        let decision = to.decision(ask, "account.instructed", self.about.clone());
        if has_account {
            let recipient = Recipient::Contact(self.contact.clone());
            return Ok(decision.mail(MailKind::ExistingUserInstructions, recipient));
        }
        let (kind, mail) = (PassKind::Invitation, MailKind::FirstTimeInstructions);
        Ok(desk.with_link(decision, &to, &address, kind, mail, ask)?)
    }
}

#[async_trait]
impl StaffCommand for SendActivation {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::Activate
    }

    fn form(&self) -> String {
        written(&["send-activation", self.contact.as_str()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let to = desk.addressee(&self.contact).await?;
        let address = desk.may_write(&to, Reasons::default())?;
        let about = RecordRef::Contact(self.contact.clone());
        let decision = to.decision(ask, "account.activation-sent", about);
        let settings = &desk.portal().settings().accounts;
        match settings.activation {
            Activation::Link => {
                let (kind, mail) = (PassKind::Activation, MailKind::Activation);
                Ok(desk.with_link(decision, &to, &address, kind, mail, ask)?)
            }
            Activation::TemporaryPassword => {
                let accounts = desk.accounts()?;
                let temporary = temporary::of(self.command, &accounts.key);
                let hours = settings.links.from_staff_hours.get();
                let set = AccountChange::TemporaryPasswordSet {
                    account: to.access.value.account.clone(),
                    password: accounts.hasher.hash(&temporary).await?,
                    until: ask.now + chrono::Duration::hours(hours.into()),
                };
                let recipient = Recipient::Address(address);
                Ok(decision
                    .changed(set)
                    .mail(MailKind::TemporaryPassword, recipient))
            }
        }
    }
}

impl StaffDesk {
    async fn addressee(&self, contact: &Id<Contact>) -> Result<Addressee, Error> {
        let accounts = self.accounts()?;
        let person = accounts
            .people
            .person(contact)
            .await?
            .ok_or(Error::NotFound)?;
        let read = accounts
            .store
            .account(&AccountKey::Contact(contact.clone()))
            .await?;
        let (email, phone) = match read {
            Some(_) => (None, None),
            None => accounts.free_logins(&person).await?,
        };
        let (access, opened) = issue::account_for(read.as_ref(), &person, email, phone);
        Ok(Addressee {
            person,
            access,
            opened,
        })
    }

    /// Whether they may be written to about getting in: every reason why not.
    fn may_write(&self, to: &Addressee, mut reasons: Reasons) -> Result<EmailAddress, Refusals> {
        if to.access.value.state == AccountState::Disabled {
            reasons.refuse(AccountRefusal::Closed);
        }
        if let Err(unmet) = may_enter(&to.person.standing, self.portal().settings()) {
            unmet.iter().cloned().for_each(|r| reasons.refuse(r));
        }
        let Some(address) = &to.person.standing.email else {
            reasons.refuse(AccountRefusal::NoAddress);
            let no = Refusal::from(AccountRefusal::NoAddress);
            return Err(reasons.verdict().err().unwrap_or_else(|| no.into()));
        };
        reasons.verdict().map(|()| address.clone())
    }

    fn with_link(
        &self,
        decision: Decision,
        to: &Addressee,
        address: &EmailAddress,
        kind: PassKind,
        mail: MailKind,
        ask: &Ask<'_, Staff>,
    ) -> Result<Decision, Error> {
        let of = PassHolder::Account(to.access.value.account.clone());
        let links = &self.portal().settings().accounts.links;
        let sent_to = address_digest(address);
        let pass = issue::pass(of, kind, sent_to, ask, links, &self.accounts()?.key);
        let recipient = Recipient::Address(address.clone());
        Ok(decision.sent(pass, mail, recipient))
    }
}

impl Addressee {
    /// Opens the account where there is none.
    fn decision(&self, ask: &Ask<'_, Staff>, action: &'static str, about: RecordRef) -> Decision {
        let decision = Decision::new(ask, action, about).given(&self.access);
        match &self.opened {
            Some(opened) => decision.changed(opened.clone()),
            None => decision,
        }
    }
}
