use super::{Answer, FrontDoor, ReadLogin, refusal};
use crate::{
    Decision, EffectKind, Error, Id, RecordRef,
    accounts::{
        AccountChange, AccountRefusal, AccountRequest, Applicant, Drawn, Flow, Outcome,
        RequestKind, limits,
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
        let email = applicant.email.clone();
        let applicant = match applicant.checked() {
            Ok(applicant) => applicant,
            Err(no) => {
                let (flow, malformed) = (Flow::Request, Outcome::Malformed);
                let row = self.attempt(flow, malformed, None, email.as_str());
                self.conclude(row, None).await?;
                return Err(no.into());
            }
        };
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
        let is_new = named.access().is_none() && pending.is_none();
        let notice = self.notice(is_new).await?;
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
            let decision = Decision::new(&ask, "account.requested", about)
                .changed(AccountChange::Requested { request })
                .effect("staff-task:account-request", task);
            let decision = if notice {
                decision.mail(MailKind::AccountRequestNotice, Recipient::Staff)
            } else {
                decision
            };
            (Outcome::Done, Some(decision))
        };
        self.conclude(log(outcome), decision).await?;
        Ok(Answer::Sent)
    }

    /// Whether staff are written to about a new request. Strangers could fill their mailbox otherwise: what is beyond the allowance is on the list of requests all the same.
    async fn notice(&self, is_new: bool) -> Result<bool, Error> {
        let Some(address) = &self.portal.settings().mail.staff_address else {
            return Ok(false);
        };
        // As much is asked of the store where there is nothing to write: nobody shall tell by that.
        let whose = if is_new { address } else { "" };
        let draw = limits::notice(&self.accounts.key, whose);
        let drawn = self.accounts.store.draw(&[draw], self.now()).await?;
        Ok(is_new && drawn == Drawn::Granted)
    }
}
