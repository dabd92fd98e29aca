use secrecy::SecretString;

use super::{Answer, FrontDoor, refusal};
use crate::{
    Decision, EffectKind, Error, Loaded, RecordRef, Refusals,
    accounts::{
        Access, AccountChange, AccountKey, AccountRefusal, AccountState, ChosenPassword, DoorField,
        Flow, Outcome, PassHolder, PassKind, PasswordHash, Person, address_digest, issue, limits,
    },
    details::{EmailAddress, Phone, PostalCode},
    effect::{MailKind, Recipient, StaffTask},
};

/// Claim an account by what is on record: phone number, e-mail address, postal code.
#[non_exhaustive]
pub struct Claim {
    /// The main phone number, in any spelling.
    pub phone: String,
    /// The e-mail address on record.
    pub email: String,
    /// The ZIP or postal code on record.
    pub postal_code: String,
    /// The password they want. Only [`insecure_record_only`](crate::accounts::Accounts::insecure_record_only) takes it here; otherwise it is chosen by the link.
    pub password: Option<SecretString>,
}

/// What becomes of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Claimed {
    /// If the details match, a link is on its way to the address on record.
    Answered(Answer),
    /// They can sign in now, with the phone number and the new password. Only without proof of the address.
    CanSignIn,
}

impl Claim {
    /// Claims with what was typed.
    pub fn new(
        phone: impl Into<String>,
        email: impl Into<String>,
        postal_code: impl Into<String>,
    ) -> Self {
        Self {
            phone: phone.into(),
            email: email.into(),
            postal_code: postal_code.into(),
            password: None,
        }
    }

    /// With the password they want.
    #[must_use]
    pub fn with_password(mut self, password: SecretString) -> Self {
        self.password = Some(password);
        self
    }
}

/// A claim, read.
struct Details {
    phone: Phone,
    email: EmailAddress,
    postal_code: PostalCode,
}

/// What is known about whoever the details name.
struct Known {
    persons: Vec<Person>,
    access: Option<Loaded<Access>>,
    email_taken: bool,
}

