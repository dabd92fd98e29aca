//! An adapter wired to the fake, and short ways to ask it.
use std::{net::IpAddr, sync::Arc};

use portal_core::{
    Id, Money,
    payment::{
        Attempt, BeginPayment, ChargeStored, Found, Initiator, Lookup, Merchant, MethodCharges,
        MethodRef, NextStep, Observation, PayerRef, PaymentProvider, PaymentRef, PaymentVault,
        Refund, Refunds,
    },
};
use portal_payments::helcim::{Country, Helcim, HelcimConfig};
use portal_testkit::{
    StoppedClock,
    facts::*,
    helcim::{FakeHelcim, TOKEN, VERIFIER},
};
use secrecy::SecretString;
use uuid::Uuid;

pub(crate) const VISA: &str = "4242424242";
pub(crate) const CUSTOMER: &str = "CST1049";

pub(crate) struct World {
    pub(crate) clock: StoppedClock,
    pub(crate) fake: FakeHelcim,
    pub(crate) helcim: Helcim,
}

pub(crate) fn config(token: &str) -> HelcimConfig {
    let merchant = Merchant::test("acme");
    let token = SecretString::from(token);
    HelcimConfig::new(merchant, Country::Canada, token, own_ip())
        .verified_by(&SecretString::from(VERIFIER))
        .unwrap()
}

pub(crate) fn world() -> World {
    let clock = StoppedClock::default();
    let fake = FakeHelcim::new(&clock);
    let helcim = wired(config(TOKEN), &fake, &clock);
    World {
        clock,
        fake,
        helcim,
    }
}

pub(crate) fn wired(config: HelcimConfig, fake: &FakeHelcim, clock: &StoppedClock) -> Helcim {
    Helcim::new(config, Arc::new(fake.clone()), Arc::new(clock.clone())).unwrap()
}

pub(crate) fn own_ip() -> IpAddr {
    "192.0.2.1".parse().unwrap()
}

pub(crate) fn payer_ip() -> IpAddr {
    "198.51.100.7".parse().unwrap()
}

pub(crate) fn cad(minor: i64) -> Money {
    money(minor, "CAD")
}

pub(crate) fn nr(n: u128) -> Attempt {
    Attempt(Uuid::from_u128(n))
}

pub(crate) fn payment(n: u128, amount: Money) -> BeginPayment {
    BeginPayment::new(
        nr(n),
        amount,
        Id::new("o1"),
        "SO-1",
        "https://portal.example/back",
        "https://portal.example/orders/o1",
    )
    .from(Some(payer_ip()))
}

impl World {
    /// Opens a payment, and answers the token of its frame.
    pub(crate) async fn open(&self, n: u128, amount: Money) -> String {
        let begun = self.helcim.begin(&payment(n, amount)).await.unwrap();
        let NextStep::Embedded { token, .. } = begun.next else {
            panic!("{:?}", begun.next)
        };
        token
    }

    /// Opens a payment and pays it in the frame.
    pub(crate) async fn paid(&self, n: u128, amount: Money) -> PaymentRef {
        let token = self.open(n, amount).await;
        let id = self.fake.pay_in_frame(&token, VISA).unwrap();
        PaymentRef::new(id.to_string())
    }

    pub(crate) async fn look(&self, n: u128) -> Found {
        self.helcim.look_up(&since(nr(n))).await.unwrap()
    }

    pub(crate) async fn observed(&self, what: &Lookup) -> Observation {
        let found = self.helcim.look_up(what).await.unwrap();
        let Found::Payment(found) = found else {
            panic!("{found:?}")
        };
        *found
    }

    pub(crate) fn vault(&self) -> Arc<dyn PaymentVault> {
        self.helcim.vault().unwrap()
    }

    pub(crate) fn charges(&self) -> Arc<dyn MethodCharges> {
        self.vault().charges().unwrap()
    }

    pub(crate) fn paying_back(&self) -> Arc<dyn Refunds> {
        self.helcim.refunds().unwrap()
    }

    /// A customer with a card, ready to be charged.
    pub(crate) fn with_card(&self) -> MethodRef {
        self.fake.put_customer(CUSTOMER, "Ana Diaz");
        let card = self.fake.put_card(CUSTOMER, VISA, "1230");
        MethodRef::new(format!("card:{card}"))
    }
}

pub(crate) fn since(attempt: Attempt) -> Lookup {
    Lookup::Attempt {
        attempt,
        since: today(),
    }
}

pub(crate) fn charge(n: u128, amount: Money, card: &MethodRef) -> ChargeStored {
    let (payer, by) = (PayerRef::new(CUSTOMER), Initiator::PayerPresent);
    ChargeStored::new(nr(n), amount, payer, card.clone(), by, "SO-1").from(Some(payer_ip()))
}

pub(crate) fn refund(n: u128, of: &PaymentRef, amount: Money, whole: bool) -> Refund {
    Refund::new(Uuid::from_u128(n), of.clone(), amount, whole)
}
