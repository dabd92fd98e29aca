//! What every transport of messages must do: one function per promise, run as a test each by [`mailer_conformance!`](crate::mailer_conformance).
//!
//! You bring a [`Candidate`]: your [`Mailer`](portal_core::mail::Mailer), and what the other end has taken from it, read by somebody else's code. Two methods are needed; the
//! rest says how the other end can be made to refuse.
//!
//! ```no_run
//! use std::sync::Arc;
//! use async_trait::async_trait;
//! use portal_core::mail::Mailer;
//! use portal_testkit::mailers::{Candidate, Fate, Taken};
//!
//! # #[derive(Debug)]
//! # struct PostOfAcme(portal_testkit::RecordingPost);
//! # #[async_trait]
//! # impl Mailer for PostOfAcme {
//! #     async fn send(&self, mail: &portal_core::mail::Mail) -> Result<(), portal_core::adapter::AdapterError> {
//! #         self.0.send(mail).await
//! #     }
//! # }
//! # impl PostOfAcme {
//! #     fn at(server: portal_testkit::RecordingPost, _key: &str) -> Self {
//! #         Self(server)
//! #     }
//! # }
//! # struct Message { id: String, to: String, subject: String, text: String, html: Option<String> }
//! # #[derive(Debug, Default)]
//! # struct AcmeServer(portal_testkit::RecordingPost);
//! # impl AcmeServer {
//! #     fn url(&self) -> portal_testkit::RecordingPost {
//! #         self.0.clone()
//! #     }
//! #     fn take(&self) -> Vec<Message> {
//! #         vec![]
//! #     }
//! # }
//! #[derive(Debug, Default)]
//! struct Mine {
//!     server: AcmeServer, // the provider, as you play it
//! }
//!
//! #[async_trait]
//! impl Candidate for Mine {
//!     fn mailer(&self) -> Arc<dyn Mailer> {
//!         Arc::new(PostOfAcme::at(self.server.url(), "key_of_mine"))
//!     }
//!     async fn taken(&self) -> Vec<Taken> {
//!         let taken = self.server.take().into_iter(); // since it was asked last, as its own parser reads it
//!         let read = |m: Message| {
//!             let mut taken = Taken::new(m.id, m.to, m.subject, m.text);
//!             taken.html = m.html;
//!             taken
//!         };
//!         taken.map(read).collect()
//!     }
//!     fn reader(&self, fate: Fate) -> Option<String> {
//!         match fate {
//!             Fate::Refused => Some("nobody@acme.example".to_owned()), // the server knows no such mailbox
//!             _ => None,
//!         }
//!     }
//! }
//!
//! async fn mine() -> Mine {
//!     Mine::default()
//! }
//!
//! portal_testkit::mailer_conformance!(mine);
//! # fn main() {}
//! ```
//!
//! What a server took is all that a [`Taken`] says: readers, text, HTML, where answers go, [the thread](Taken::thread), [how to unsubscribe](Taken::unsubscribe), papers. What
//! cannot be read there is left out, and the promise is listed as not played. For an end [that never answers](Fate::Silent) give the kit a transport that gives up soon
//! ([`Candidate::hasty`]): otherwise it waits a minute for each.
//!
//! [`certify`] tries the same promises without a test, and [`report`] writes the page that says which were kept.
//!
//! The promises are in groups: to whom messages go and as what ([`arrivals`]), what they say ([`contents`]), what an error means ([`faults`]), and what is never printed
//! ([`secrets`]).
#![expect(
    clippy::missing_errors_doc,
    reason = "a case ends early where it cannot be tried: `Skip` says so once for all of them"
)]
mod candidate;
mod macros;
mod run;

pub mod arrivals;
pub mod contents;
pub mod faults;
pub mod secrets;

pub use crate::promises::{Certificate, Ended, Promise, Skip, report};
pub use candidate::{Candidate, Fate, Taken, TakenPaper, Trouble};
pub use run::{Trial, certify, run};
