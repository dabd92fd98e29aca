//! The cards and bank accounts that are kept for customers, over a store in memory and providers that are played.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
mod adding;
mod expiring;
mod payer;
mod removing;
mod scene;
mod seeing;
mod wanted;
