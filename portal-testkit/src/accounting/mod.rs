//! What every accounting system must do: one function per promise, run as a test each by [`accounting_conformance!`](crate::accounting_conformance).
//!
//! You bring a [`Candidate`]: your adapter, and an accounting system that is played for it. Its wire is a [`FaultProxy`], so that each request can go wrong in each way. Four
//! methods are needed; the rest says what more can be played.
//!
//! ```no_run
//! use std::sync::Arc;
//! use async_trait::async_trait;
//! use portal_core::{accounting::AccountingSystem, http::HttpClient};
//! use portal_testkit::{StoppedClock, accounting::{Act, Books, Candidate, Codes}};
//!
//! # struct BooksOfAcme;
//! # impl BooksOfAcme {
//! #     fn over(_http: Arc<dyn HttpClient>, _key: &str) -> portal_testkit::AnyLedger {
//! #         portal_testkit::AnyLedger::default()
//! #     }
//! # }
//! #[derive(Debug)]
//! struct Mine {
//!     clock: StoppedClock,
//! }
//!
//! #[async_trait]
//! impl Candidate for Mine {
//!     fn system(&self, http: Arc<dyn HttpClient>) -> Arc<dyn AccountingSystem> {
//!         Arc::new(BooksOfAcme::over(http, "key_of_mine"))
//!     }
//!     fn clock(&self) -> StoppedClock {
//!         self.clock.clone()
//!     }
//!     fn codes(&self) -> Codes {
//!         Codes::new("200", "090", "EUR".parse().unwrap())
//!     }
//!     async fn play(&self, act: Act<'_>) -> bool {
//!         match act {
//!             Act::Void(_document) => true, // somebody voids it in the system you play
//!             _ => false,
//!         }
//!     }
//!     async fn books(&self) -> Books {
//!         Books::default() // what that system has, by its own count
//!     }
//! }
//!
//! async fn mine() -> Mine {
//!     Mine { clock: StoppedClock::default() }
//! }
//!
//! portal_testkit::accounting_conformance!(mine);
//! # fn main() {}
//! ```
//!
//! [`certify`] tries the same promises without a test, and [`report`] writes the page that says which were kept.
//!
//! The promises are in groups: what it says of itself ([`shape`]), who pays ([`customers`]), invoices ([`documents`]), what they come to ([`amounts`]), payments
//! ([`payments`]), what goes wrong on the way ([`faults`]) and with the consent ([`connection`]), what changed there ([`changes`]), what is posted ([`webhooks`]), and what
//! only some offer ([`offers`]).
#![expect(
    clippy::missing_errors_doc,
    reason = "a case ends early where it cannot be tried: `Skip` says so once for all of them"
)]
mod candidate;
mod macros;
mod run;
mod trial;

pub mod amounts;
pub mod changes;
pub mod connection;
pub mod customers;
pub mod documents;
pub mod faults;
pub mod offers;
pub mod payments;
pub mod shape;
pub mod webhooks;

pub use crate::payments::{Fault, FaultProxy, Signer};
pub use crate::promises::{Certificate, Ended, Promise, Skip, report};
pub use candidate::{Act, Booked, Books, Candidate, Codes};
pub use run::{certify, run};
pub use trial::Trial;
