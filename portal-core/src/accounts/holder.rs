//! Whose a one-time link is, and whether it still leads anywhere: asked by whoever follows it, and before it is written to anybody.
use super::{
    Access, AccountKey, AccountRequest, AccountState, Accounts, Digest, EmailChange, Outcome, Pass,
    PassHolder, PassKind, Person, RequestState, Standing, address_digest, may_enter,
};
use crate::{Loaded, Settings, StoreError, effect::Recipient};

/// Whose one-time link it is.
pub(crate) enum Holder {
    Account(Box<(Loaded<Access>, Person)>),
    Request(Box<Loaded<AccountRequest>>),
}

impl Accounts {
    /// Who may use this link. Nobody any more, once the address it went to is not theirs, they may not enter, or the host does without such links.
    pub(crate) async fn holder(
        &self,
        pass: &Pass,
        settings: &Settings,
    ) -> Result<Option<Holder>, StoreError> {
        if !offers(&pass.kind, settings) {
            return Ok(None);
        }
        let id = match &pass.of {
            PassHolder::Account(id) => id,
            PassHolder::Request(id) => {
                let theirs = |r: &Loaded<AccountRequest>| {
                    r.value.state == RequestState::Pending
                        && address_digest(&r.value.applicant.email) == pass.sent_to
                };
                let found = self.store.request(id).await?.filter(theirs);
                return Ok(found.map(|r| Holder::Request(Box::new(r))));
            }
        };
        let Some(access) = self.store.account(&AccountKey::Id(id.clone())).await? else {
            return Ok(None);
        };
        let Some(person) = self.people.person(&access.value.contact).await? else {
            return Ok(None);
        };
        let theirs = match &pass.kind {
            PassKind::SecondFactor | PassKind::SignUp => return Ok(None),
            PassKind::ChoosePassword => Some(Digest::of(id.as_str())),
            // An address that staff have put on the record since is not overwritten.
            PassKind::NewEmail { email } => {
                let on_record = person.standing.email.as_ref();
                let corrected =
                    access.value.email.is_some() && access.value.email.as_ref() != on_record;
                (!corrected).then(|| address_digest(email))
            }
            PassKind::Invitation | PassKind::Activation | PassKind::Claim | PassKind::Reset => {
                person.standing.email.as_ref().map(address_digest)
            }
        };
        let barred = why_not(&access.value, &person.standing, settings).is_some();
        let good = theirs == Some(pass.sent_to) && !barred;
        Ok(good.then(|| Holder::Account(Box::new((access, person)))))
    }
}

impl Person {
    /// Where the owner of an account hears of what was done to it: the address on record when it was done. Looked up later, it could be one that whoever did it has put there since.
    pub(crate) fn alarmed(&self) -> Recipient {
        match &self.standing.email {
            Some(email) => Recipient::Address(email.clone()),
            None => Recipient::Contact(self.contact.id.clone()),
        }
    }
}

/// Why the right password does not let them in. They are not told.
pub(crate) fn why_not(
    access: &Access,
    standing: &Standing,
    settings: &Settings,
) -> Option<Outcome> {
    if access.state == AccountState::Disabled {
        return Some(Outcome::Disabled);
    }
    let eligible = may_enter(standing, settings);
    eligible.is_err().then_some(Outcome::NotEligible)
}

/// What is switched off is off for links under way too.
fn offers(kind: &PassKind, settings: &Settings) -> bool {
    let settings = &settings.accounts;
    match kind {
        PassKind::Invitation => settings.invitations,
        PassKind::Claim => settings.claims,
        PassKind::SignUp => settings.sign_up.enabled,
        PassKind::NewEmail { .. } => settings.email_change != EmailChange::Forbidden,
        PassKind::Activation
        | PassKind::Reset
        | PassKind::ChoosePassword
        | PassKind::SecondFactor => true,
    }
}
