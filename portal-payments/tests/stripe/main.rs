//! The Stripe adapter against Stripe in this process.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
mod official;
mod paying;
#[cfg(all(unix, feature = "reqwest"))]
mod peers;
mod refunds;
#[cfg(feature = "reqwest")]
mod served;
mod trouble;
mod vault;

use std::sync::Arc;

use portal_core::{
    Currency, Id, Money,
    payment::{
        Attempt, BeginPayment, Begun, Found, Lookup, Merchant, MethodCharges, Observation,
        PayerProfile, PayerRef, PaymentProvider, PaymentVault,
    },
};
use portal_payments::stripe::{Stripe, StripeConfig};
use portal_testkit::{StoppedClock, facts::today, stripe::FakeStripe};

/// An adapter, the fake it speaks to, and the time.
struct Scene {
    stripe: Stripe,
    fake: FakeStripe,
    clock: StoppedClock,
}

impl Scene {
    fn new() -> Self {
        Self::at(&StoppedClock::default())
    }

    fn at(clock: &StoppedClock) -> Self {
        let clock = clock.clone();
        let fake = FakeStripe::new(&clock);
        let stripe =
            Stripe::new(config(), Arc::new(fake.clone()), Arc::new(clock.clone())).unwrap();
        Self {
            stripe,
            fake,
            clock,
        }
    }

    async fn begun(&self, payment: &BeginPayment) -> Begun {
        self.stripe.begin(payment).await.unwrap()
    }

    async fn found(&self, what: &Lookup) -> Found {
        self.stripe.look_up(what).await.unwrap()
    }

    async fn seen(&self, what: &Lookup) -> Observation {
        match self.found(what).await {
            Found::Payment(seen) => *seen,
            other => panic!("no payment but {other:?}"),
        }
    }

    /// A payment of 120.00 that was paid by card.
    async fn paid(&self) -> Observation {
        let begun = self.begun(&payment(1)).await;
        self.fake.pay(begun.session.as_str());
        self.seen(&Lookup::Session(begun.session)).await
    }

    fn vault(&self) -> Arc<dyn PaymentVault> {
        self.stripe.vault().unwrap()
    }

    fn charges(&self) -> Arc<dyn MethodCharges> {
        self.vault().charges().unwrap()
    }

    async fn payer(&self, contact: &str) -> PayerRef {
        let profile = PayerProfile::new(Id::new(contact), "Ana Núñez")
            .with_email(Some("ana@example.com".to_owned()));
        self.vault().payer(&profile).await.unwrap()
    }
}

/// Past the harness, which keeps what a passing test prints to itself.
fn said_aloud(what: &str) {
    use std::io::Write as _;
    drop(writeln!(std::io::stderr().lock(), "{what}"));
}

fn config() -> StripeConfig {
    StripeConfig::new("sk_test_secret".into(), Merchant::test("acct_1"))
        .checking_webhooks_with(FakeStripe::WEBHOOK_SECRET.into())
}

fn attempt(number: u128) -> Attempt {
    Attempt(portal_core::uuid::Uuid::from_u128(number))
}

fn money(amount: &str, code: &str) -> Money {
    let currency: Currency = code.parse().unwrap();
    Money::new(amount.parse().unwrap(), currency).unwrap()
}

fn usd(amount: &str) -> Money {
    money(amount, "USD")
}

fn payment(number: u128) -> BeginPayment {
    payment_of(number, usd("120.00"))
}

fn payment_of(number: u128, amount: Money) -> BeginPayment {
    let back = "https://portal.example/orders/7/paid?lang=en#top";
    let cancel = "https://portal.example/orders/7";
    BeginPayment::new(
        attempt(number),
        amount,
        Id::new("7"),
        "INV-7 & more",
        back,
        cancel,
    )
    .since(today())
}
