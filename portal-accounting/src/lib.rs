//! Accounting adapters for the customer portal, one folder and one feature each:
//!
//! * `xero`: invoices, payments, contacts and signed webhooks of an organisation in Xero, and the consent to use them.
//! * `journal`: a double-entry ledger in memory or in a file, for hosts without an accounting package.
//!
//! Adapters reach the network through a client they are handed. `portal_payments::http` (feature `reqwest` there) is one, for hosts that have none of their own.
//!
//! To write your own, implement [`AccountingSystem`]: everything it needs comes from `portal-core`.
#[cfg(feature = "journal")]
pub mod journal;
#[cfg(feature = "xero")]
pub mod xero;

pub use portal_core::{
    accounting::{AccountingSystem, LedgerError},
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};
