//! What the portal keeps about accounts. `portal-store` implements it beside [`Store`](crate::Store); the same value should be given to both.
use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{
    Access, AccountRequest, Attempt, Digest, Draw, Drawn, LoginSession, OpenSession, Pass,
    PasswordHash, Refund, RequestState,
};
use crate::{
    Account, Commit, Contact, Decision, Id, Listing, Loaded, Page, StoreError,
    details::{EmailAddress, Phone},
};

/// Keeps accounts, sessions, one-time links, requests, allowances and the sign-in log of one portal.
///
/// What happens to an account is an [`AccountChange`](super::AccountChange) in a decision, and [`Store::commit`](crate::Store::commit) records it together with everything else; the
/// versions of [`RecordRef::Account`](crate::RecordRef::Account) and [`RecordRef::AccountRequest`](crate::RecordRef::AccountRequest) are the store's own to check, and are never the host's.
/// A record that is not there has the version `0`.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AccountStore: fmt::Debug + Send + Sync + 'static {
    /// The account that this leads to.
    async fn account(&self, by: &AccountKey) -> Result<Option<Loaded<Access>>, StoreError>;

    /// The one-time link with this secret, in whatever state.
    async fn pass(&self, secret: &Digest) -> Result<Option<Pass>, StoreError>;

    /// The session with this token and its account, in one read, however old it is.
    async fn session(&self, token: &Digest) -> Result<Option<OpenSession>, StoreError>;

    /// Every session of an account, the one last seen first; those of one instant by id.
    async fn sessions(&self, of: &Id<Account>) -> Result<Vec<LoginSession>, StoreError>;

    /// A request for an account.
    async fn request(
        &self,
        id: &Id<AccountRequest>,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError>;

    /// The pending request of this address, if there is one for approval: the oldest, should there be several.
    async fn pending_request(
        &self,
        of: &EmailAddress,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError>;

    /// The requests for approval in this state, oldest first. Those who merely signed up are not on it.
    async fn requests(
        &self,
        state: RequestState,
        page: &Page,
    ) -> Result<Listing<AccountRequest>, StoreError>;

    /// The sign-in log, newest first: all of it, or one account's.
    async fn attempts(
        &self,
        of: Option<Id<Account>>,
        page: &Page,
    ) -> Result<Listing<Attempt>, StoreError>;

    /// Takes one try from each allowance, or from none: in one transaction, so that no two can take the same one.
    async fn draw(&self, draws: &[Draw], now: DateTime<Utc>) -> Result<Drawn, StoreError>;

    /// Remembers when a session was last seen. Never an earlier instant than it has; one that is gone stays gone.
    async fn seen(&self, token: &Digest, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Writes the row of the sign-in log, and what the attempt led to, in one transaction: both, or neither. Durable before it answers.
    async fn conclude(&self, attempt: Attempt, then: Then) -> Result<Commit, StoreError>;

    /// Forgets what has lost its meaning: sessions last seen, links good until, rows of the log written, requests asked and allowances full strictly before those instants, each
    /// by its own. What is of that very instant stays. Answers how many rows.
    async fn sweep(&self, before: &Sweep) -> Result<u64, StoreError>;
}

/// What leads to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountKey {
    /// Its own key.
    Id(Id<Account>),
    /// Whom it signs in.
    Contact(Id<Contact>),
    /// What they sign in with.
    Email(EmailAddress),
    /// What they sign in with.
    Phone(Phone),
}

/// What an attempt at the door leads to.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "a store must face every one")]
pub enum Then {
    /// Nothing.
    Nothing,
    /// Somebody is let in. [`Commit::Applied`], or a conflict when the account is no longer as it was: then nothing is written.
    Enter(Box<Entry>),
    /// A decision, committed as [`Store::commit`](crate::Store::commit) would. When it is replayed or in conflict, the row of the log is not written.
    Commit(Box<Decision>),
}

/// Somebody is let in.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// The new session.
    pub session: LoginSession,
    /// The account as it was when that was decided; it must still be so.
    pub access: Loaded<Access>,
    /// The session that this one takes the place of.
    pub instead_of: Option<Digest>,
    /// Tries that turned out right.
    pub refunds: Vec<Refund>,
    /// The same password, hashed anew. Not another version of the account.
    pub rehashed: Option<PasswordHash>,
    /// The browser, to be remembered; the oldest beyond [`Access::MOST_DEVICES`] is forgotten.
    pub device: Option<Digest>,
}

/// Before when to forget: what is of that very instant stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sweep {
    /// Sessions last seen, and links good until, strictly before then.
    pub ended: DateTime<Utc>,
    /// Rows of the sign-in log written strictly before then.
    pub log: DateTime<Utc>,
    /// Requests asked, and allowances full, strictly before then.
    pub stale: DateTime<Utc>,
}

impl Entry {
    /// Lets somebody in to an account as it was read.
    #[must_use]
    pub fn new(session: LoginSession, access: Loaded<Access>) -> Self {
        Self {
            session,
            access,
            instead_of: None,
            refunds: vec![],
            rehashed: None,
            device: None,
        }
    }
}

impl Sweep {
    /// Before when to forget what.
    #[must_use]
    pub fn new(ended: DateTime<Utc>, log: DateTime<Utc>, stale: DateTime<Utc>) -> Self {
        Self { ended, log, stale }
    }
}
