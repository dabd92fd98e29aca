use chrono::{DateTime, Utc};
use portal_core::{
    Id,
    payment::{
        Applied, Attempt, Merchant, NextStep, PayPage, PaymentAttempt, PaymentRef, PaymentState,
        Received, SessionRef, Unapplied,
    },
};
use uuid::Uuid;

use super::{eur, hours, today};

/// The account of `cards` that every test is paid at, with money that is not real.
#[must_use]
pub fn test_account() -> Merchant {
    Merchant::test("acct_1")
}

/// Attempt number `number` to pay 120 EUR on an order through `cards`: begun today, by ana, and nobody was shown a page yet.
#[must_use]
pub fn payment_attempt(number: u128, order: &str) -> PaymentAttempt {
    let attempt = Attempt(Uuid::from_u128(number));
    let order = Id::new(order);
    PaymentAttempt::new(
        attempt,
        order,
        "cards",
        test_account(),
        eur(120_00),
        today(),
    )
    .begun_by(Id::new("ana"))
}

/// 120 EUR that came in a payment, and paid for an order.
#[must_use]
pub fn income(payment: &str, order: &str) -> Received {
    let payment = PaymentRef::new(payment);
    let applied = Applied::To(Id::new(order));
    Received::new(test_account(), payment, eur(120_00), applied, today())
}

/// 120 EUR that came in a payment that nobody knows, at that time.
#[must_use]
pub fn stray_income(payment: &str, at: DateTime<Utc>) -> Received {
    let payment = PaymentRef::new(payment);
    let applied = Applied::Not(Unapplied::UnknownAttempt);
    Received::new(test_account(), payment, eur(120_00), applied, at)
}

/// Reads well on a [`PaymentAttempt`].
pub trait PaymentFacts: Sized {
    /// It is this far.
    #[must_use]
    fn now(self, state: PaymentState) -> Self;

    /// It is paid on this page, for a day.
    #[must_use]
    fn on_page(self, session: &str) -> Self;

    /// The provider calls it this.
    #[must_use]
    fn known_as(self, payment: &str) -> Self;

    /// It began then.
    #[must_use]
    fn begun(self, at: DateTime<Utc>) -> Self;
}

impl PaymentFacts for PaymentAttempt {
    fn now(mut self, state: PaymentState) -> Self {
        self.state = state;
        self
    }

    fn on_page(mut self, session: &str) -> Self {
        let url = format!("https://pay.example/{session}");
        let next = NextStep::Redirect { url };
        let until = Some(self.begun_at + hours(24));
        self.page = Some(PayPage::new(SessionRef::new(session), next, until));
        self
    }

    fn known_as(mut self, payment: &str) -> Self {
        self.payment = Some(PaymentRef::new(payment));
        self
    }

    fn begun(mut self, at: DateTime<Utc>) -> Self {
        self.begun_at = at;
        self
    }
}
