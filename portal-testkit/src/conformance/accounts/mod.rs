//! What every store must do about accounts, and every host about people who want in: one function per promise, run as a test each by
//! [`account_conformance!`](crate::account_conformance).
mod macros;
mod scene;

pub mod allowances;
pub mod entries;
pub mod log;
pub mod logins;
pub mod passes;
pub mod people;
pub mod requests;
pub mod restart;
pub mod sessions;
pub mod sweeping;
pub mod values;

pub(crate) use scene::opened;