impl FrontDoor<'_> {
    /// Claims an account. Whoever knows the three details has a link sent to the address on record; everybody else is answered alike.
    ///
    /// # Errors
    /// `account.claims-disabled`, `account.malformed` for each field that cannot be one, `account.too-many-attempts`; and without proof of the address `account.no-match` for whatever
    /// does not match, and what is wrong with the password.
    pub async fn claim(&self, form: &Claim) -> Result<Claimed, Error> {
        if !self.settings().claims {
            return Err(refusal(AccountRefusal::ClaimsDisabled));
        }
        let malformed = || self.attempt(Flow::Claim, Outcome::Malformed, None, &form.phone);
        let details = match self.read(form) {
            Ok(details) => details,
            Err(no) => {
                self.conclude(malformed(), None).await?;
                return Err(no);
            }
        };
        // What is wrong with the password takes no try.
        let wanted = match self.wanted(form, &details).await? {
            Ok(wanted) => wanted,
            Err(weak) => {
                self.conclude(malformed(), None).await?;
                return Err(weak.into());
            }
        };
        let known = self.known(&details).await?;
        let access = known.access.as_ref().map(|a| &a.value);
        let log = |outcome| self.attempt(Flow::Claim, outcome, access, details.phone.as_str());
        let key = &self.accounts.key;
        let mut draws = vec![limits::claim(key, details.phone.as_str())];
        draws.extend(limits::letters_from(key, self.visitor.ip));
        self.draw(&draws, log(Outcome::TooMany)).await?;
        let chosen = self.hashed(wanted.as_ref()).await?;
        let outcome = self.matching(&known, &details);
        let ask = self.ask(self.now())?;
        let decision = match (outcome, &*known.persons) {
            (Outcome::Done, [person]) => {
                let email = (!known.email_taken).then(|| details.email.clone());
                let phone = Some(details.phone.clone());
                let new = issue::account_for(known.access.as_ref(), person, email, phone);
                Some(self.claimed(new, person, &details, chosen, &ask))
            }
            // Nobody can be told from the other by a number they share: staff can.
            (_, [first, _, ..]) => Some(self.ambiguous(first, "account.claim-ambiguous")?),
            _ => None,
        };
        let applied = self.conclude(log(outcome), decision).await?;
        if !self.accounts.record_only {
            return Ok(Claimed::Answered(Answer::Sent));
        }
        if applied && outcome == Outcome::Done {
            Ok(Claimed::CanSignIn)
        } else {
            Err(refusal(AccountRefusal::NoMatch))
        }
    }

    fn read(&self, form: &Claim) -> Result<Details, Error> {
        let country = self.portal.settings().country;
        let malformed = |field| crate::Refusal::from(AccountRefusal::Malformed { field });
        let phone = Phone::parse(&form.phone, country).map_err(|_| malformed(DoorField::Phone));
        let email = EmailAddress::parse(&form.email).map_err(|_| malformed(DoorField::Email));
        let postal_code = PostalCode::parse(&form.postal_code, country)
            .map_err(|_| malformed(DoorField::PostalCode));
        match (phone, email, postal_code) {
            (Ok(phone), Ok(email), Ok(postal_code)) => Ok(Details {
                phone,
                email,
                postal_code,
            }),
            (phone, email, postal_code) => {
                let wrong = [phone.err(), email.err(), postal_code.err()];
                Err(crate::refusal::every(wrong.into_iter().flatten()).into())
            }
        }
    }

    /// Asks the host once and the store twice, whoever is named.
    async fn known(&self, details: &Details) -> Result<Known, Error> {
        let persons = self.accounts.people.by_phone(&details.phone).await?;
        let store = &self.accounts.store;
        let key = match &*persons {
            [one] => AccountKey::Contact(one.contact.id.clone()),
            _ => AccountKey::Phone(details.phone.clone()),
        };
        let access = store.account(&key).await?;
        let by_email = store
            .account(&AccountKey::Email(details.email.clone()))
            .await?;
        let email_taken = by_email.is_some_and(|found| {
            access
                .as_ref()
                .is_none_or(|a| a.value.account != found.value.account)
        });
        Ok(Known {
            persons,
            access,
            email_taken,
        })
    }

    /// The password they want, where this is the form for it. Judging it is work: strangers have so much of it done for them, and no more.
    async fn wanted(
        &self,
        form: &Claim,
        details: &Details,
    ) -> Result<Result<Option<ChosenPassword>, Refusals>, Error> {
        if !self.accounts.record_only {
            return Ok(Ok(None));
        }
        let place = limits::place(&self.accounts.key, self.visitor.ip);
        let place: Vec<_> = place.into_iter().collect();
        let tried = self.attempt(Flow::Claim, Outcome::TooMany, None, &form.phone);
        self.draw(&place, tried).await?;
        let typed = form.password.clone().unwrap_or_default();
        let about = [
            details.phone.as_str(),
            details.email.as_str(),
            details.postal_code.as_str(),
        ];
        let about = about.map(str::to_owned).into();
        let judged = self
            .accounts
            .judge(&typed, about, &self.settings().passwords);
        Ok(judged.await?.map(Some))
    }

    /// One hash is made or checked, whatever the claim is worth.
    async fn hashed(&self, wanted: Option<&ChosenPassword>) -> Result<Option<PasswordHash>, Error> {
        if let Some(wanted) = wanted {
            return Ok(Some(self.accounts.hasher.hash(wanted.secret()).await?));
        }
        self.spend().await?;
        Ok(None)
    }

    /// Several records answer to one number or address: whose account it is, is for staff to say.
    pub(super) fn ambiguous(
        &self,
        first: &Person,
        action: &'static str,
    ) -> Result<Decision, Error> {
        let about = RecordRef::Contact(first.contact.id.clone());
        let task = EffectKind::StaffTask {
            kind: StaffTask::AmbiguousRecord,
            about: about.clone(),
        };
        let decision = Decision::new(&self.ask(self.now())?, action, about);
        Ok(decision.effect("staff-task:ambiguous-record", task))
    }

    /// Every detail is compared, whichever is wrong first.
    fn matching(&self, known: &Known, details: &Details) -> Outcome {
        let [person] = &*known.persons else {
            return if known.persons.is_empty() {
                Outcome::Unknown
            } else {
                Outcome::Wrong
            };
        };
        let standing = &person.standing;
        let email = standing.email.as_ref() == Some(&details.email);
        let postal_code = standing.postal_code.as_ref() == Some(&details.postal_code);
        let eligible = crate::accounts::may_enter(standing, self.portal.settings()).is_ok();
        let state = known.access.as_ref().map(|a| a.value.state);
        match (email & postal_code, state) {
            (false, _) => Outcome::Wrong,
            (true, Some(AccountState::Active)) => Outcome::Exists,
            (true, Some(AccountState::Disabled)) => Outcome::Disabled,
            (true, None | Some(AccountState::Invited)) if !eligible => Outcome::NotEligible,
            (true, None | Some(AccountState::Invited)) => Outcome::Done,
        }
    }

    fn claimed(
        &self,
        (access, opened): (Loaded<Access>, Option<AccountChange>),
        person: &Person,
        details: &Details,
        chosen: Option<PasswordHash>,
        ask: &crate::Ask<'_, crate::accounts::Visitor>,
    ) -> Decision {
        let account = access.value.account.clone();
        let about = RecordRef::Account(account.clone());
        let mut decision = Decision::new(ask, "account.claimed", about).given(&access);
        if let Some(opened) = opened {
            decision = decision.changed(opened);
        }
        if let Some(password) = chosen {
            let set = AccountChange::PasswordSet {
                account,
                password,
                device: None,
            };
            let account = access.value.account.clone();
            let revoked = AccountChange::PassesRevoked { account };
            return decision
                .changed(set)
                .changed(revoked)
                .mail(MailKind::PasswordChanged, person.alarmed());
        }
        let sent_to = address_digest(&details.email);
        let (links, key) = (&self.settings().links, &self.accounts.key);
        let of = PassHolder::Account(account);
        let pass = issue::pass(of, PassKind::Claim, sent_to, ask, links, key);
        decision.sent(
            pass,
            MailKind::ClaimLink,
            Recipient::Address(details.email.clone()),
        )
    }
}

/// What is on record about people stays out of logs.
impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Claim(..)")
    }
}
