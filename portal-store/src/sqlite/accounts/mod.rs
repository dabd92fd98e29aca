//! Accounts, sessions, one-time links, requests, allowances and the sign-in log.
mod access;
mod allowance;
mod apply;
mod attempt;
mod device;
mod enter;
mod pass;
mod request;
mod session;
mod store;
mod sweep;
mod version;

use portal_core::{Expectation, RecordRef, StoreError, Version};

pub(super) use apply::apply;
pub(super) use version::holds;

/// Somebody else was there first, or what was there is gone: load, and decide again.
fn stale(record: RecordRef) -> StoreError {
    StoreError::conflict(Expectation::Unchanged(record, Version::number(0)))
}

/// A change that must find what it changes.
fn found(rows: usize, record: impl FnOnce() -> RecordRef) -> Result<(), StoreError> {
    if rows > 0 {
        Ok(())
    } else {
        Err(stale(record()))
    }
}

#[cfg(test)]
mod plans;
