use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::Serialize;

use super::{FrontDoor, drawn_token, refusal};
use crate::{
    Contact, Decision, Error, Id, Loaded,
    accounts::{
        Access, AccountChange, AccountKey, AccountRefusal, AccountRequest, AccountState, Attempt,
        ContactChange, Flow, Outcome, Pass, PassKind, Person, RequestState, Token, Verified,
        holder::Holder, issue, limits, may_enter, temporary,
    },
    effect::{MailKind, Recipient},
};

/// Follow a one-time link: only sending this form uses it up. Looking at it, as mail scanners do, does not.
#[derive(Debug)]
#[non_exhaustive]
pub struct FollowLink {
    /// The link's secret, or what a step before handed out.
    pub token: SecretString,
    /// The password they choose, where the link is for that.
    pub password: Option<SecretString>,
}

/// What a link is good for, before anybody follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LinkFacts {
    /// What has to be typed to follow it.
    pub takes: LinkTakes,
    /// How long it is good.
    pub until: DateTime<Utc>,
}

/// What has to be typed to follow a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LinkTakes {
    /// A new password.
    NewPassword,
    /// The password they chose when they signed up: it shows that it was them.
    SamePassword,
    /// Nothing.
    Nothing,
}

/// What following a link did.
#[derive(Debug)]
#[non_exhaustive]
pub enum Followed {
    /// They have a password now, and sign in with it.
    PasswordChosen {
        /// What this browser is known by from now on.
        device: Token,
    },
    /// They have an account now, and sign in with the password they chose when they created it.
    AccountCreated {
        /// What this browser is known by from now on.
        device: Token,
    },
    /// Their address is the new one now.
    EmailChanged,
}

impl FollowLink {
    /// Follows a link.
    #[must_use]
    pub fn new(token: SecretString) -> Self {
        Self {
            token,
            password: None,
        }
    }

    /// And chooses a password by it.
    #[must_use]
    pub fn choosing(mut self, password: SecretString) -> Self {
        self.password = Some(password);
        self
    }
}

