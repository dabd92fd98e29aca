//! Facts to test with: short to write, sensible unless told otherwise.
//!
//! ```
//! use portal_testkit::facts::*;
//!
//! let ana = contact("ana");
//! let soon = registration("r1").of(&ana).on(session("s1").starting_in(hours(48)));
//! assert_eq!(soon.session.starts_at, today() + hours(48));
//! assert_eq!(eur(120_00).to_string(), "120.00 EUR");
//! ```
mod accounts;
mod books;
mod courses;
mod orders;
mod payments;
mod people;

use chrono::{DateTime, Duration, Utc};
use portal_core::{CommandId, Currency, Money};
use uuid::Uuid;

pub use accounts::{
    AttemptFacts, LoginFacts, PassFacts, access, attempt, customer_of, draw, email, login, pass,
    password, person, phone, request, secret, sign_up, standing,
};
pub use books::{ExportFacts, export, test_books};
pub use courses::{
    RegistrationFacts, SessionFacts, WaitingPlaceFacts, course, module, registration, session,
    waiting_place, without_limits,
};
pub use orders::{OrderFacts, order};
pub use payments::{PaymentFacts, income, payment_attempt, stray_income, test_account};
pub use people::{SURNAME, contact, viewer};

/// The day every test plays on: a Monday in March 2027, nine in the morning UTC.
#[must_use]
pub fn today() -> DateTime<Utc> {
    DateTime::from_timestamp(1_803_891_600, 0).unwrap()
}

/// So many days of 24 hours.
#[must_use]
pub fn days(count: i64) -> Duration {
    Duration::days(count)
}

/// So many hours.
#[must_use]
pub fn hours(count: i64) -> Duration {
    Duration::hours(count)
}

/// So many minutes.
#[must_use]
pub fn minutes(count: i64) -> Duration {
    Duration::minutes(count)
}

/// The id of the form with this number.
#[must_use]
pub fn command(number: u128) -> CommandId {
    CommandId(Uuid::from_u128(number))
}

/// So many cents of euros.
#[must_use]
pub fn eur(cents: i64) -> Money {
    money(cents, "EUR")
}

/// So many minor units of a currency.
#[must_use]
pub fn money(minor: i64, currency: &str) -> Money {
    let currency: Currency = currency.parse().unwrap();
    Money::from_minor(minor, currency)
}
