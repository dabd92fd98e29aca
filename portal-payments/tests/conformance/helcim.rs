//! Helcim, played in memory behind the HTTP port.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use portal_core::{
    chrono::{DateTime, Utc},
    http::HttpClient,
    payment::{Attempt, Begun, Merchant, NextStep, PaymentProvider, RawWebhook, ReturnParams},
};
use portal_payments::helcim::{Country, Helcim, HelcimConfig};
use portal_testkit::{
    StoppedClock,
    facts::minutes,
    helcim::{FakeHelcim, TOKEN, VERIFIER},
    payments::{Act, Books, Candidate, Letter, Signer},
};
use secrecy::SecretString;

const NEXT: &str = "dGhlLW5leHQtdmVyaWZpZXI=";
const STRANGERS: &str = "c29tZWJvZHktZWxzZS1lbnRpcmVseQ==";
const VISA: &str = "4242424242";

/// A merchant in Canada.
#[derive(Debug)]
pub(crate) struct AtHelcim {
    fake: FakeHelcim,
    clock: StoppedClock,
    cards: AtomicU32,
}

pub(crate) async fn at_helcim() -> AtHelcim {
    let clock = StoppedClock::default();
    let fake = FakeHelcim::new(&clock);
    let cards = AtomicU32::new(0);
    AtHelcim { fake, clock, cards }
}

impl AtHelcim {
    /// Somebody types this card's digits into the frame. Whether the bank was asked.
    fn types(&self, begun: &Begun, digits: &str) -> bool {
        let NextStep::Embedded { token, .. } = &begun.next else {
            return false;
        };
        self.fake.pay_in_frame(token, digits).is_some()
    }

    fn taken(&self, begun: &Begun) -> usize {
        self.fake.books(begun.session.as_str()).0.len()
    }

    /// The first six and the last four digits of another card.
    fn card(&self) -> String {
        let n = self.cards.fetch_add(1, Ordering::Relaxed);
        format!("450000{:04}", 1000 + n)
    }
}

#[async_trait]
impl Candidate for AtHelcim {
    fn adapter(&self, http: Arc<dyn HttpClient>) -> Arc<dyn PaymentProvider> {
        let own_ip = [192, 0, 2, 1].into();
        let merchant = Merchant::test("acme");
        let config = HelcimConfig::new(merchant, Country::Canada, TOKEN.into(), own_ip)
            .verified_by(&SecretString::from(VERIFIER))
            .and_then(|config| config.verified_by(&SecretString::from(NEXT)));
        Arc::new(Helcim::new(config.unwrap(), http, Arc::new(self.clock.clone())).unwrap())
    }

    fn clock(&self) -> StoppedClock {
        self.clock.clone()
    }

    fn http(&self) -> Option<Arc<dyn HttpClient>> {
        Some(Arc::new(self.fake.clone()))
    }

    async fn play(&self, act: Act<'_>) -> bool {
        match act {
            Act::Pay(begun) => {
                let before = self.taken(begun);
                self.types(begun, VISA) && self.taken(begun) > before
            }
            Act::Decline(begun) => {
                self.fake.decline_next("DO NOT HONOR");
                self.types(begun, VISA)
            }
            Act::RunOut(_) => {
                self.clock.advance(minutes(61));
                true
            }
            Act::Store(begun) => self.types(begun, &self.card()),
            Act::HasCard(payer) => {
                let _ = self.fake.put_card(payer.as_str(), &self.card(), "1230");
                true
            }
            Act::DeclineNextCharge => {
                self.fake.decline_next("INSUFFICIENT FUNDS");
                true
            }
            Act::CloseTheDay => {
                self.fake.close_batch();
                true
            }
            _ => false,
        }
    }

    async fn books(&self, attempt: Attempt) -> Books {
        let (taken, paid_back) = self.fake.books(&attempt.to_string());
        Books::new(taken, paid_back)
    }

    fn brought_back(&self, begun: &Begun) -> Option<ReturnParams> {
        let invoice = ("invoiceNumber".to_owned(), begun.session.to_string());
        Some(ReturnParams::query(vec![invoice]))
    }

    async fn posts(&self) -> Vec<RawWebhook> {
        self.fake.webhooks()
    }

    fn letter(&self, about: Letter) -> Option<Vec<u8>> {
        // A signed id says neither whose it is nor of which mode.
        let kind = br#"{"type":"terminalCancel","data":{"cancelledAt":"2027-03-01"}}"#;
        (about == Letter::UnknownKind).then(|| kind.to_vec())
    }

    fn signed(&self, body: &[u8], at: DateTime<Utc>, by: Signer) -> Option<RawWebhook> {
        let verifier = match by {
            Signer::Provider => VERIFIER,
            Signer::Next => NEXT,
            Signer::Stranger => STRANGERS,
            _ => return None,
        };
        Some(self.fake.signed_by("msg_1", body, at, verifier))
    }

    fn secrets(&self) -> Vec<String> {
        [TOKEN, VERIFIER, NEXT].map(str::to_owned).to_vec()
    }
}

portal_testkit::payment_conformance!(at_helcim);
