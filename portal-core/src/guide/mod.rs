//! How to embed the portal, one step a page. Every example compiles and runs.
#![cfg(feature = "courses")]

#[doc = include_str!("quickstart.md")]
pub mod quickstart {}

#[doc = include_str!("records.md")]
pub mod records {}

#[doc = include_str!("refusals.md")]
pub mod refusals {}

#[doc = include_str!("policies.md")]
pub mod policies {}

#[doc = include_str!("committing.md")]
pub mod committing {}

#[cfg(feature = "accounts")]
#[doc = include_str!("accounts.md")]
pub mod accounts {}

#[cfg(all(feature = "accounts", feature = "payments"))]
#[doc = include_str!("payments.md")]
pub mod payments {}

#[cfg(feature = "accounting")]
#[doc = include_str!("accounting.md")]
pub mod accounting {}

#[cfg(all(feature = "accounting", feature = "mail"))]
#[doc = include_str!("documents.md")]
pub mod documents {}

#[cfg(all(feature = "accounts", feature = "mail"))]
#[doc = include_str!("mail.md")]
pub mod mail {}

#[cfg(all(feature = "mail", feature = "requests"))]
#[doc = include_str!("requests.md")]
pub mod requests {}

#[doc = include_str!("upkeep.md")]
pub mod upkeep {}

#[doc = include_str!("testing.md")]
pub mod testing {}
