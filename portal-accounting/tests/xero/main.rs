//! Xero's own answers, amounts to the last digit, and requests held to Xero's published description. What the adapter promises is tested with the other adapters, in
//! `conformance`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, and says what it passed over"
)]
mod amounts;
mod canned;
mod consent;
mod official;
mod recorded;
