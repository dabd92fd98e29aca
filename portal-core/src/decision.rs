//! What crosses from rules to the store: facts with their versions in, one decision out.
use std::{borrow::Cow, cmp::Ordering, fmt, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "accounting")]
use crate::accounting::{BooksChange, Export, LedgerConnection};
#[cfg(feature = "accounts")]
use crate::accounts::{AccountChange, AccountRequest, ContactChange, Pass};
#[cfg(feature = "courses")]
use crate::courses::{CourseChange, Registration, Session, WaitingPlace};
#[cfg(feature = "payments")]
use crate::payment::{MoneyChange, PaymentAttempt, Received, StoredMethod};
#[cfg(feature = "requests")]
use crate::request::Request;
use crate::{
    Account, Acting, Actor, Ask, CommandId, Contact, Effect, EffectKind, Id, Order,
    effect::{MailKind, Recipient},
    order::OrderChange,
};

/// Facts, and the version of every record they were read from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loaded<T> {
    /// The facts.
    pub value: T,
    /// What must still be so when a decision about them is committed.
    pub seen: Vec<(RecordRef, Version)>,
}

/// Whatever the host has to tell one state of a record from the next: a row version, an `updated_at`, a hash.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(Arc<str>);

/// A record that can change under us, or that a message is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecordRef {
    /// A way in.
    Account(Id<Account>),
    /// A person.
    Contact(Id<Contact>),
    /// An order.
    Order(Id<Order>),
    /// A request for an account.
    #[cfg(feature = "accounts")]
    AccountRequest(Id<AccountRequest>),
    /// A one-time link.
    #[cfg(feature = "accounts")]
    Pass(Id<Pass>),
    /// A try to pay an order.
    #[cfg(feature = "payments")]
    Payment(Id<PaymentAttempt>),
    /// Money that was received.
    #[cfg(feature = "payments")]
    Received(Id<Received>),
    /// A card or bank account that a provider keeps, by the provider's name for it.
    #[cfg(feature = "payments")]
    PaymentMethod(Id<StoredMethod>),
    /// An order on its way into the books.
    #[cfg(feature = "accounting")]
    Export(Id<Export>),
    /// The connection with the books of an organisation.
    #[cfg(feature = "accounting")]
    Ledger(Id<LedgerConnection>),
    /// A registration for a session of a course.
    #[cfg(feature = "courses")]
    Registration(Id<Registration>),
    /// A session of a course.
    #[cfg(feature = "courses")]
    Session(Id<Session>),
    /// A place on a waiting list.
    #[cfg(feature = "courses")]
    WaitingPlace(Id<WaitingPlace>),
    /// Something a customer asked that a person must act on.
    #[cfg(feature = "requests")]
    Request(Id<Request>),
}

/// What a rule answers when it says yes. The store commits all of it or none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// The form it answers; at most one decision is ever committed for it.
    pub command: CommandId,
    /// What the form said, as a fingerprint: the same id with another form is not a repeat.
    pub form: Uuid,
    /// What must hold inside the committing transaction.
    pub expect: Vec<Expectation>,
    /// What happened.
    pub changes: Vec<Change>,
    /// What is owed because of it.
    pub effects: Vec<Effect>,
    /// Who did what, to what, when.
    pub audit: AuditEntry,
}

/// Must hold inside the committing transaction. If one does not, nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expectation {
    /// The record is in the state it was read in.
    Unchanged(RecordRef, Version),
    /// Fewer wrong tries than this since then. The store answers it, not the host.
    TriesLeft {
        /// What is tried.
        of: TryKey,
        /// How many are too many.
        fewer_than: u32,
        /// From when they count.
        since: DateTime<Utc>,
    },
    /// A session has room.
    #[cfg(feature = "courses")]
    PlacesLeft {
        /// Which session.
        session: Id<Session>,
        /// How many places are needed.
        at_least: u32,
    },
}

/// What happened, in the past tense. The host maps each to its own routine, not to columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// To an order.
    Order(OrderChange),
    /// To an account. The store records it itself: hosts never see one.
    #[cfg(feature = "accounts")]
    Account(AccountChange),
    /// To what the host keeps about a person.
    #[cfg(feature = "accounts")]
    Contact(ContactChange),
    /// To a payment. The store records it itself: hosts hear of it by what happens to the order.
    #[cfg(feature = "payments")]
    Money(MoneyChange),
    /// To what is in the books. The store records it itself: hosts hear of it by what happens to the order.
    #[cfg(feature = "accounting")]
    Books(BooksChange),
    /// To a registration, or on a waiting list.
    #[cfg(feature = "courses")]
    Course(CourseChange),
}

