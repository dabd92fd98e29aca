//! Payments from the first press to the last refund, over a store in memory and providers that are played.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::inconsistent_digit_grouping,
    reason = "a test stops at the first surprise, and writes cents as 120_00"
)]
mod afterwards;
mod by_hand;
mod changed;
mod decided;
mod hearing;
mod helcim;
mod lost;
mod odd;
mod paying;
mod refunds;
mod scene;
mod staff;
mod stored;
mod unapplied;
