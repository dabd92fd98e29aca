//! What the store on `SQLite` promises, beyond what every store does.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#[cfg(feature = "accounts")]
mod accounts;
mod audit;
mod batches;
#[cfg(all(feature = "mirror", feature = "accounting"))]
mod books;
mod commits;
mod damage;
#[cfg(all(feature = "accounts", feature = "mirror"))]
mod door;
mod full_disk;
mod handles;
mod host;
mod imports;
mod migrations;
mod pages;
#[cfg(all(feature = "mirror", feature = "payments"))]
mod payments;
#[cfg(feature = "accounts")]
mod people;
#[path = "../releases/mod.rs"]
mod releases;
mod statements;
mod tenants;
#[cfg(feature = "tokens")]
mod tokens;