/// Something a person may get wrong, or ask for, only so often, such as the surname of one account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TryKey(Arc<str>);

/// One line of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// Who asked.
    pub by: Actor,
    /// What was asked, such as `registration.transfer`. Stable.
    pub action: Cow<'static, str>,
    /// What it was done to.
    pub about: RecordRef,
}

/// The command already happened: show this instead of deciding again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Receipt {
    /// The form.
    pub command: CommandId,
    /// What the form said.
    pub form: Uuid,
    /// What became of it.
    pub audit: AuditEntry,
}

impl RecordRef {
    /// The host's key.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Account(id) => id.as_str(),
            Self::Contact(id) => id.as_str(),
            Self::Order(id) => id.as_str(),
            #[cfg(feature = "accounts")]
            Self::AccountRequest(id) => id.as_str(),
            #[cfg(feature = "accounts")]
            Self::Pass(id) => id.as_str(),
            #[cfg(feature = "payments")]
            Self::Payment(id) => id.as_str(),
            #[cfg(feature = "payments")]
            Self::Received(id) => id.as_str(),
            #[cfg(feature = "payments")]
            Self::PaymentMethod(id) => id.as_str(),
            #[cfg(feature = "accounting")]
            Self::Export(id) => id.as_str(),
            #[cfg(feature = "accounting")]
            Self::Ledger(id) => id.as_str(),
            #[cfg(feature = "courses")]
            Self::Registration(id) => id.as_str(),
            #[cfg(feature = "courses")]
            Self::Session(id) => id.as_str(),
            #[cfg(feature = "courses")]
            Self::WaitingPlace(id) => id.as_str(),
            #[cfg(feature = "requests")]
            Self::Request(id) => id.as_str(),
        }
    }

    /// What kind of record it is, as stores and logs write it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Contact(_) => "contact",
            Self::Order(_) => "order",
            #[cfg(feature = "accounts")]
            Self::AccountRequest(_) => "account_request",
            #[cfg(feature = "accounts")]
            Self::Pass(_) => "pass",
            #[cfg(feature = "payments")]
            Self::Payment(_) => "payment",
            #[cfg(feature = "payments")]
            Self::Received(_) => "received",
            #[cfg(feature = "payments")]
            Self::PaymentMethod(_) => "payment_method",
            #[cfg(feature = "accounting")]
            Self::Export(_) => "export",
            #[cfg(feature = "accounting")]
            Self::Ledger(_) => "ledger",
            #[cfg(feature = "courses")]
            Self::Registration(_) => "registration",
            #[cfg(feature = "courses")]
            Self::Session(_) => "session",
            #[cfg(feature = "courses")]
            Self::WaitingPlace(_) => "waiting_place",
            #[cfg(feature = "requests")]
            Self::Request(_) => "request",
        }
    }
}

impl<T> Loaded<T> {
    /// Facts read from one record in one state.
    #[must_use]
    pub fn one(value: T, record: RecordRef, version: Version) -> Self {
        Self {
            value,
            seen: vec![(record, version)],
        }
    }

    /// These facts also rest on this record.
    #[must_use]
    pub fn and(mut self, record: RecordRef, version: Version) -> Self {
        self.seen.push((record, version));
        self
    }
}

impl Version {
    /// Wraps whatever the host has.
    pub fn new(version: impl Into<Arc<str>>) -> Self {
        Self(version.into())
    }

