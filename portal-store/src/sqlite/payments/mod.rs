//! Attempts to pay, what was received, and who pays.
mod apply;
mod attempts;
mod payers;
mod received;
mod store;
mod version;

pub(super) use apply::apply;
#[cfg(feature = "accounting")]
pub(super) use received::received_for;
pub(super) use version::{holds, is_kept_here};
