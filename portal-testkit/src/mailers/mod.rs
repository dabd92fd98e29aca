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
//! #[derive(Debug)]
//! struct Mine;
//!
//! #[async_trait]
//! impl Candidate for Mine {
//!     fn mailer(&self) -> Arc<dyn Mailer> {
//!         unimplemented!("yours, to a server that is played")
//!     }
//!     async fn taken(&self) -> Vec<Taken> {
//!         vec![] // what that server took since it was asked last, as its own parser reads it
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
//!     Mine
//! }
//!
//! portal_testkit::mailer_conformance!(mine);
//! # fn main() {}
//! ```
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