    /// A row version that counts.
    #[must_use]
    pub fn number(version: i64) -> Self {
        Self(version.to_string().into())
    }

    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is this row version; compares without writing a number out.
    #[must_use]
    pub fn is_number(&self, version: i64) -> bool {
        self.0.parse() == Ok(version)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryKey {
    /// The tries of one account at one thing.
    #[must_use]
    pub fn new(what: &str, account: &Id<Account>) -> Self {
        Self(format!("{what}:{account}").into())
    }

    /// As stores keep it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Decision {
    /// A yes that changes nothing yet.
    #[must_use]
    pub fn new<By: Acting>(ask: &Ask<'_, By>, action: &'static str, about: RecordRef) -> Self {
        Self {
            command: ask.command,
            form: Uuid::nil(),
            expect: vec![],
            changes: vec![],
            effects: vec![],
            audit: AuditEntry::new(ask.now, ask.by.actor(), action, about),
        }
    }

    /// Rests on these facts: they must not have changed by the time it is committed. Records come before anything else that is expected, each kind by its key.
    #[must_use]
    pub fn given<T>(mut self, facts: &Loaded<T>) -> Self {
        let seen = facts.seen.iter().cloned();
        self.expect
            .extend(seen.map(|(record, version)| Expectation::Unchanged(record, version)));
        // Stores lock what they look at: two decisions that rest on the same records take them in the same order, or each may wait for the other.
        self.expect.sort_by(|one, other| match (one, other) {
            (Expectation::Unchanged(one, _), Expectation::Unchanged(other, _)) => one.cmp(other),
            (Expectation::Unchanged(..), _) => Ordering::Less,
            (_, Expectation::Unchanged(..)) => Ordering::Greater,
            _ => Ordering::Equal,
        });
        self
    }

    /// Something else must hold too.
    #[must_use]
    pub fn expecting(mut self, expectation: Expectation) -> Self {
        self.expect.push(expectation);
        self
    }

    /// This happens.
    #[must_use]
    pub fn changed(mut self, change: impl Into<Change>) -> Self {
        self.changes.push(change.into());
        self
    }

    /// Owes somebody a message about what the decision is about.
    #[must_use]
    pub fn mail(self, kind: MailKind, to: Recipient) -> Self {
        let what = format!("mail:{}:{to}", kind.as_str());
        let about = self.audit.about.clone();
        let because = self.command;
        let kind = EffectKind::Mail {
            kind,
            to,
            about,
            because,
            with: vec![],
        };
        self.effect(&what, kind)
    }

    /// Its messages tell of these records too.
    #[cfg(feature = "courses")]
    pub(crate) fn telling_of(mut self, records: &[RecordRef]) -> Self {
        for effect in &mut self.effects {
            if let EffectKind::Mail { with, .. } = &mut effect.kind {
                with.extend_from_slice(records);
            }
        }
        self
    }

    /// Owes some work; `what` tells it from the other effects of the same command.
    #[must_use]
    pub fn effect(mut self, what: &str, kind: EffectKind) -> Self {
        let id = self.command.derive(what);
        self.effects.push(Effect { id, kind });
        self
    }

    /// What the store answers when the same form comes again.
    #[must_use]
    pub fn receipt(&self) -> Receipt {
        Receipt {
            command: self.command,
            form: self.form,
            audit: self.audit.clone(),
        }
    }
}

impl AuditEntry {
    /// Who did what, to what, when.
    pub fn new(
        at: DateTime<Utc>,
        by: Actor,
        action: impl Into<Cow<'static, str>>,
        about: RecordRef,
    ) -> Self {
        Self {
            at,
            by,
            action: action.into(),
            about,
        }
    }
}

impl Receipt {
    /// What a store kept of a command.
    #[must_use]
    pub fn new(command: CommandId, form: Uuid, audit: AuditEntry) -> Self {
        Self {
            command,
            form,
            audit,
        }
    }
}

impl From<OrderChange> for Change {
    fn from(change: OrderChange) -> Self {
        Self::Order(change)
    }
}

#[cfg(feature = "accounts")]
impl From<AccountChange> for Change {
    fn from(change: AccountChange) -> Self {
        Self::Account(change)
    }
}

#[cfg(feature = "accounts")]
impl From<ContactChange> for Change {
    fn from(change: ContactChange) -> Self {
        Self::Contact(change)
    }
}

#[cfg(feature = "payments")]
impl From<MoneyChange> for Change {
    fn from(change: MoneyChange) -> Self {
        Self::Money(change)
    }
}

#[cfg(feature = "accounting")]
impl From<BooksChange> for Change {
    fn from(change: BooksChange) -> Self {
        Self::Books(change)
    }
}

#[cfg(feature = "courses")]
impl From<CourseChange> for Change {
    fn from(change: CourseChange) -> Self {
        Self::Course(change)
    }
}
