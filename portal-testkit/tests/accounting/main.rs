//! The accounting fake does what Xero does.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]
mod desk;
mod documents;
mod doors;
mod reading;
