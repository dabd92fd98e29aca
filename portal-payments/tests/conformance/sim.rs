//! The provider that is played in memory: adapter and provider in one, with switches of its own instead of a wire.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    Currency,
    chrono::{DateTime, Utc},
    http::HttpClient,
    payment::{
        Attempt, BeginSetup, Begun, DeclineReason, MethodKind, MethodSetup, PayerRef,
        PaymentProvider, RawWebhook, ReturnParams,
    },
    uuid::Uuid,
};
use portal_payments::{signing::WebhookSecret, sim::Sim};
use portal_testkit::{
    StoppedClock,
    facts::minutes,
    payments::{Act, Books, Candidate, Fault, Signer},
};

/// A provider that is not there.
#[derive(Debug)]
pub(crate) struct InMemory {
    sim: Sim,
    clock: StoppedClock,
}

pub(crate) async fn in_memory() -> InMemory {
    let clock = StoppedClock::default();
    let sim = Sim::for_demonstration_only(Arc::new(clock.clone()));
    InMemory { sim, clock }
}

impl InMemory {
    async fn store_card(&self, payer: &PayerRef) -> bool {
        let euro: Currency = "EUR".parse().unwrap();
        let attempt = Attempt(Uuid::from_u128(1));
        let (there, back) = ("https://a.example", "https://b.example");
        let page = BeginSetup::new(attempt, payer.clone(), MethodKind::Card, euro, there, back);
        let page = MethodSetup::begin(&self.sim, &page).await.unwrap();
        self.sim.store_card(&page.session, "Visa", "4242")
    }
}

#[async_trait]
impl Candidate for InMemory {
    fn adapter(&self, _: Arc<dyn HttpClient>) -> Arc<dyn PaymentProvider> {
        Arc::new(self.sim.clone())
    }

    fn clock(&self) -> StoppedClock {
        self.clock.clone()
    }

    async fn play(&self, act: Act<'_>) -> bool {
        match act {
            Act::Pay(begun) => self.sim.pay(&begun.session),
            Act::PaySlowly(begun) => {
                self.sim.take_time(true);
                let under_way = self.sim.pay(&begun.session);
                self.sim.take_time(false);
                under_way
            }
            Act::Arrive(_) => {
                self.sim.finish(true);
                true
            }
            Act::Decline(begun) => {
                self.sim.decline_next(DeclineReason::InsufficientFunds);
                self.sim.pay(&begun.session)
            }
            Act::RunOut(_) => {
                self.clock.advance(minutes(31));
                true
            }
            Act::Store(begun) => self.sim.store_card(&begun.session, "Visa", "4242"),
            Act::HasCard(payer) => self.store_card(payer).await,
            Act::DeclineNextCharge => {
                self.sim.decline_next(DeclineReason::DoNotHonour);
                true
            }
            Act::ChallengeNextCharge => {
                self.sim.decline_next(DeclineReason::AuthenticationRequired);
                true
            }
            Act::FailRefund(payment, _) => {
                self.sim.fail_refunds_of(payment);
                true
            }
            Act::CallBack(payment, amount) => {
                self.sim.dispute(payment, amount);
                true
            }
            _ => false,
        }
    }

    async fn books(&self, attempt: Attempt) -> Books {
        let (taken, paid_back) = self.sim.books(attempt);
        Books::new(taken, paid_back)
    }

    async fn fail_next(&self, fault: Fault) -> bool {
        match fault {
            Fault::Refuse => self.sim.refuse_the_connection(),
            Fault::LoseTheAnswer => self.sim.lose_the_reply(),
            _ => return false,
        }
        true
    }

    fn brought_back(&self, begun: &Begun) -> Option<ReturnParams> {
        let session = ("session".to_owned(), begun.session.to_string());
        Some(ReturnParams::query(vec![session]))
    }

    async fn posts(&self) -> Vec<RawWebhook> {
        self.sim.deliver()
    }

    fn signed(&self, body: &[u8], at: DateTime<Utc>, by: Signer) -> Option<RawWebhook> {
        let secret = match by {
            Signer::Provider => Sim::WEBHOOK_SECRET,
            Signer::Stranger => "whsec_c29tZWJvZHkgZWxzZSBlbnRpcmVseQ==",
            _ => return None,
        };
        let secret = WebhookSecret::read("sim", &secret.into()).unwrap();
        Some(secret.sign("evt", at, body).post(body.to_vec(), at))
    }
}

portal_testkit::payment_conformance!(in_memory);
