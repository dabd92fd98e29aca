//! The cards and bank accounts that are kept for customers, over a store in memory and providers that are played.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::inconsistent_digit_grouping,
    reason = "a test stops at the first surprise, and writes cents as 120_00"
)]
mod adding;
mod payer;
mod removing;
mod scene;
mod seeing;
