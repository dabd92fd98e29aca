//! Accounting adapters for the customer portal, one folder and one feature each. None has landed yet: Xero and a journal of files follow.
//!
//! To write your own, implement [`AccountingSystem`]: everything it needs comes from `portal-core`.
pub use portal_core::{
    accounting::{AccountingSystem, LedgerError},
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};
