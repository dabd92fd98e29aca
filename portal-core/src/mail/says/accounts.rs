use std::fmt;

use chrono::DateTime;
use chrono_tz::Tz;
use secrecy::SecretString;

use super::Event;
use crate::{
    accounts::Applicant,
    mail::{Link, Wording},
};

/// The instructions for a course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Instructions {
    /// For which date of which course, where they are about one.
    pub event: Option<Event>,
    /// The way into the portal. None while the portal is off: then nothing is said about it.
    pub access: Option<PortalAccess>,
}

/// The way into the portal, as the instructions for a course show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PortalAccess {
    /// How the host puts it; the portal's own words without.
    pub text: Option<Wording>,
    /// Where to go: a one-time link for whoever has no account, the portal for whoever has one.
    pub link: Link,
    /// The last instant a one-time link is good, on the portal's clocks.
    pub until: Option<DateTime<Tz>>,
}

/// A one-time link.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OneTimeLink {
    /// Where to go.
    pub link: Link,
    /// The last instant it is good, on the portal's clocks.
    pub until: DateTime<Tz>,
    /// What they sign in with afterwards.
    pub login: Option<String>,
    /// How the host welcomes people, where this message does.
    pub welcome: Option<Wording>,
}

/// A password that is good once.
#[derive(Clone)]
#[non_exhaustive]
pub struct MailedPassword {
    /// It.
    pub password: SecretString,
    /// The last instant it is good, on the portal's clocks.
    pub until: DateTime<Tz>,
    /// What they sign in with.
    pub login: String,
    /// How the host welcomes people.
    pub welcome: Option<Wording>,
}

/// Something that protects the account changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountChanged {
    /// When, on the portal's clocks.
    pub at: DateTime<Tz>,
}

/// Somebody requests an account. Nobody has checked a word of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountWanted {
    /// Who they say they are.
    pub name: String,
    /// For whom they say they speak.
    pub organisation: Option<String>,
    /// Where the answer goes.
    pub email: String,
    /// Their number.
    pub phone: Option<String>,
    /// What else they wrote.
    pub message: Option<String>,
    /// When, on the portal's clocks.
    pub asked_at: DateTime<Tz>,
}

impl Instructions {
    /// Instructions that say nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl PortalAccess {
    /// A way in, in the portal's own words.
    #[must_use]
    pub fn new(link: Link) -> Self {
        Self {
            link,
            text: None,
            until: None,
        }
    }
}

impl OneTimeLink {
    /// A link, and until when it is good.
    #[must_use]
    pub fn new(link: Link, until: DateTime<Tz>) -> Self {
        Self {
            link,
            until,
            login: None,
            welcome: None,
        }
    }
}

/// What it leads to is one person's alone.
impl fmt::Debug for OneTimeLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OneTimeLink(until {})", self.until)
    }
}

impl MailedPassword {
    /// A password, until when it is good, and what to sign in with beside it.
    pub fn new(password: SecretString, until: DateTime<Tz>, login: impl Into<String>) -> Self {
        Self {
            password,
            until,
            login: login.into(),
            welcome: None,
        }
    }
}

/// It opens an account.
impl fmt::Debug for MailedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailedPassword(until {})", self.until)
    }
}

impl AccountChanged {
    /// When it changed.
    #[must_use]
    pub fn new(at: DateTime<Tz>) -> Self {
        Self { at }
    }
}

impl AccountWanted {
    /// What somebody says about themselves, and when they did.
    #[must_use]
    pub fn of(applicant: &Applicant, asked_at: DateTime<Tz>) -> Self {
        let (given, surname) = (applicant.given_name.trim(), applicant.surname.trim());
        let phone = applicant.phone.as_ref();
        Self {
            name: format!("{given} {surname}").trim().to_owned(),
            organisation: applicant.organisation.clone(),
            email: applicant.email.as_str().to_owned(),
            phone: phone.map(|phone| phone.as_str().to_owned()),
            message: applicant.message.clone(),
            asked_at,
        }
    }
}

/// Who they are stays out of logs.
impl fmt::Debug for AccountWanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountWanted(..)")
    }
}
