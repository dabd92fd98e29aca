//! The Helcim adapter against Helcim played in memory.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
mod faults;
mod pay;
mod refunds;
#[cfg(feature = "reqwest")]
mod served;
mod support;
mod vault;
mod webhooks;
