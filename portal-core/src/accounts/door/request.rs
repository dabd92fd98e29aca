use super::{Answer, FrontDoor, ReadLogin, refusal};
use crate::{
    Decision, EffectKind, Error, Id, RecordRef,
    accounts::{
        AccountChange, AccountRefusal, AccountRequest, Applicant, Flow, Outcome, RequestKind,
        limits,
    },
    effect::{MailKind, Recipient, StaffTask},
};

impl FrontDoor<'_> {
    /// Requests an account, for the owner of the portal to approve. Nobody can sign in before that, and asking twice is asking once.
    ///
    /// # Errors
    /// `account.requests-disabled`; `account.malformed` for each field; `account.too-many-attempts`.
    pub async fn request_account(&self, applicant: Applicant) -> Result<Answer, Error> {
        if !self.settings().requests {
            return Err(refusal(AccountRefusal::RequestsDisabled));
        }
        let applicant = applicant.checked()?;
        let email = applicant.email.clone();
        let store = &self.accounts.store;
        let named = self.look_up(&ReadLogin::Email(email.clone())).await?;
        let pending = store.pending_request(&email).await?;
        let known = named.access();
        let log = |outcome| self.attempt(Flow::Request, outcome, known, email.as_str());
        let key = &self.accounts.key;
        let mut draws = vec![limits::letter(key, email.as_str())];
        draws.extend(limits::letters_from(key, self.visitor.ip));
        self.draw(&draws, log(Outcome::TooMany)).await?;
        self.spend().await?;
        let ask = self.ask(self.now())?;
        let (outcome, decision) = if let Some(access) = named.access() {
            let about = RecordRef::Account(access.account.clone());
            let to = Recipient::Contact(access.contact.clone());
            let decision = Decision::new(&ask, "account.requested-again", about);
            (
                Outcome::Exists,
                Some(decision.mail(MailKind::AlreadyRegistered, to)),
            )
        } else if pending.is_some() {
            (Outcome::Exists, None)
        } else {
            let id = Id::new(ask.command.derive("account-request").to_string());
            let kind = RequestKind::ForApproval;
            let request = Box::new(AccountRequest::new(id.clone(), kind, ask.now, applicant));
            let about = RecordRef::AccountRequest(id);
            let task = EffectKind::StaffTask {
                kind: StaffTask::AccountRequest,
                about: about.clone(),
            };
            let mut decision = Decision::new(&ask, "account.requested", about)
                .changed(AccountChange::Requested { request })
                .effect("staff-task:account-request", task);
            if self.portal.settings().mail.staff_address.is_some() {
                decision = decision.mail(MailKind::AccountRequestNotice, Recipient::Staff);
            }
            (Outcome::Done, Some(decision))
        };
        self.conclude(log(outcome), decision).await?;
        Ok(Answer::Sent)
    }
}
