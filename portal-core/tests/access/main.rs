//! Every way in, as customers and staff walk it: one file a way, on a store in memory and a clock that stands.
#![cfg(all(feature = "accounts", feature = "totp", feature = "courses"))]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod activation;
mod address;
mod approval;
mod claim;
mod drafts;
mod email;
mod factor;
mod house;
mod instructions;
mod languages;
mod letters;
mod links;
mod log;
mod lost_phone;
mod malformed;
mod notices;
mod overtaken;
mod passwords;
mod roles;
mod sessions;
mod sign_up;
mod staff;
mod switches;
mod upkeep;
