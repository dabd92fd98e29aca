use async_trait::async_trait;

use super::{Staff, StaffAction, StaffCommand, StaffDesk};
use crate::{
    Ask, CommandId, Contact, Decision, Error, Id, Loaded, RecordRef, Refusal,
    accounts::{
        AccountChange, AccountKey, AccountRefusal, AccountRequest, AccountState, PassHolder,
        PassKind, RequestKind, RequestState, address_digest, issue, may_enter,
    },
    command::{sealed::Sealed, written},
    effect::{MailKind, Recipient},
};

/// Approve a request for an account: whoever asked is sent a link to choose a password.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ApproveRequest {
    /// The form's own id.
    pub command: CommandId,
    /// Which.
    pub request: Id<AccountRequest>,
    /// Whose account it is, where the host knows them already. Without, it is for whoever has that address on record, or for somebody new.
    pub contact: Option<Id<Contact>>,
}

/// Decline a request for an account. There will be none.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeclineRequest {
    /// The form's own id.
    pub command: CommandId,
    /// Which.
    pub request: Id<AccountRequest>,
}

impl ApproveRequest {
    /// Approves a request.
    #[must_use]
    pub fn new(command: CommandId, request: Id<AccountRequest>) -> Self {
        Self {
            command,
            request,
            contact: None,
        }
    }

    /// For somebody the host knows.
    #[must_use]
    pub fn of(mut self, contact: Id<Contact>) -> Self {
        self.contact = Some(contact);
        self
    }
}

impl DeclineRequest {
    /// Declines a request.
    #[must_use]
    pub fn new(command: CommandId, request: Id<AccountRequest>) -> Self {
        Self { command, request }
    }
}

impl Sealed for ApproveRequest {}
impl Sealed for DeclineRequest {}

#[async_trait]
impl StaffCommand for ApproveRequest {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::AnswerRequests
    }

    fn form(&self) -> String {
        let contact = self.contact.as_ref().map_or("", Id::as_str);
        written(&["approve-request", self.request.as_str(), contact])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let request = desk.pending(&self.request).await?;
        let accounts = desk.accounts()?;
        let applicant = &request.value.applicant;
        let known = match &self.contact {
            Some(id) => Some(accounts.people.person(id).await?.ok_or(Error::NotFound)?),
            None => match &*accounts.people.by_email(&applicant.email).await? {
                [] => None,
                [one] => Some(one.clone()),
                _ => return Err(Refusal::from(AccountRefusal::AddressTaken).into()),
            },
        };
        let about = RecordRef::AccountRequest(self.request.clone());
        let mut decision = Decision::new(ask, "account.approved", about).given(&request);
        let person = if let Some(person) = known {
            // A link to somebody who may not enter, or without an address on record, would be dead on arrival.
            may_enter(&person.standing, desk.portal().settings())?;
            if person.standing.email.is_none() {
                return Err(Refusal::from(AccountRefusal::NoAddress).into());
            }
            person
        } else {
            desk.portal().open()?;
            let (person, added) = issue::newcomer(&request.value);
            decision = decision.changed(added);
            person
        };
        let key = AccountKey::Contact(person.contact.id.clone());
        let read = accounts.store.account(&key).await?;
        if let Some(there) = &read
            && there.value.state != AccountState::Invited
        {
            let why = match there.value.state {
                AccountState::Disabled => AccountRefusal::Closed,
                AccountState::Active | AccountState::Invited => AccountRefusal::AlreadyActive,
            };
            return Err(Refusal::from(why).into());
        }
        let (email, phone) = accounts.free_logins(&person).await?;
        if read.is_none() && email.is_none() {
            return Err(Refusal::from(AccountRefusal::AddressTaken).into());
        }
        let (access, opened) = issue::account_for(read.as_ref(), &person, email, phone);
        decision = decision.given(&access);
        if let Some(opened) = opened {
            decision = decision.changed(opened);
        }
        let of = PassHolder::Account(access.value.account.clone());
        // The address on record counts, where there is one: a request proves nothing about another.
        let address = person.standing.email.as_ref().unwrap_or(&applicant.email);
        let links = &desk.portal().settings().accounts.links;
        let sent_to = address_digest(address);
        let pass = issue::pass(of, PassKind::Activation, sent_to, ask, links, &accounts.key);
        Ok(decision
            .changed(AccountChange::RequestSettled {
                request: self.request.clone(),
                state: RequestState::Approved,
            })
            .sent(
                pass,
                MailKind::RequestApproved,
                Recipient::Address(address.clone()),
            ))
    }
}

#[async_trait]
impl StaffCommand for DeclineRequest {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::AnswerRequests
    }

    fn form(&self) -> String {
        written(&["decline-request", self.request.as_str()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let request = desk.pending(&self.request).await?;
        let about = RecordRef::AccountRequest(self.request.clone());
        let to = Recipient::Address(request.value.applicant.email.clone());
        Ok(Decision::new(ask, "account.declined", about)
            .given(&request)
            .changed(AccountChange::RequestSettled {
                request: self.request.clone(),
                state: RequestState::Declined,
            })
            .mail(MailKind::RequestDeclined, to))
    }
}

impl StaffDesk {
    async fn pending(&self, id: &Id<AccountRequest>) -> Result<Loaded<AccountRequest>, Error> {
        let found = self.accounts()?.store.request(id).await?;
        let asked = |r: &Loaded<AccountRequest>| r.value.kind == RequestKind::ForApproval;
        let request = found.filter(asked).ok_or(Error::NotFound)?;
        if request.value.state == RequestState::Pending {
            Ok(request)
        } else {
            Err(Refusal::from(AccountRefusal::NotPending).into())
        }
    }
}
