//! Work for the outbox: written with the change, run after it, at least once.
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "accounting")]
use crate::accounting::AccountingWork;
#[cfg(feature = "courses")]
use crate::courses::Session;
#[cfg(feature = "accounts")]
use crate::details::EmailAddress;
#[cfg(feature = "payments")]
use crate::payment::PaymentWork;
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
        /// What else it tells of: the dates that a registration moved from and to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        with: Vec<RecordRef>,
    },
    /// Give the host's staff something to look at.
    StaffTask {
        /// Why.
        kind: StaffTask,
        /// About what.
        about: RecordRef,
    },
    /// Ask a provider how something stands, or have it pay back.
    #[cfg(feature = "payments")]
    Payment(PaymentWork),
    /// Do something in the books.
    #[cfg(feature = "accounting")]
    Accounting(AccountingWork),
    /// Tell the host that a place of a session came free, for its waiting list.
    #[cfg(feature = "courses")]
    PlaceFreed {
        /// Which session.
        session: Id<Session>,
    },
    /// What this build does not understand: a newer release owes it, or a build with another feature. It is listed, and nobody is handed it before a
    /// build that understands it claims it; the messages behind it to the same reader wait.
    #[serde(skip_deserializing)]
    Unknown {
        /// Who works it off.
        topic: Topic,
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
    /// The payment providers.
    Payments,
    /// The accounting system.
    Accounting,
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
    /// To whoever paid: we have received your payment.
    #[cfg(feature = "payments")]
    PaymentReceipt,
    /// To whoever paid: some of it, or all, was paid back.
    #[cfg(feature = "payments")]
    RefundNotice,
    /// To whose card is kept: it is going to run out.
    #[cfg(feature = "payments")]
    CardExpiring,
    /// To whose card is kept: it has run out.
    #[cfg(feature = "payments")]
    CardExpired,
    /// To whoever staff invited: how to create an account.
    #[cfg(feature = "accounts")]
    Invitation,
    /// To a registrant without an account: the course instructions, and how to get into the portal.
    #[cfg(feature = "accounts")]
    FirstTimeInstructions,
    /// To a registrant with an account: the course instructions, and where they stand in the portal.
    #[cfg(feature = "accounts")]
    ExistingUserInstructions,
    /// To whoever staff sent it: how to choose a password.
    #[cfg(feature = "accounts")]
    Activation,
    /// The same, with a temporary password.
    #[cfg(feature = "accounts")]
    TemporaryPassword,
    /// To the address on record: somebody claims this account; if it was you, choose a password.
    #[cfg(feature = "accounts")]
    ClaimLink,
    /// To whoever signed up: confirm the address.
    #[cfg(feature = "accounts")]
    SignUpLink,
    /// To whoever signed up with an address that has an account: sign in, or choose another password.
    #[cfg(feature = "accounts")]
    AlreadyRegistered,
    /// To whoever forgot the password: choose another.
    #[cfg(feature = "accounts")]
    ResetLink,
    /// To a new address: confirm it.
    #[cfg(feature = "accounts")]
    NewEmailLink,
    /// To the old address: it was changed.
    #[cfg(feature = "accounts")]
    EmailChanged,
    /// To whose password was changed: if it was not you, tell us.
    #[cfg(feature = "accounts")]
    PasswordChanged,
    /// To whose account takes codes from an app from now on: if it was not you, tell us.
    #[cfg(feature = "accounts")]
    SecondFactorSetUp,
    /// To whose account takes no codes any more: if it was not you, tell us.
    #[cfg(feature = "accounts")]
    SecondFactorRemoved,
    /// To the owner of the portal: somebody requests an account.
    #[cfg(feature = "accounts")]
    AccountRequestNotice,
    /// To whoever requested an account: here is how to choose a password.
    #[cfg(feature = "accounts")]
    RequestApproved,
    /// To whoever requested an account: there will be none.
    #[cfg(feature = "accounts")]
    RequestDeclined,
    /// To the store: a customer calls items off rent.
    #[cfg(feature = "requests")]
    CallOffRequest,
    /// To support: a customer wants help.
    #[cfg(feature = "requests")]
    HelpRequest,
    /// To staff: what a customer changed is pending review.
    #[cfg(feature = "requests")]
    ReviewNotice,
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
    /// An address that is nobody's yet, or that has yet to be shown to be theirs.
    #[cfg(feature = "accounts")]
    Address(EmailAddress),
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
    /// Money came that pays for nothing: decide what to do with it.
    #[cfg(feature = "payments")]
    UnappliedMoney,
    /// A payer's bank called money back.
    #[cfg(feature = "payments")]
    PaymentDisputed,
    /// The host's own routine would not have what became of a payment: its books differ from what the provider says.
    #[cfg(feature = "payments")]
    HostRefused,
    /// A refund was refused or came back, or nobody knows what became of it.
    #[cfg(feature = "payments")]
    RefundFailed,
    /// Somebody requests an account: approve or decline it.
    #[cfg(feature = "accounts")]
    AccountRequest,
    /// The same number or address is on more than one record: whose account it is, is for staff to say.
    #[cfg(feature = "accounts")]
    AmbiguousRecord,
}

