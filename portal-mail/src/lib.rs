//! The post of the customer portal: transports for its messages, and what keeps a test installation from writing to real people.
//!
//! * [`Smtp`] hands messages to a mail server, encrypted and signed (feature `smtp`).
//! * [`EmlFolder`] writes each to a file (feature `file`).
//! * [`Capture`] keeps them in memory, for tests: see [`assert_sent!`].
//! * [`Guard`] stands before any of them: it redirects, allows only some recipients, and marks subjects.
//! * [`Templates`] puts every message into words, in English and Spanish (feature `templates`); [`samples`] are letters to try it on. What nobody has as a paper they write as a
//!   page to print: [`papers`] are samples of those. `previews` (with feature `file`) writes each to a folder, by the host's own templates.
//!
//! To write your own transport, implement [`Mailer`]: everything it needs comes from `portal-core`, and `mailer_conformance!` of `portal-testkit` proves it.
#![cfg_attr(
    all(feature = "file", feature = "smtp", feature = "templates"),
    doc = include_str!("wiring.md")
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod capture;
#[cfg(any(feature = "file", feature = "smtp"))]
mod dkim;
#[cfg(feature = "file")]
mod file;
mod guard;
#[cfg(any(feature = "file", feature = "smtp"))]
mod mime;
#[cfg(all(feature = "file", feature = "templates"))]
mod previews;
#[cfg(feature = "templates")]
mod samples;
mod sender;
#[cfg(feature = "smtp")]
mod smtp;
#[cfg(feature = "templates")]
mod templates;

pub use capture::Capture;
#[cfg(any(feature = "file", feature = "smtp"))]
pub use dkim::{BadKey, Dkim};
#[cfg(feature = "file")]
pub use file::EmlFolder;
pub use guard::{BadDomain, Guard};
pub use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    mail::{EmailAddress, Mail, Mailbox, Mailer},
};
#[cfg(all(feature = "file", feature = "templates"))]
pub use previews::previews;
pub use sender::Sender;
#[cfg(feature = "smtp")]
pub use smtp::{Smtp, SmtpConfig};
#[cfg(feature = "templates")]
pub use {
    samples::{papers, samples},
    templates::{BadTemplates, PaperKind, Part, Templates, TemplatesBuilder},
};
