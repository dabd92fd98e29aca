//! Messages and mail transports for the customer portal. None has landed yet: SMTP, files and the messages themselves follow. Until then, the mails that
//! decisions owe wait in the outbox.
//!
//! To write your own transport, implement [`Mailer`]: everything it needs comes from `portal-core`.
pub use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    mail::{Mail, Mailer},
};
