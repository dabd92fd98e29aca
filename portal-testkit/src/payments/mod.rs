//! What every payment adapter must do: one function per promise, run as a test each by [`payment_conformance!`](crate::payment_conformance).
//!
//! You bring a [`Candidate`]: your adapter, and a provider that is played for it. Its wire is a [`FaultProxy`], so that each request can go wrong in each way. See there what
//! four methods are needed; the rest says what more can be played.
//!
//! ```no_run
//! use std::sync::Arc;
//! use async_trait::async_trait;
//! use portal_core::{http::HttpClient, payment::{Attempt, PaymentProvider}};
//! use portal_testkit::{AnyProvider, StoppedClock, payments::{Act, Books, Candidate}};
//!
//! #[derive(Debug)]
//! struct Mine {
//!     clock: StoppedClock,
//! }
//!
//! #[async_trait]
//! impl Candidate for Mine {
//!     fn adapter(&self, _http: Arc<dyn HttpClient>) -> Arc<dyn PaymentProvider> {
//!         Arc::new(AnyProvider::taking(["EUR"])) // yours, over this client
//!     }
//!     fn clock(&self) -> StoppedClock {
//!         self.clock.clone()
//!     }
//!     async fn play(&self, act: Act<'_>) -> bool {
//!         match act {
//!             Act::Pay(_page) => true, // the payer pays at the provider you play
//!             _ => false,
//!         }
//!     }
//!     async fn books(&self, _attempt: Attempt) -> Books {
//!         Books::default() // what that provider has taken, by its own count
//!     }
//! }
//!
//! async fn mine() -> Mine {
//!     Mine { clock: StoppedClock::default() }
//! }
//!
//! portal_testkit::payment_conformance!(mine);
//! # fn main() {}
//! ```
//!
//! [`certify`] tries the same promises without a test, and [`report`] writes the page that says which were kept.
//!
//! The promises are in groups: what it says of itself ([`shape`]), opening ([`begin`]), asking ([`look_up`]), what goes wrong ([`faults`]) and what
//! cannot be ([`contradictions`]), who comes back ([`returned`]), what
//! is posted ([`webhooks`]) and what is forged ([`forgeries`]), what is kept ([`vault`]) and charged ([`charges`]), what is paid back ([`refunds`]), and one payment from its page to its dispute
//! ([`life`]). A case takes any [`Trial`], so that it can also be run alone, by [`run`].
#![expect(
    clippy::missing_errors_doc,
    reason = "a case ends early where it cannot be tried: `Skip` says so once for all of them"
)]
mod abilities;
mod candidate;
mod fault;
mod macros;
mod run;
mod trial;

pub mod begin;
pub mod charges;
pub mod contradictions;
pub mod faults;
pub mod forgeries;
pub mod life;
pub mod look_up;
pub mod refunds;
pub mod returned;
pub mod shape;
pub mod vault;
pub mod webhooks;

pub use crate::promises::{Certificate, Ended, Promise, Skip, report};
pub use abilities::certify;
pub use candidate::{Act, Books, Candidate, Letter, Signer};
pub use fault::{Fault, FaultProxy};
pub use run::run;
pub use trial::Trial;
