//! Work for the outbox: written with the change, run after it, at least once.
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "courses")]
use crate::courses::Session;
use crate::{CommandId, Contact, Id, RecordRef};

/// One piece of work that a decision owes. Its id follows from the command, so deciding again owes the same work once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Effect {
    /// The key that makes a repeat harmless.
    pub id: Uuid,
    /// What to do.
    pub kind: EffectKind,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EffectKind {
    /// Send a message.
    Mail {
        /// Which message.
        kind: MailKind,
        /// To whom.
        to: Recipient,
        /// About what.
        about: RecordRef,
        /// Because of what: the audit trail has what changed, whatever has changed since.
        because: CommandId,
    },
    /// Give the host's staff something to look at.
    StaffTask {
        /// Why.
        kind: StaffTask,
        /// About what.
        about: RecordRef,
    },
    /// Tell the host that a place of a session came free, for its waiting list.
    #[cfg(feature = "courses")]
    PlaceFreed {
        /// Which session.
        session: Id<Session>,
    },
}

/// Who works an effect off. A dispatcher claims only topics that somebody is wired for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Topic {
    /// The mailer.
    Mail,
    /// The host itself.
    Host,
}

/// Every message the portal owes somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MailKind {
    /// A copy of the invoice, to whoever asked.
    InvoiceCopy,
    /// To the registrant: your registration was transferred.
    RegistrationTransferred,
    /// To the order contact: a registration on your order was transferred.
    TransferNotice,
    /// To the registrant: your registration was cancelled.
    RegistrationCancelled,
    /// To the order contact: a registration on your order was cancelled.
    CancellationNotice,
    /// To staff, where the host wants it: a customer cancelled.
    CancellationStaffNotice,
}

/// To whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Recipient {
    /// A person; the address is looked up when the message is sent.
    Contact(Id<Contact>),
    /// The host's staff address, from the settings.
    Staff,
}

/// Why staff should look at a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StaffTask {
    /// A customer cancelled what was paid for: decide about a refund.
    RefundReview,
    /// A registration moved to a date with another price: look at the order.
    PriceReview,
    /// A registration on an order that is in the accounting system changed: look at the books.
    LedgerReview,
}

impl Effect {
    /// An effect read back from a store.
    #[must_use]
    pub fn new(id: Uuid, kind: EffectKind) -> Self {
        Self { id, kind }
    }

    /// Who works it off.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self.kind {
            EffectKind::Mail { .. } => Topic::Mail,
            EffectKind::StaffTask { .. } => Topic::Host,
            #[cfg(feature = "courses")]
            EffectKind::PlaceFreed { .. } => Topic::Host,
        }
    }
}

impl Topic {
    /// As stores keep it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Host => "host",
        }
    }
}

impl MailKind {
    /// Every kind there is.
    pub const ALL: &'static [Self] = &[
        Self::InvoiceCopy,
        Self::RegistrationTransferred,
        Self::TransferNotice,
        Self::RegistrationCancelled,
        Self::CancellationNotice,
        Self::CancellationStaffNotice,
    ];

    /// Stable key for templates, logs and tests.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvoiceCopy => "invoice-copy",
            Self::RegistrationTransferred => "registration-transferred",
            Self::TransferNotice => "transfer-notice",
            Self::RegistrationCancelled => "registration-cancelled",
            Self::CancellationNotice => "cancellation-notice",
            Self::CancellationStaffNotice => "cancellation-staff-notice",
        }
    }
}

impl StaffTask {
    /// Stable key for logs and tests.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RefundReview => "refund-review",
            Self::PriceReview => "price-review",
            Self::LedgerReview => "ledger-review",
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contact(id) => write!(f, "contact:{id}"),
            Self::Staff => f.write_str("staff"),
        }
    }
}
