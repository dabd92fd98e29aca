//! Attempts to pay, and what was received.
mod apply;
mod attempts;
mod received;
mod store;
mod version;

pub(super) use apply::apply;
pub(super) use version::{holds, is_kept_here};
