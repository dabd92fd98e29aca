//! Payment adapters for the customer portal, one folder and one feature each:
//!
//! * `stripe`: Checkout pages, stored cards and bank accounts, refunds, signed webhooks.
//!
//! Helcim, bank transfer and a simulated provider follow.
//!
//! To write your own, implement [`PaymentProvider`]: everything it needs comes from `portal-core`.
#[cfg(feature = "stripe")]
pub mod stripe;

pub use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{BeginPayment, Begun, PaymentLimits, PaymentProvider, ProviderTraits},
};
