//! What messages say: facts, not yet words.
#[cfg(feature = "accounts")]
mod accounts;
#[cfg(feature = "courses")]
mod courses;
mod event;
mod orders;
#[cfg(feature = "payments")]
mod payments;
#[cfg(feature = "requests")]
mod requests;

#[cfg(feature = "accounts")]
pub use accounts::{
    AccountChanged, AccountWanted, Instructions, MailedPassword, OneTimeLink, PortalAccess,
};
#[cfg(feature = "courses")]
pub use courses::{CancelledPlace, MovedPlace};
pub use event::Event;
pub use orders::{Enclosure, InvoiceCopy, InvoiceLine, OrderHead};
#[cfg(feature = "payments")]
pub use payments::{CardRunsOut, MoneyBack, MoneyCame};
#[cfg(feature = "requests")]
pub use requests::{AskedBy, CallOffAsked, HelpAsked, RequestHead, ReviewAsked};

/// What a message says. Several kinds of message may say the same to different people.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Says {
    /// A copy of the invoice.
    Invoice(InvoiceCopy),
    /// A registration moved to another date.
    #[cfg(feature = "courses")]
    Moved(MovedPlace),
    /// A registration was cancelled.
    #[cfg(feature = "courses")]
    Cancelled(CancelledPlace),
    /// A payment came in.
    #[cfg(feature = "payments")]
    MoneyCame(MoneyCame),
    /// Some of a payment, or all, was paid back.
    #[cfg(feature = "payments")]
    MoneyBack(MoneyBack),
    /// A card that is kept is going to run out, or has.
    #[cfg(feature = "payments")]
    CardRunsOut(CardRunsOut),
    /// The instructions for a course, with the way into the portal.
    #[cfg(feature = "accounts")]
    Instructions(Instructions),
    /// A one-time link.
    #[cfg(feature = "accounts")]
    OneTimeLink(OneTimeLink),
    /// A password that is good once.
    #[cfg(feature = "accounts")]
    TemporaryPassword(MailedPassword),
    /// There is an account already: sign in.
    #[cfg(feature = "accounts")]
    AccountExists,
    /// Something that protects the account changed.
    #[cfg(feature = "accounts")]
    AccountChanged(AccountChanged),
    /// Somebody requests an account.
    #[cfg(feature = "accounts")]
    AccountWanted(AccountWanted),
    /// The request for an account was declined.
    #[cfg(feature = "accounts")]
    RequestDeclined,
    /// A customer calls items off rent.
    #[cfg(feature = "requests")]
    CallOff(CallOffAsked),
    /// A customer wants help.
    #[cfg(feature = "requests")]
    Help(HelpAsked),
    /// What a customer changed is pending review.
    #[cfg(feature = "requests")]
    Review(ReviewAsked),
}
