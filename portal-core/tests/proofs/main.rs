//! What the ways in promise against those who mean harm, proved; one file a promise.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod compared;
mod counted;
mod matrix;
mod siege;
mod site;
mod uniform;
