//! What is measured, and the floor beside it. `criterion/` prints distributions; `ratios/` interleaves ours and the floor, slot by slot, and prints one
//! line each. Nothing here is part of the portal.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a measurement stops at the first surprise"
)]

pub mod access;
pub mod callers;
pub mod decisions;
pub mod drain;
pub mod host;
pub mod letters;
pub mod orders;
pub mod payments;
pub mod postgres;
pub mod ratio;
pub mod transfers;
pub mod webhooks;
