//! What every store and every host's records must do: one function per promise, run as a test each by [`store_conformance!`](crate::store_conformance).
//!
//! Each case says what is promised, and which line of which port promises it. A case takes any [`World`](crate::World), so it can also be run alone:
//!
//! ```
//! use portal_core::memory::Memory;
//! use portal_testkit::conformance::{commits, run};
//!
//! run(|| async { Memory::default() }, commits::a_command_is_applied_once_and_then_replayed);
//! ```
mod macros;
mod run;
mod scene;
mod walk;

pub mod accounting;
pub mod accounts;
pub mod changes;
pub mod commits;
pub mod dates;
pub mod directory;
pub mod effects;
pub mod lists;
pub mod messages;
pub mod modules;
pub mod payments;
pub mod registrations;
pub mod restart;
pub mod tries;
pub mod values;
pub mod versions;
pub mod waiting;

pub use run::run;
pub(crate) use run::run_within;
