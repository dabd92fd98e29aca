use secrecy::SecretString;

use super::{Answer, FrontDoor, ReadLogin, refusal};
use crate::{
    Decision, Error, Id, RecordRef,
    accounts::{
        AccountChange, AccountRefusal, AccountRequest, Applicant, Flow, Outcome, PassHolder,
        PassKind, RequestKind, address_digest, issue, limits,
    },
    effect::{MailKind, Recipient},
    refusal::every,
};

impl FrontDoor<'_> {
    /// What somebody has to give to create an account here: nothing more is ever asked for. `None` where accounts cannot be created, and then no link to it should be shown.
    #[must_use]
    pub fn creation_takes(&self) -> Option<Vec<crate::accounts::RequiredInfo>> {
        let sign_up = &self.settings().sign_up;
        sign_up
            .enabled
            .then(|| sign_up.required.iter().copied().collect())
    }

    /// Creates an account for whoever asks, once they have followed the link that is sent to their address, and typed the password again. Whoever has one already is told so by mail, and nobody else is.
    ///
    /// # Errors
    /// `account.creation-disabled`; `account.required-info-missing` for each thing left out, and all that is wrong with the password; `account.too-many-attempts`.
    pub async fn sign_up(
        &self,
        applicant: Applicant,
        password: &SecretString,
    ) -> Result<Answer, Error> {
        let settings = self.settings();
        if !settings.sign_up.enabled {
            return Err(refusal(AccountRefusal::CreationDisabled));
        }
        let key = &self.accounts.key;
        let typed = applicant.email.clone();
        let log = |outcome| self.attempt(Flow::SignUp, outcome, None, typed.as_str());
        // Judging a password is work: strangers have so much of it done for them, and no more.
        let place: Vec<_> = limits::place(key, self.visitor.ip).into_iter().collect();
        self.draw(&place, log(Outcome::TooMany)).await?;
        let (applicant, mut wrong) = match applicant.clone().checked() {
            Ok(applicant) => (applicant, vec![]),
            Err(no) => (applicant, no.iter().cloned().collect()),
        };
        let email = applicant.email.clone();
        let about = [email.as_str(), &applicant.given_name, &applicant.surname];
        let about = about.map(str::to_owned).into();
        let judged = self.accounts.judge(password, about, &settings.passwords);
        let chosen = judged.await?;
        let lacks = applicant.lacks(&settings.sign_up.required).into_iter();
        let lacks = lacks.map(|info| AccountRefusal::RequiredInfoMissing { info }.into());
        wrong.extend(lacks);
        let chosen = match (chosen, wrong.is_empty()) {
            (Ok(chosen), true) => chosen,
            (chosen, _) => {
                self.conclude(log(Outcome::Malformed), None).await?;
                let weak = chosen
                    .err()
                    .into_iter()
                    .flat_map(|r| r.iter().cloned().collect::<Vec<_>>());
                return Err(every(wrong.into_iter().chain(weak)).into());
            }
        };
        let named = self.look_up(&ReadLogin::Email(email.clone())).await?;
        let known = named.access();
        let log = |outcome| self.attempt(Flow::SignUp, outcome, known, email.as_str());
        let mut draws = vec![limits::letter(key, email.as_str())];
        draws.extend(limits::letters_from(key, self.visitor.ip));
        self.draw(&draws, log(Outcome::TooMany)).await?;
        let hash = self.accounts.hasher.hash(chosen.secret()).await?;
        let ask = self.ask(self.now())?;
        let (outcome, decision) = if let Some(access) = named.access() {
            let about = RecordRef::Account(access.account.clone());
            let to = Recipient::Contact(access.contact.clone());
            let decision = Decision::new(&ask, "account.creation-asked-again", about);
            (
                Outcome::Exists,
                decision.mail(MailKind::AlreadyRegistered, to),
            )
        } else {
            let id = Id::new(ask.command.derive("account-request").to_string());
            let request = AccountRequest::new(id.clone(), RequestKind::SignUp, ask.now, applicant)
                .with_password(hash);
            let request = Box::new(request);
            let of = PassHolder::Request(id.clone());
            let sent_to = address_digest(&email);
            let pass = issue::pass(of, PassKind::SignUp, sent_to, &ask, &settings.links, key);
            let decision =
                Decision::new(&ask, "account.sign-up-asked", RecordRef::AccountRequest(id))
                    .changed(AccountChange::Requested { request })
                    .sent(
                        pass,
                        MailKind::SignUpLink,
                        Recipient::Address(email.clone()),
                    );
            (Outcome::Done, decision)
        };
        self.conclude(log(outcome), Some(decision)).await?;
        Ok(Answer::Sent)
    }
}
