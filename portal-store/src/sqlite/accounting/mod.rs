//! Which orders are in the books, and how the portal stands with them.
mod apply;
mod exports;
mod ledgers;
mod store;
mod version;

pub(super) use apply::apply;
pub(super) use version::{holds, is_kept_here};
