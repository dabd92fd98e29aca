use chrono::{DateTime, Duration, Utc};
use portal_core::{
    Account, Customer, Id,
    accounts::{
        Access, AccountRequest, Applicant, Attempt, Digest, Draw, Flow, LoginSession, Outcome,
        Pass, PassHolder, PassKind, PasswordHash, Person, RequestKind, Standing,
    },
    details::{EmailAddress, Phone, PostalCode},
};

use super::{SURNAME, contact, hours, today};
use crate::PlainHasher;

/// An e-mail address.
#[must_use]
pub fn email(address: &str) -> EmailAddress {
    EmailAddress::parse(address).unwrap()
}

/// A telephone number, with its country.
#[must_use]
pub fn phone(number: &str) -> Phone {
    Phone::parse(number, None).unwrap()
}

/// What [`PlainHasher`] keeps of this password.
#[must_use]
pub fn password(password: &str) -> PasswordHash {
    PlainHasher::kept(password)
}

/// What is kept of the secret of this name.
#[must_use]
pub fn secret(name: &str) -> Digest {
    Digest::of(name)
}

/// The customer everybody here acts for: `acme`.
#[must_use]
pub fn customer_of(contact: &str) -> Id<Customer> {
    super::contact(contact).customer
}

/// The account `account-of-…` of this contact, who signs in with `…@acme.example` and the password `…'s password`; as [`viewer`](super::viewer)
/// has it.
#[must_use]
pub fn access(contact: &str) -> Access {
    let account = Id::new(format!("account-of-{contact}"));
    Access::new(account, Id::new(contact), customer_of(contact))
        .with_email(Some(email(&format!("{contact}@acme.example"))))
        .with_password(password(&format!("{contact}'s password")))
}

/// This contact, whose customer record meets every condition there is.
#[must_use]
pub fn person(id: &str) -> Person {
    Person::new(contact(id), standing(id))
}

/// A customer record that meets every condition there is: the address `…@acme.example`, a number that nobody else has, the ZIP code 33601.
#[must_use]
pub fn standing(id: &str) -> Standing {
    let [a, b, c, ..] = *Digest::of(id).as_bytes();
    let number = u32::from_be_bytes([0, a, b, c]) % 8_000_000 + 2_000_000;
    let mut standing = Standing::new();
    standing.phone = Some(phone(&format!("+1813{number}")));
    standing.email = Some(email(&format!("{id}@acme.example")));
    standing.postal_code = Some(PostalCode::parse("33601", None).unwrap());
    standing.contracts = 1;
    standing.on_account = true;
    standing.changed_at = Some(today() - hours(48));
    standing.synced_at = Some(today() - hours(24));
    standing
}

/// A link by which `ana` chooses another password within the hour; its secret is [`secret`] of its id.
#[must_use]
pub fn pass(id: &str) -> Pass {
    let of = PassHolder::Account(access("ana").account);
    let sent_to = secret("ana@acme.example");
    let until = today() + hours(1);
    Pass::new(Id::new(id), PassKind::Reset, of, sent_to, secret(id), until)
}

/// A browser in which `ana` signed in now; its token is [`secret`] of its id.
#[must_use]
pub fn login(id: &str) -> LoginSession {
    LoginSession::new(Id::new(id), secret(id), access("ana").account, today())
}

/// Somebody with the address `…@new.example` asked yesterday for an account, for the owner of the portal to approve.
#[must_use]
pub fn request(id: &str) -> AccountRequest {
    asked(id, RequestKind::ForApproval)
}

/// Somebody with the address `…@new.example` signed up yesterday, with the password `…'s password`.
#[must_use]
pub fn sign_up(id: &str) -> AccountRequest {
    asked(id, RequestKind::SignUp).with_password(password(&format!("{id}'s password")))
}

fn asked(id: &str, kind: RequestKind) -> AccountRequest {
    let applicant = Applicant::new(email(&format!("{id}@new.example")), id, SURNAME);
    AccountRequest::new(Id::new(id), kind, today() - hours(24), applicant)
}

/// Somebody tries to sign in at that instant, and is nobody.
#[must_use]
pub fn attempt(at: DateTime<Utc>) -> Attempt {
    Attempt::new(at, Flow::SignIn, Outcome::Unknown)
}

/// One try of `burst`, of which one comes back every hour, from the allowance of this name.
#[must_use]
pub fn draw(name: &str, burst: u32) -> Draw {
    Draw::new(secret(name), burst, Duration::hours(1))
}

/// Reads well on a [`Pass`].
pub trait PassFacts: Sized {
    /// Whose it is.
    #[must_use]
    fn of(self, account: &Id<Account>) -> Self;

    /// Whose it is, who has no account yet.
    #[must_use]
    fn of_request(self, request: &Id<AccountRequest>) -> Self;

    /// What it is good for.
    #[must_use]
    fn good_for(self, kind: PassKind) -> Self;
}

impl PassFacts for Pass {
    fn of(mut self, account: &Id<Account>) -> Self {
        self.of = PassHolder::Account(account.clone());
        self
    }

    fn of_request(mut self, request: &Id<AccountRequest>) -> Self {
        self.of = PassHolder::Request(request.clone());
        self
    }

    fn good_for(mut self, kind: PassKind) -> Self {
        self.kind = kind;
        self
    }
}

/// Reads well on a [`LoginSession`].
pub trait LoginFacts: Sized {
    /// Whose it is.
    #[must_use]
    fn of(self, account: &Id<Account>) -> Self;

    /// When it was last seen.
    #[must_use]
    fn last_seen(self, at: DateTime<Utc>) -> Self;
}

impl LoginFacts for LoginSession {
    fn of(mut self, account: &Id<Account>) -> Self {
        self.account = account.clone();
        self
    }

    fn last_seen(mut self, at: DateTime<Utc>) -> Self {
        self.seen_at = at;
        self
    }
}

/// Reads well on an [`Attempt`].
pub trait AttemptFacts: Sized {
    /// Which account it was about, and how it ended.
    #[must_use]
    fn on(self, access: &Access, outcome: Outcome) -> Self;
}

impl AttemptFacts for Attempt {
    fn on(mut self, access: &Access, outcome: Outcome) -> Self {
        self.account = Some(access.account.clone());
        self.customer = Some(access.customer.clone());
        self.outcome = outcome;
        self
    }
}
