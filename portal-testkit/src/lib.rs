//! Proves that a store keeps the promises of the customer portal, and gives hosts what they need to test their own.
//!
//! # An own store, proved in ten lines
//! Name a fresh, empty world to the macros, in a file under `tests/`. Each promise becomes a test of its own, with the promise as its name:
//!
//! ```no_run
//! # use portal_core::memory::Memory as MyWorld;
//! async fn an_empty_world() -> MyWorld {
//!     MyWorld::default()
//! }
//!
//! mod promises {
//!     portal_testkit::store_conformance!(super::an_empty_world);
//! }
//! mod races {
//!     portal_testkit::race_conformance!(super::an_empty_world, rounds = 200);
//! }
//! // Where the portal signs customers in itself:
//! mod accounts {
//!     portal_testkit::account_conformance!(super::an_empty_world);
//! }
//! mod account_races {
//!     portal_testkit::account_races!(super::an_empty_world, rounds = 200);
//! }
//! // Where customers pay in the portal:
//! mod payments {
//!     portal_testkit::payment_store_conformance!(super::an_empty_world);
//! }
//! mod payment_races {
//!     portal_testkit::payment_races!(super::an_empty_world, rounds = 200);
//! }
//! // Where the portal exports orders to an accounting system:
//! mod accounting {
//!     portal_testkit::accounting_store_conformance!(super::an_empty_world);
//! }
//! mod accounting_races {
//!     portal_testkit::accounting_races!(super::an_empty_world, rounds = 200);
//! }
//! # fn main() {}
//! ```
//!
//! `MyWorld` says where the ports are, and how facts get behind them. For a store beside tables of your own:
//!
//! ```
//! # use std::sync::Arc;
//! # use async_trait::async_trait;
//! # use portal_core::{Directory, Refusals, Store, courses::CourseRecords, memory::Memory as MyStore, memory::Memory as MyTables};
//! # use portal_core::accounting::AccountingStore;
//! # use portal_core::accounts::{AccountStore, People};
//! # use portal_core::payment::PaymentStore;
//! # use portal_core::profile::ProfileRecords;
//! use portal_testkit::{Facts, World};
//!
//! #[derive(Debug)]
//! struct MyWorld {
//!     store: Arc<MyStore>,
//!     tables: Arc<MyTables>,
//! }
//!
//! #[async_trait]
//! impl World for MyWorld {
//!     fn store(&self) -> Arc<dyn Store> {
//!         self.store.clone()
//!     }
//!     fn directory(&self) -> Arc<dyn Directory> {
//!         self.tables.clone()
//!     }
//!     fn courses(&self) -> Arc<dyn CourseRecords> {
//!         self.tables.clone()
//!     }
//!     fn accounts(&self) -> Arc<dyn AccountStore> {
//!         self.store.clone()
//!     }
//!     fn people(&self) -> Arc<dyn People> {
//!         self.tables.clone()
//!     }
//!     fn profiles(&self) -> Arc<dyn ProfileRecords> {
//!         self.tables.clone()
//!     }
//!     fn payments(&self) -> Arc<dyn PaymentStore> {
//!         self.store.clone()
//!     }
//!     fn books(&self) -> Arc<dyn AccountingStore> {
//!         self.store.clone()
//!     }
//!     fn messages(&self) -> Arc<dyn portal_core::store::MessageLog> {
//!         self.store.clone()
//!     }
//!     async fn put(&self, facts: Facts) {
//!         for contact in facts.contacts {
//!             self.tables.put_contact(contact); // and so on
//!         }
//!     }
//!     async fn reject_contact_changes(&self, because: Option<Refusals>) {
//!         self.tables.reject_contact_changes(because);
//!     }
//!     async fn reopen(&self) -> Option<Box<dyn World>> {
//!         None // a store that keeps things answers itself, opened anew
//!     }
//! }
//! ```
//!
//! `portal-testkit` is all they need under `[dev-dependencies]`, beside `async-trait`. A promise that fails says which line of which port it is
//! about. Each race comes with its negative control: the same race run against a store whose guard was taken away must be lost, or the race proves
//! nothing.
//!
//! # A host that signs its users in itself
//! It leaves `account_conformance!` and `account_races!` out, and its world answers an empty [`Memory`](portal_core::memory::Memory) for accounts, people and profiles. Where
//! the portal signs customers in, the suite is about two sides at once: what the store keeps (accounts, sessions, links, requests, allowances, the
//! sign-in log), and what the host answers and takes back (people with their customer record, profiles). [`World::reject_contact_changes`] is the
//! host's own "no", to see that nothing is left of the decision it was said to.
//!
//! # A payment adapter of one's own
//! [`payment_conformance!`] does the same for adapters: see [`payments`] for what you bring. It breaks every request in every way, forges what is posted, and looks into the
//! provider's books for money that moved twice.
//!
//! # An accounting adapter of one's own
//! [`accounting_conformance!`] is the same for accounting systems: see [`accounting`].
//!
//! # A transport of one's own
//! [`mailer_conformance!`] proves a [`Mailer`](portal_core::mail::Mailer): see [`mailers`].
//!
//! # A host whose customers do not pay here
//! It leaves `payment_store_conformance!` and `payment_races!` out, and its world answers an empty [`Memory`](portal_core::memory::Memory) for payments. Where
//! they do, the suite is about two sides at once: what the store keeps (attempts, and what was received), and what the host does when one of its orders
//! is being paid.
//!
//! # A store that keeps tokens of accounting systems
//! [`token_store_conformance!`] proves it, and plays sixteen tasks of two processes against an endpoint that rotates: see [`tokens`].
//!
//! # A host whose portal exports nothing
//! It leaves `accounting_store_conformance!` out, and its world answers an empty [`Memory`](portal_core::memory::Memory) for the books. Where it does, the suite is
//! about two sides at once: what the store keeps (exports, and how the portal stands with the books), and how one of the host's orders stands there.
//!
//! # What else is here
//! * [`siege`]: somebody guesses a password for months of virtual time, against the real front door over your store.
//! * [`outage`]: a night without a mail server; in the morning everybody has their messages, once and in order.
//! * [`settling`]: payers, webhooks, refunds and crashes in any order, against the real settlement over your store; the books must say what happened.
//! * [`facts`]: contacts, orders, dates, registrations, accounts with short sensible defaults.
//! * [`StoppedClock`]: time moves when a test says so.
//! * `PostgresServer`: a server of your own, where the binaries are on this machine.
//! * [`RecordingHost`], [`PaperShelf`], [`PlainPapers`], [`AnyProvider`], [`FlakyStore`], [`PlainHasher`]: fakes with switches, not expectations.
//! * [`Between`]: a store with somebody before it who has a hand in what is committed.
//! * `stripe::FakeStripe` (feature `stripe-fake`): Stripe in this process, with pages somebody can pay on and a switch for every way it goes wrong.
//! * `helcim::FakeHelcim` (feature `helcim-fake`): Helcim in this process, with its own rules and with faults to switch on.
//! * `xero::FakeXero` (feature `xero-fake`): Xero in this process, with people who change its books and tokens that rotate.
//! * `Served` (feature `serve`): any of these fakes behind a port of this machine, for another language's client.
//!
//! The cases are versioned with the ports: a new case ships with the release that promises it.
#![expect(
    clippy::future_not_send,
    clippy::inconsistent_digit_grouping,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test kit stops at the first surprise, runs its cases on the thread at hand, and writes cents as 120_00"
)]
#![allow(
    clippy::expect_used,
    reason = "as above; which fakes are built decides whether anything here expects"
)]

pub mod accounting;
pub mod conformance;
pub mod facts;
#[cfg(feature = "helcim-fake")]
pub mod helcim;
pub mod mailers;
pub mod outage;
pub mod papers;
pub mod payments;
pub mod promises;
pub mod races;
pub mod settling;
pub mod siege;
#[cfg(feature = "stripe-fake")]
pub mod stripe;
pub mod tokens;
#[cfg(feature = "xero-fake")]
pub mod xero;

mod clock;
mod fakes;
mod memory;
#[cfg(unix)]
mod postgres;
#[cfg(feature = "serve")]
mod serve;
mod world;

pub use clock::StoppedClock;
pub use fakes::{
    AnyCodes, AnyLedger, AnyProvider, Asked, Between, Calls, FlakyStore, LedgerCalls, Meddler,
    PaperShelf, PlainHasher, PlainPapers, PlainWriter, PostAnswer, RecordingChoices, RecordingHost,
    RecordingPost, Switches,
};
#[cfg(unix)]
pub use postgres::PostgresServer;
#[cfg(feature = "serve")]
pub use serve::Served;
pub use world::{Facts, World};