impl FrontDoor<'_> {
    /// What a link is good for. Reads only: whoever merely looks uses nothing up.
    ///
    /// # Errors
    /// `account.link-not-valid`, whatever is wrong with it.
    pub async fn look(&self, link: &SecretString) -> Result<LinkFacts, Error> {
        match self.good(link).await? {
            Some((pass, _)) => Ok(LinkFacts {
                takes: pass.kind.takes(),
                until: pass.until,
            }),
            None => Err(refusal(AccountRefusal::LinkNotValid)),
        }
    }

    /// Follows a link. A password that will not do leaves it as good as it was.
    ///
    /// # Errors
    /// `account.link-not-valid` for every link that is not, or no longer, good: one answer for expired, used, foreign and mangled ones. What is wrong with the password.
    pub async fn follow(&self, form: &FollowLink) -> Result<Followed, Error> {
        let log = |outcome, access: Option<&Access>| {
            let typed = secrecy::ExposeSecret::expose_secret(&form.token);
            self.attempt(Flow::FollowLink, outcome, access, typed)
        };
        let draws: Vec<_> = limits::place(&self.accounts.key, self.visitor.ip)
            .into_iter()
            .collect();
        self.draw(&draws, log(Outcome::TooMany, None)).await?;
        match self.good(&form.token).await? {
            Some((pass, Holder::Account(holder))) => {
                let (access, person) = *holder;
                let log = log(Outcome::Done, Some(&access.value));
                match &pass.kind {
                    PassKind::NewEmail { email } => {
                        let decision = self.email_changed(&pass, email, &access, &person)?;
                        self.followed(log, decision).await?;
                        Ok(Followed::EmailChanged)
                    }
                    PassKind::Invitation
                    | PassKind::Activation
                    | PassKind::Claim
                    | PassKind::Reset
                    | PassKind::ChoosePassword
                    | PassKind::SignUp
                    | PassKind::SecondFactor => {
                        self.choose_password(form, &pass, &access, &person, log)
                            .await
                    }
                }
            }
            Some((pass, Holder::Request(request))) => {
                let log = log(Outcome::Done, None);
                self.create(form, &pass, &request, log).await
            }
            None => {
                self.conclude(log(Outcome::Expired, None), None).await?;
                Err(refusal(AccountRefusal::LinkNotValid))
            }
        }
    }

    async fn choose_password(
        &self,
        form: &FollowLink,
        pass: &Pass,
        access: &Loaded<Access>,
        person: &Person,
        mut log: Attempt,
    ) -> Result<Followed, Error> {
        let typed = form.password.clone().unwrap_or_default();
        let settings = &self.settings().passwords;
        let judged = self.accounts.judge(&typed, person.about(), settings);
        let chosen = match judged.await? {
            // The one that was mailed cannot stay, by whatever link.
            Ok(_) if temporary::looks_like(&typed) => Err(AccountRefusal::PasswordUnchanged.into()),
            judged => judged,
        };
        let chosen = match chosen {
            Ok(chosen) => chosen,
            Err(weak) => {
                log.outcome = Outcome::Malformed;
                self.conclude(log, None).await?;
                return Err(weak.into());
            }
        };
        let password = self.accounts.hasher.hash(chosen.secret()).await?;
        let device = drawn_token()?;
        let account = &access.value.account;
        let ask = self.ask(self.now())?;
        let mut decision = Self::used(pass, "account.password-chosen", &ask)
            .given(access)
            .changed(AccountChange::PasswordSet {
                account: account.clone(),
                password,
                device: Some(device.digest()),
            })
            .changed(AccountChange::PassesRevoked {
                account: account.clone(),
            })
            .changed(AccountChange::SessionsEnded {
                account: account.clone(),
                but: None,
            });
        if access.value.state == AccountState::Active {
            decision = decision.mail(MailKind::PasswordChanged, person.alarmed());
        }
        self.followed(log, decision).await?;
        Ok(Followed::PasswordChosen { device })
    }

    /// Opens the account of who signed up: for the contact the host has under that address already, or for a new one.
    async fn create(
        &self,
        form: &FollowLink,
        pass: &Pass,
        request: &Loaded<AccountRequest>,
        mut log: Attempt,
    ) -> Result<Followed, Error> {
        // Whoever signs up with the address of somebody else knows the password, and its owner does not: so nobody opens an account for another.
        let typed = form.password.clone().unwrap_or_default();
        let decoy = || self.accounts.hasher.decoy();
        let kept = request.value.password.clone().unwrap_or_else(decoy);
        if self.accounts.hasher.verify(&typed, &kept).await? == Verified::Wrong {
            log.outcome = Outcome::Wrong;
            self.conclude(log, None).await?;
            return Err(refusal(AccountRefusal::WrongPassword));
        }
        let applicant = &request.value.applicant;
        let persons = self.accounts.people.by_email(&applicant.email).await?;
        let ask = self.ask(self.now())?;
        let mut decision = Self::used(pass, "account.opened", &ask).given(request);
        let person = match &*persons {
            [] => {
                let (person, added) = issue::newcomer(&request.value);
                decision = decision.changed(added);
                person
            }
            [one] => one.clone(),
            // Whose account it is, is for staff to say.
            [first, ..] => {
                let task = self.ambiguous(first, "account.opening-ambiguous")?;
                log.outcome = Outcome::Wrong;
                self.conclude(log, Some(task)).await?;
                return Err(refusal(AccountRefusal::LinkNotValid));
            }
        };
        let key = AccountKey::Contact(person.contact.id.clone());
        let read = self.accounts.store.account(&key).await?;
        // Somebody let them in by another way meanwhile: that password stands.
        if read
            .as_ref()
            .is_some_and(|r| r.value.state != AccountState::Invited)
        {
            log.outcome = Outcome::Exists;
            self.conclude(log, None).await?;
            return Err(refusal(AccountRefusal::LinkNotValid));
        }
        // Of somebody new the host has no record yet: signing in asks for it.
        if !persons.is_empty() && may_enter(&person.standing, self.portal.settings()).is_err() {
            log.outcome = Outcome::NotEligible;
            self.conclude(log, None).await?;
            return Err(refusal(AccountRefusal::LinkNotValid));
        }
        let (email, _) = self.accounts.free_logins(&person).await?;
        let (access, opened) = issue::account_for(read.as_ref(), &person, email, None);
        decision = decision.given(&access);
        if let Some(opened) = opened {
            decision = decision.changed(opened);
        }
        let device = drawn_token()?;
        if let Some(password) = &request.value.password {
            decision = decision.changed(AccountChange::PasswordSet {
                account: access.value.account.clone(),
                password: password.clone(),
                device: Some(device.digest()),
            });
        }
        decision = decision.changed(AccountChange::PassesRevoked {
            account: access.value.account.clone(),
        });
        decision = decision.changed(AccountChange::RequestSettled {
            request: request.value.id.clone(),
            state: RequestState::Approved,
        });
        self.followed(log, decision).await?;
        Ok(Followed::AccountCreated { device })
    }

    fn email_changed(
        &self,
        pass: &Pass,
        email: &crate::details::EmailAddress,
        access: &Loaded<Access>,
        person: &Person,
    ) -> Result<Decision, Error> {
        let Access {
            account,
            contact,
            phone,
            ..
        } = &access.value;
        let ask = self.ask(self.now())?;
        let mut decision = Self::used(pass, "account.email-changed", &ask)
            .given(access)
            .changed(AccountChange::LoginsChanged {
                account: account.clone(),
                email: Some(email.clone()),
                phone: phone.clone(),
            })
            .changed(AccountChange::PassesRevoked {
                account: account.clone(),
            })
            .changed(AccountChange::SessionsEnded {
                account: account.clone(),
                but: None,
            })
            .changed(ContactChange::EmailChanged {
                contact: contact.clone(),
                email: email.clone(),
            });
        if let Some(old) = &person.standing.email {
            decision = decision.mail(MailKind::EmailChanged, Recipient::Address(old.clone()));
        }
        Ok(decision)
    }

    fn used(
        pass: &Pass,
        action: &'static str,
        ask: &crate::Ask<'_, crate::accounts::Visitor>,
    ) -> Decision {
        Decision::new(ask, action, pass.of.record()).changed(AccountChange::PassUsed {
            pass: pass.id.clone(),
            of: pass.of.clone(),
        })
    }

    async fn followed(&self, log: Attempt, decision: Decision) -> Result<(), Error> {
        if self.conclude(log, Some(decision)).await? {
            Ok(())
        } else {
            // Somebody was faster with the same link.
            Err(refusal(AccountRefusal::LinkNotValid))
        }
    }

    /// The link and whose it is, if it is good for anything.
    async fn good(&self, link: &SecretString) -> Result<Option<(Pass, Holder)>, Error> {
        let Some(token) = Token::read(secrecy::ExposeSecret::expose_secret(link)) else {
            return Ok(None);
        };
        let found = self.accounts.store.pass(&token.digest()).await?;
        let Some(pass) = found.filter(|pass| pass.is_good(self.now())) else {
            return Ok(None);
        };
        let holder = self.accounts.holder(&pass, self.portal.settings());
        Ok(holder.await?.map(|holder| (pass, holder)))
    }

    pub(in crate::accounts) async fn person(
        &self,
        id: &Id<Contact>,
    ) -> Result<Option<Person>, Error> {
        Ok(self.accounts.people.person(id).await?)
    }
}

impl PassKind {
    fn takes(&self) -> LinkTakes {
        match self {
            Self::Invitation
            | Self::Activation
            | Self::Claim
            | Self::Reset
            | Self::ChoosePassword => LinkTakes::NewPassword,
            Self::SignUp => LinkTakes::SamePassword,
            Self::NewEmail { .. } | Self::SecondFactor => LinkTakes::Nothing,
        }
    }
}
