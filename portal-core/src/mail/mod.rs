//! What the portal writes to people: the letter with its facts, who puts it into words, what a finished message is, and who hands it to the post.
//!
//! An effect in the outbox says which message is owed to whom about what. The facts are looked up when it is written, so that it tells how things stand then: that is a [`Letter`].
//! A [`MailWriter`] puts it into words, and a [`Mailer`] sends them. Writers and transports live in `portal-mail` and in crates of their own.
#[cfg(feature = "mail")]
mod choices;
#[cfg(feature = "mail")]
mod draft;
#[cfg(feature = "mail")]
mod letter;
mod link;
#[cfg(feature = "mail")]
mod mailbox;
#[cfg(feature = "mail")]
mod mailer;
#[cfg(feature = "mail")]
mod message;
#[cfg(feature = "mail")]
mod says;
#[cfg(feature = "mail")]
mod thread;
mod wording;
#[cfg(feature = "mail")]
mod writer;

#[cfg(feature = "mail")]
pub use crate::details::{BadEmail, EmailAddress};
#[cfg(feature = "mail")]
pub use crate::documents::{ContentType, DocumentFile as Attachment, FileName};
#[cfg(all(feature = "mail", feature = "mock"))]
pub use choices::MockMailChoices;
#[cfg(feature = "mail")]
pub use choices::{Choice, MailChoices};
#[cfg(feature = "mail")]
pub use draft::{Draft, Unwritten};
#[cfg(feature = "mail")]
pub use letter::{Addressee, Letter};
pub use link::Link;
#[cfg(feature = "mail")]
pub use mailbox::{HeaderText, Mailbox, typed_line};
#[cfg(feature = "mail")]
pub use mailer::Mailer;
#[cfg(all(feature = "mail", feature = "mock"))]
pub use mailer::MockMailer;
#[cfg(feature = "mail")]
pub use message::{Mail, TooLarge};
#[cfg(all(feature = "mail", feature = "accounts"))]
pub use says::{
    AccountChanged, AccountWanted, Instructions, MailedPassword, OneTimeLink, PortalAccess,
};
#[cfg(all(feature = "mail", feature = "requests"))]
pub use says::{AskedBy, CallOffAsked, HelpAsked, RequestHead, ReviewAsked};
#[cfg(all(feature = "mail", feature = "courses"))]
pub use says::{CancelledPlace, MovedPlace};
#[cfg(all(feature = "mail", feature = "payments"))]
pub use says::{CardRunsOut, MoneyBack, MoneyCame};
#[cfg(feature = "mail")]
pub use says::{Enclosure, Event, InvoiceCopy, InvoiceLine, OrderHead, Says};
#[cfg(feature = "mail")]
pub use thread::{BadUnsubscribe, Thread, Unsubscribe};
pub use wording::{BadWording, Blank, Wording};
#[cfg(all(feature = "mail", feature = "mock"))]
pub use writer::MockMailWriter;
#[cfg(feature = "mail")]
pub use writer::{MailWriter, NotWritten, Written};
