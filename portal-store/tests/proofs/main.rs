//! What the ways in promise against those who mean harm, over real files: whoever guesses, whoever has the wrong tenant, whoever reads the file.
#![cfg(all(
    feature = "accounting",
    feature = "accounts",
    feature = "mirror",
    feature = "sqlite"
))]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test stops at the first surprise, and a walk through everything is as long as it is"
)]
mod canaries;
#[expect(dead_code, reason = "no host is moody here")]
#[expect(clippy::expect_used, reason = "a test stops at the first surprise")]
#[path = "../mirrored/mod.rs"]
mod mirrored;
mod siege;
mod site;
mod tenants;
