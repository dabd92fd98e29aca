//! What every payment adapter must do: one function per promise, run as a test each by [`payment_conformance!`](crate::payment_conformance).
//!
//! You bring a [`Candidate`]: your adapter, and a provider that is played for it. Its wire is a [`FaultProxy`], so that each request can go wrong in each way. See there what
//! four methods are needed; the rest says what more can be played.
//!
//! The promises are in groups: what it says of itself ([`shape`]), opening ([`begin`]), asking ([`look_up`]), what goes wrong ([`faults`]), who comes back ([`returned`]), what
//! is posted ([`webhooks`]) and what is forged ([`forgeries`]), what is kept ([`vault`]), what is paid back ([`refunds`]), and one payment from its page to its dispute
//! ([`life`]). A case takes any [`Trial`], so that it can also be run alone, by [`run`].
#![expect(
    clippy::missing_errors_doc,
    reason = "a case ends early where it cannot be tried: `Skip` says so once for all of them"
)]
mod candidate;
mod fault;
mod macros;
mod run;
mod trial;

pub mod begin;
pub mod faults;
pub mod forgeries;
pub mod life;
pub mod look_up;
pub mod refunds;
pub mod returned;
pub mod shape;
pub mod vault;
pub mod webhooks;

pub use candidate::{Act, Books, Candidate, Letter, Signer};
pub use fault::{Fault, FaultProxy};
#[doc(hidden)]
pub use run::test;
pub use run::{Ended, Skip, run};
pub use trial::Trial;
