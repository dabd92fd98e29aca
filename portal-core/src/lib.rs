//! The customer portal that other software embeds.
//!
//! **The host brings facts, pure rules decide, one commit records, an outbox does the rest.** The same rule draws the button, explains why it is
//! missing, guards the command and fills the audit line.
//!
//! Start with [`Portal::builder`]; [`guide`] leads through it. Everything a customer can see and do hangs off [`Portal::customer`].
#![cfg_attr(docsrs, feature(doc_cfg))]

mod actor;
mod clock;
mod command;
mod decision;
mod error;
mod id;
#[cfg(any(feature = "accounts", feature = "tokens"))]
mod key;
mod money;
mod people;
mod portal;
mod pressed;
#[cfg(any(feature = "totp", feature = "tokens"))]
mod sealing;
mod submit;
mod verdict;

#[cfg(feature = "accounting")]
pub mod accounting;
#[cfg(feature = "accounts")]
pub mod accounts;
pub mod adapter;
#[cfg(feature = "courses")]
pub mod courses;
pub mod details;
pub mod documents;
pub mod effect;
pub mod guide;
#[cfg(feature = "payments")]
pub mod http;
pub mod mail;
pub mod memory;
pub mod order;
pub mod outbox;
pub mod payment;
#[cfg(feature = "accounts")]
pub mod profile;
pub mod refusal;
mod refusals;
#[cfg(feature = "requests")]
pub mod request;
pub mod settings;
#[cfg(feature = "accounts")]
pub mod staff;
pub mod store;
pub mod surname;
#[cfg(feature = "words")]
pub mod words;

pub use actor::{Acting, Actor, Ask, Upkeep, Viewer};
#[cfg(feature = "mock")]
pub use clock::MockClock;
pub use clock::{Clock, SystemClock};
pub use command::{Command, Done};
pub use decision::{
    AuditEntry, Change, Decision, Expectation, Loaded, Receipt, RecordRef, TryKey, Version,
};
#[cfg(feature = "mock")]
pub use documents::MockDocumentStore;
pub use documents::{Document, DocumentBody, DocumentFile, DocumentStore};
pub use effect::{Effect, EffectKind, Topic};
pub use error::{ConfigError, Error};
pub use id::{CommandId, Id};
#[cfg(any(feature = "accounts", feature = "tokens"))]
pub use key::{PortalKey, UnfitKey};
pub use money::{Currency, Money, MoneyError};
pub use order::{Order, OrderDetails};
pub use people::{Account, Contact, Customer, Language};
pub use portal::{CustomerDesk, Portal, PortalBuilder};
pub use refusal::{Refusal, Refusals};
#[cfg(any(feature = "accounts", feature = "payments"))]
pub use secrecy;
pub use settings::Settings;
pub use store::{Commit, Directory, Listing, Page, Store, StoreError};
pub use surname::Surname;
pub use verdict::{Challenge, Offer, Offers, Verdict};
/// The crates whose types stand in our signatures.
pub use {chrono, chrono_tz, rust_decimal, uuid};
