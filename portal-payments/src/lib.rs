//! Payment adapters for the customer portal, one folder and one feature each:
//!
//! * `stripe`: Checkout pages, stored cards and bank accounts, refunds, signed webhooks.
//! * `helcim`: cards in Helcim's frame, its vault, its refunds.
//! * `manual`: bank transfer and pay later; staff record what came.
//! * `sim`: a provider played in memory, for demonstrations and tests.
//!
//! Adapters reach the network through a client they are handed. `http` (feature `reqwest`) is one, for hosts that have none of their own.
//!
//! To write your own, implement [`PaymentProvider`]: everything it needs comes from `portal-core`. `portal_testkit::payment_conformance!` proves that it keeps the promises
//! of the port, as it does for these; what these can do is in `docs/payment-adapters.md`.
#[cfg(any(feature = "helcim", feature = "stripe"))]
mod address;
#[cfg(feature = "helcim")]
pub mod helcim;
#[cfg(feature = "reqwest")]
pub mod http;
#[cfg(feature = "manual")]
pub mod manual;
#[cfg(feature = "signing")]
pub mod signing;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(feature = "stripe")]
pub mod stripe;

pub use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{BeginPayment, Begun, PaymentLimits, PaymentProvider, ProviderTraits},
};
