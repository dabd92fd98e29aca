//! What the portal keeps, and the single write. `portal-store` implements it on `SQLite`; so can you, with `portal-testkit` to prove it.
use std::{fmt, num::NonZeroU16, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    AuditEntry, CommandId, Contact, Decision, Effect, Expectation, Id, Loaded, Order, OrderDetails,
    Receipt, Refusals, Topic, TryKey, effect::Recipient,
};

/// Keeps commands, effects, tries and the audit trail of one portal.
///
/// `commit` is the only method that changes what customers see. Everything it does happens in one transaction, together with the host's own
/// changes, and is durable before it answers.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Claims the command, checks what was expected, records the changes, queues the effects, appends the audit entry: all of it, or none.
    ///
    /// In this order: a command already committed is [`Commit::Replayed`] and writes nothing, whatever else the decision says. An expectation that
    /// does not hold is [`StoreError::Conflict`] with the first such expectation. Answers only once the commit is durable.
    async fn commit(&self, decision: Decision) -> Result<Commit, StoreError>;

    /// What became of a command, if it was committed.
    async fn receipt(&self, command: CommandId) -> Result<Option<Receipt>, StoreError>;

    /// Notes one wrong try at `at` and answers how many there have been after `since`, this one included. Older ones are forgotten.
    async fn note_try(
        &self,
        of: &TryKey,
        at: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError>;

    /// Takes effects that are due, those first that have been due for longest, and hides them from others until the lease is over. A claim counts as a try.
    ///
    /// Of the messages that are owed to one recipient only the oldest is ever taken: the next waits until that one is sent or given up.
    ///
    /// What this build does not understand, because a newer release owes it or a build with another feature, is passed over: it is put off until the lease
    /// would be over, as no try, and never fails the others.
    async fn claim_effects(&self, claim: &Claim) -> Result<Vec<ClaimedEffect>, StoreError>;

    /// Says how a try ended. Answers `false`, and changes nothing, when the effect is settled or has been claimed again since.
    async fn settle_effect(
        &self,
        id: Uuid,
        tries: u32,
        outcome: EffectOutcome,
    ) -> Result<bool, StoreError>;

    /// The effects that have not been done, oldest first: what is owed, and what was given up. What this build does not understand is
    /// [`EffectKind::Unknown`](crate::EffectKind::Unknown), here as in a [`MessageLog`].
    async fn outbox(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError>;

    /// The audit trail, newest first.
    async fn audit(&self, page: &Page) -> Result<Listing<AuditEntry>, StoreError>;
}

/// What became of the messages that were owed: what staff are shown, and where they have one tried again.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MessageLog: fmt::Debug + Send + Sync + 'static {
    /// The messages to this recipient, wherever they stand, the newest first.
    async fn messages(
        &self,
        to: &Recipient,
        page: &Page,
    ) -> Result<Listing<QueuedEffect>, StoreError>;

    /// The message that this recipient gets next: of those that are owed to them, the oldest. The others wait for it.
    async fn next_message(&self, to: &Recipient) -> Result<Option<QueuedEffect>, StoreError>;

    /// Every effect that was given up, the oldest first.
    async fn given_up(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError>;

    /// One effect that was given up.
    async fn given_up_effect(&self, id: Uuid) -> Result<Option<QueuedEffect>, StoreError>;

    /// Has what was given up tried again, from then on and from the first try. Answers `false`, and changes nothing, where it is not given up.
    async fn revive(&self, id: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError>;

    /// Forgets messages that were sent or dropped before then: so many at most, the earliest ended first. Answers how many: fewer than that only where no more are left. What is owed or given up stays.
    async fn forget_messages(
        &self,
        ended_before: DateTime<Utc>,
        at_most: u16,
    ) -> Result<u64, StoreError>;
}

/// What the host answers about the nouns every vertical shares.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Directory: fmt::Debug + Send + Sync + 'static {
    /// A person.
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError>;

    /// An order with its lines. The portal checks whose it is.
    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError>;

    /// The orders this person ordered, pays, or takes part in; the newest first, and stable while orders are added.
    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError>;
}

/// How a commit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face both endings")]
pub enum Commit {
    /// Recorded now.
    Applied,
    /// Recorded before: this is what was recorded then.
    Replayed(Receipt),
}

/// Which effects a dispatcher takes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The present.
    pub now: DateTime<Utc>,
    /// How long they are ours.
    pub lease: Duration,
    /// How many at most.
    pub limit: u16,
    /// Which kinds of work we have hands for.
    pub topics: Vec<Topic>,
}

/// An effect that is ours until the lease is over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClaimedEffect {
    /// The work.
    pub effect: Effect,
    /// Which try this is, from 1. Settling names it, so that a late answer cannot speak for a later try.
    pub tries: u32,
    /// When it was decided, where the store knows: what is measured is how long it took from then.
    pub since: Option<DateTime<Utc>>,
}

/// How one try at an effect ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EffectOutcome {
    /// Done.
    Done,
    /// Not yet; try again then.
    RetryAt(DateTime<Utc>, String),
    /// Given up, for this reason; staff can see it.
    Dead(String),
    /// It was not its turn: try again then, for this reason. The try does not count.
    Untried(DateTime<Utc>, String),
    /// A message was sent, then; [`MessageLog`] remembers it.
    Sent(DateTime<Utc>),
    /// A message need not be sent any more, as was found then, for this reason; [`MessageLog`] remembers it.
    Dropped(DateTime<Utc>, String),
}

