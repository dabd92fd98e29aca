//! The rules, the desks over them, and the words they speak; one file a subject.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test stops at the first surprise, and a table is as long as it is"
)]

mod builder;
mod cancel;
mod certificates;
#[cfg(all(
    feature = "accounts",
    feature = "mail",
    any(feature = "metrics", feature = "tracing")
))]
mod chatty;
#[cfg(all(feature = "accounts", feature = "mail", feature = "metrics"))]
mod counted;
mod cutoffs;
mod desk;
#[cfg(feature = "accounts")]
mod details;
mod dispatcher;
#[cfg(feature = "mail")]
mod drafts;
mod elearning;
#[cfg(feature = "accounts")]
mod eligibility;
mod invoices;
#[cfg(feature = "mail")]
mod messages;
mod money;
mod orders;
mod outlook;
#[cfg(feature = "mail")]
mod papers;
mod payments;
#[cfg(all(feature = "accounts", feature = "mail"))]
mod post;
#[cfg(feature = "accounts")]
mod profile;
mod properties;
mod refusals;
#[cfg(all(feature = "mail", feature = "requests"))]
mod requests;
mod settings;
#[cfg(feature = "payments")]
mod settlement;
mod statements;
mod submit;
mod support;
mod surnames;
#[cfg(all(feature = "accounts", feature = "mail", feature = "tracing"))]
mod told;
mod transfer;
mod waiting;
#[cfg(feature = "mail")]
mod wanted;
mod words;
