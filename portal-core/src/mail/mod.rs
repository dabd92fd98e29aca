//! The mail port: what a finished message is, and who hands it to the post. Transports live in `portal-mail` and in crates of their own.
#[cfg(feature = "mail")]
mod attachment;
#[cfg(feature = "mail")]
mod mailbox;
#[cfg(feature = "mail")]
mod mailer;
#[cfg(feature = "mail")]
mod message;
#[cfg(feature = "mail")]
mod thread;

#[cfg(feature = "mail")]
pub use crate::details::{BadEmail, EmailAddress};
#[cfg(feature = "mail")]
pub use attachment::{Attachment, ContentType, FileName, TooLarge};
#[cfg(feature = "mail")]
pub use mailbox::{HeaderText, Mailbox};
#[cfg(feature = "mail")]
pub use mailer::Mailer;
#[cfg(all(feature = "mail", feature = "mock"))]
pub use mailer::MockMailer;
#[cfg(feature = "mail")]
pub use message::Mail;
#[cfg(feature = "mail")]
pub use thread::{BadUnsubscribe, Thread, Unsubscribe};