/// An effect that has not been done, or a message, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QueuedEffect {
    /// The work.
    pub effect: Effect,
    /// When it was decided.
    pub since: DateTime<Utc>,
    /// How often it was tried.
    pub tries: u32,
    /// Where it stands.
    pub state: QueueState,
    /// Why it was put off the last time, if it was.
    pub why: Option<String>,
}

/// Where an effect stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum QueueState {
    /// Due from then on.
    Due(DateTime<Utc>),
    /// Given up, for this reason.
    Dead(String),
    /// A message that was sent, then.
    Sent(DateTime<Utc>),
    /// A message that need not be sent any more, as was found then, for this reason.
    Dropped(DateTime<Utc>, String),
}

/// Which part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// Where the page before ended; the start without.
    pub after: Option<Cursor>,
    /// How many at most, from 1 to [`Page::LARGEST`].
    pub size: NonZeroU16,
}

/// Where a page ended, as the store wrote it. Opaque; encode it for a URL like any other text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(Arc<str>);

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Listing<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where it ended, when there is more.
    pub next: Option<Cursor>,
}

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Something decided upon has changed: load and decide again.
    #[error("something it rests on has changed since it was read")]
    Conflict(Box<Expectation>),
    /// The store, or the host's tables, cannot do this.
    #[error("this store cannot record {0}")]
    Unsupported(&'static str),
    /// The host's own routine will not have it, for these reasons. Nothing was written.
    #[error("the host will not have it: {0}")]
    Rejected(Box<Refusals>),
    /// The page marker is not one this list gave out.
    #[error("the page marker is not one of this list's: start from the first page")]
    BadCursor,
    /// It cannot be reached, is full, or is out of order. Nothing was written, unless it is the answer that was lost: the command's receipt tells.
    #[error("storage is unavailable")]
    Unavailable(#[source] BoxError),
    /// What is stored cannot be read.
    #[error("stored data is malformed")]
    Corrupt(#[source] BoxError),
}

/// Any error, as a source.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Claim {
    /// Takes up to `limit` effects of these topics for as long as `lease`.
    #[must_use]
    pub fn new(now: DateTime<Utc>, lease: Duration, limit: u16, topics: Vec<Topic>) -> Self {
        Self {
            now,
            lease,
            limit,
            topics,
        }
    }
}

impl ClaimedEffect {
    /// An effect in its `tries`-th try.
    #[must_use]
    pub fn new(effect: Effect, tries: u32) -> Self {
        let since = None;
        Self {
            effect,
            tries,
            since,
        }
    }

    /// It was decided then, where the store knows.
    #[must_use]
    pub fn owed_since(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.since = at;
        self
    }
}

impl QueuedEffect {
    /// An effect as it waits.
    #[must_use]
    pub fn new(effect: Effect, since: DateTime<Utc>, tries: u32, state: QueueState) -> Self {
        Self {
            effect,
            since,
            tries,
            state,
            why: None,
        }
    }

    /// Put off the last time for this reason, if it was.
    #[must_use]
    pub fn because(mut self, why: Option<String>) -> Self {
        self.why = why;
        self
    }
}

impl Page {
    /// The most that one page can hold.
    pub const LARGEST: u16 = 100;

    /// The first `size` of a list; sizes are held between 1 and [`Page::LARGEST`].
    #[must_use]
    pub fn first(size: u16) -> Self {
        let size = NonZeroU16::new(size.min(Self::LARGEST)).unwrap_or(NonZeroU16::MIN);
        Self { after: None, size }
    }

    /// The page that follows where another ended.
    #[must_use]
    pub fn following(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// How many at most, as an index.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.size.get().min(Self::LARGEST))
    }

    /// Never: a page has room for one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::first(20)
    }
}

impl Cursor {
    /// Wraps what a list needs to go on from here.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// As the list wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T> Listing<T> {
    /// A page, and where it ended if there is more.
    #[must_use]
    pub fn new(items: Vec<T>, next: Option<Cursor>) -> Self {
        Self { items, next }
    }

    /// From one more item than fits: `found` holds up to `page.len() + 1`, and `cursor` says where an item stands.
    #[must_use]
    pub fn cut(mut found: Vec<T>, page: &Page, cursor: impl FnOnce(&T) -> Cursor) -> Self {
        let more = found.len() > page.len();
        found.truncate(page.len());
        let next = if more { found.last().map(cursor) } else { None };
        Self { items: found, next }
    }

    /// The same page of something else.
    #[must_use]
    pub fn map<U>(self, to: impl FnMut(T) -> U) -> Listing<U> {
        Listing {
            items: self.items.into_iter().map(to).collect(),
            next: self.next,
        }
    }

    pub(crate) fn filter_map<U>(self, to: impl FnMut(T) -> Option<U>) -> Listing<U> {
        Listing {
            items: self.items.into_iter().filter_map(to).collect(),
            next: self.next,
        }
    }
}

impl StoreError {
    /// Something decided upon has changed.
    #[must_use]
    pub fn conflict(expectation: Expectation) -> Self {
        Self::Conflict(Box::new(expectation))
    }
}