impl Effect {
    /// An effect read back from a store.
    #[must_use]
    pub fn new(id: Uuid, kind: EffectKind) -> Self {
        Self { id, kind }
    }

    /// To whom it is a message, if it is one: those to one recipient are sent one after the other, in the order they were owed.
    #[must_use]
    pub fn recipient(&self) -> Option<&Recipient> {
        match &self.kind {
            EffectKind::Mail { to, .. } => Some(to),
            _ => None,
        }
    }

    /// Who works it off.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self.kind {
            EffectKind::Mail { .. } => Topic::Mail,
            EffectKind::StaffTask { .. } => Topic::Host,
            #[cfg(feature = "payments")]
            EffectKind::Payment(_) => Topic::Payments,
            #[cfg(feature = "accounting")]
            EffectKind::Accounting(_) => Topic::Accounting,
            #[cfg(feature = "courses")]
            EffectKind::PlaceFreed { .. } => Topic::Host,
            EffectKind::Unknown { topic } => topic,
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
            Self::Payments => "payments",
            Self::Accounting => "accounting",
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
        #[cfg(feature = "payments")]
        Self::PaymentReceipt,
        #[cfg(feature = "payments")]
        Self::RefundNotice,
        #[cfg(feature = "payments")]
        Self::CardExpiring,
        #[cfg(feature = "payments")]
        Self::CardExpired,
        #[cfg(feature = "accounts")]
        Self::Invitation,
        #[cfg(feature = "accounts")]
        Self::FirstTimeInstructions,
        #[cfg(feature = "accounts")]
        Self::ExistingUserInstructions,
        #[cfg(feature = "accounts")]
        Self::Activation,
        #[cfg(feature = "accounts")]
        Self::TemporaryPassword,
        #[cfg(feature = "accounts")]
        Self::ClaimLink,
        #[cfg(feature = "accounts")]
        Self::SignUpLink,
        #[cfg(feature = "accounts")]
        Self::AlreadyRegistered,
        #[cfg(feature = "accounts")]
        Self::ResetLink,
        #[cfg(feature = "accounts")]
        Self::NewEmailLink,
        #[cfg(feature = "accounts")]
        Self::EmailChanged,
        #[cfg(feature = "accounts")]
        Self::PasswordChanged,
        #[cfg(feature = "accounts")]
        Self::SecondFactorSetUp,
        #[cfg(feature = "accounts")]
        Self::SecondFactorRemoved,
        #[cfg(feature = "accounts")]
        Self::AccountRequestNotice,
        #[cfg(feature = "accounts")]
        Self::RequestApproved,
        #[cfg(feature = "accounts")]
        Self::RequestDeclined,
        #[cfg(feature = "requests")]
        Self::CallOffRequest,
        #[cfg(feature = "requests")]
        Self::HelpRequest,
        #[cfg(feature = "requests")]
        Self::ReviewNotice,
    ];

    /// The kinds that nobody has to have: reminders, which change nothing and settle nothing. All others are about somebody's account, money or course, and go out whatever they want of mail.
    pub const OPTIONAL: &'static [Self] = &[
        #[cfg(feature = "payments")]
        Self::CardExpiring,
        #[cfg(feature = "payments")]
        Self::CardExpired,
    ];

    /// Whether one can do without it: whoever wants none gets none.
    #[must_use]
    pub fn optional(self) -> bool {
        Self::OPTIONAL.contains(&self)
    }

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
            #[cfg(feature = "payments")]
            Self::PaymentReceipt => "payment-receipt",
            #[cfg(feature = "payments")]
            Self::RefundNotice => "refund-notice",
            #[cfg(feature = "payments")]
            Self::CardExpiring => "card-expiring",
            #[cfg(feature = "payments")]
            Self::CardExpired => "card-expired",
            #[cfg(feature = "accounts")]
            Self::Invitation => "invitation",
            #[cfg(feature = "accounts")]
            Self::FirstTimeInstructions => "first-time-instructions",
            #[cfg(feature = "accounts")]
            Self::ExistingUserInstructions => "existing-user-instructions",
            #[cfg(feature = "accounts")]
            Self::Activation => "activation",
            #[cfg(feature = "accounts")]
            Self::TemporaryPassword => "temporary-password",
            #[cfg(feature = "accounts")]
            Self::ClaimLink => "claim-link",
            #[cfg(feature = "accounts")]
            Self::SignUpLink => "sign-up-link",
            #[cfg(feature = "accounts")]
            Self::AlreadyRegistered => "already-registered",
            #[cfg(feature = "accounts")]
            Self::ResetLink => "reset-link",
            #[cfg(feature = "accounts")]
            Self::NewEmailLink => "new-email-link",
            #[cfg(feature = "accounts")]
            Self::EmailChanged => "email-changed",
            #[cfg(feature = "accounts")]
            Self::PasswordChanged => "password-changed",
            #[cfg(feature = "accounts")]
            Self::SecondFactorSetUp => "second-factor-set-up",
            #[cfg(feature = "accounts")]
            Self::SecondFactorRemoved => "second-factor-removed",
            #[cfg(feature = "accounts")]
            Self::AccountRequestNotice => "account-request-notice",
            #[cfg(feature = "accounts")]
            Self::RequestApproved => "request-approved",
            #[cfg(feature = "accounts")]
            Self::RequestDeclined => "request-declined",
            #[cfg(feature = "requests")]
            Self::CallOffRequest => "call-off-request",
            #[cfg(feature = "requests")]
            Self::HelpRequest => "help-request",
            #[cfg(feature = "requests")]
            Self::ReviewNotice => "review-notice",
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
            #[cfg(feature = "payments")]
            Self::UnappliedMoney => "unapplied-money",
            #[cfg(feature = "payments")]
            Self::PaymentDisputed => "payment-disputed",
            #[cfg(feature = "payments")]
            Self::HostRefused => "host-refused",
            #[cfg(feature = "payments")]
            Self::RefundFailed => "refund-failed",
            #[cfg(feature = "accounts")]
            Self::AccountRequest => "account-request",
            #[cfg(feature = "accounts")]
            Self::AmbiguousRecord => "ambiguous-record",
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contact(id) => write!(f, "contact:{id}"),
            Self::Staff => f.write_str("staff"),
            #[cfg(feature = "accounts")]
            Self::Address(email) => write!(f, "address:{}", email.as_str()),
        }
    }
}
