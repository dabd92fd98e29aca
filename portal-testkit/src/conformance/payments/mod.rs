//! What every payment store must keep, and what becomes of an order that is being paid: one function per promise, run as a test each by
//! [`payment_store_conformance!`](crate::payment_store_conformance).
mod macros;
mod scene;

pub mod attempts;
pub mod money;
pub mod orders;
pub mod payers;
pub mod restart;
pub mod values;

pub(super) use scene::{absent, came, order_of, ordered, take, written};
