//! The adapter, and who plays the payer, the bank and Pennyroyal for it.
use std::sync::Arc;

use async_trait::async_trait;
use own_adapter::{Pennyroyal, PennyroyalConfig};
use portal_core::{
    Clock as _,
    chrono::{DateTime, Utc},
    http::HttpClient,
    payment::{Attempt, Begun, Merchant, PaymentProvider, RawWebhook, ReturnParams},
};
use portal_testkit::{
    StoppedClock,
    facts::hours,
    payments::{Act, Books, Candidate, Letter, Signer},
};

use super::provider::{ACCOUNT, Double, KEY, NEXT_SECRET, SECRET};

/// An adapter at a Pennyroyal of its own.
#[derive(Debug)]
pub(crate) struct AtPennyroyal {
    provider: Double,
    clock: StoppedClock,
}

pub(crate) async fn at_pennyroyal() -> AtPennyroyal {
    let clock = StoppedClock::default();
    let provider = Double::new(clock.clone());
    AtPennyroyal { provider, clock }
}

#[async_trait]
impl Candidate for AtPennyroyal {
    fn adapter(&self, http: Arc<dyn HttpClient>) -> Arc<dyn PaymentProvider> {
        let config = PennyroyalConfig::new(KEY.into(), Merchant::test(ACCOUNT))
            .checking_webhooks_with(SECRET.into())
            .checking_webhooks_with(NEXT_SECRET.into());
        Arc::new(Pennyroyal::new(config, http, Arc::new(self.clock.clone())).unwrap())
    }

    fn clock(&self) -> StoppedClock {
        self.clock.clone()
    }

    fn http(&self) -> Option<Arc<dyn HttpClient>> {
        Some(Arc::new(self.provider.clone()))
    }

    async fn play(&self, act: Act<'_>) -> bool {
        let page = |begun: &Begun| begun.session.to_string();
        match act {
            Act::Pay(begun) => self.provider.moves(&page(begun), "open", "paid"),
            Act::PaySlowly(begun) => self.provider.moves(&page(begun), "open", "pending"),
            Act::Arrive(begun) => self.provider.moves(&page(begun), "pending", "paid"),
            Act::Decline(begun) => self.provider.declines(&page(begun)),
            Act::RunOut(_) => {
                self.clock.advance(hours(2));
                true
            }
            Act::FailRefund(payment, refund) => {
                self.provider.returns(payment.as_str(), refund.as_str())
            }
            Act::CallBack(payment, amount) => {
                self.provider.calls_back(payment.as_str(), amount.amount())
            }
            _ => false,
        }
    }

    async fn books(&self, attempt: Attempt) -> Books {
        let (taken, paid_back) = self.provider.books(&attempt.to_string());
        Books::new(taken, paid_back)
    }

    fn brought_back(&self, begun: &Begun) -> Option<ReturnParams> {
        let payment = ("payment".to_owned(), begun.session.to_string());
        Some(ReturnParams::query(vec![payment]))
    }

    async fn posts(&self) -> Vec<RawWebhook> {
        let (bodies, now) = (self.provider.events(), self.clock.now());
        let post = |body: &String| self.provider.signed(body.as_bytes(), now, SECRET);
        bodies.iter().map(post).collect()
    }

    fn letter(&self, about: Letter) -> Option<Vec<u8>> {
        let (kind, account, mode) = match about {
            Letter::UnknownKind => ("statement.ready", ACCOUNT, "test"),
            Letter::OtherAccount => ("payment.changed", "acc_somebody", "test"),
            Letter::OtherMode => ("payment.changed", ACCOUNT, "live"),
            _ => return None,
        };
        let event = Double::event("evt_909", kind, account, mode, "pay_1");
        Some(event.into_bytes())
    }

    fn signed(&self, body: &[u8], at: DateTime<Utc>, by: Signer) -> Option<RawWebhook> {
        let secret = match by {
            Signer::Provider => SECRET,
            Signer::Next => NEXT_SECRET,
            Signer::Stranger => "a guess",
            _ => return None,
        };
        Some(self.provider.signed(body, at, secret))
    }

    fn secrets(&self) -> Vec<String> {
        [KEY, SECRET, NEXT_SECRET].map(str::to_owned).to_vec()
    }
}
