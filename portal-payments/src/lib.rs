//! Payment adapters for the customer portal, one folder and one feature each. None has landed yet: Stripe, Helcim, bank transfer and a simulated
//! provider follow.
//!
//! To write your own, implement [`PaymentProvider`]: everything it needs comes from `portal-core`.
pub use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{BeginPayment, Begun, PaymentLimits, PaymentProvider, ProviderTraits},
};
