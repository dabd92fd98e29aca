//! Stripe in this process, behind the HTTP port.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    Money,
    chrono::{DateTime, Utc},
    http::HttpClient,
    payment::{Attempt, Begun, Merchant, PaymentProvider, RawWebhook, ReturnParams},
};
use portal_payments::stripe::{Stripe, StripeConfig};
use portal_testkit::{
    StoppedClock,
    payments::{Act, Books, Candidate, Letter, Signer},
    stripe::FakeStripe,
};
use serde_json::{Value, json};

const KEY: &str = "sk_test_4eC39HqLyjWDarjtT1zdp7dc";
const NEXT: &str = "whsec_the_next_one";

/// A merchant with play money.
#[derive(Debug)]
pub(crate) struct AtStripe {
    fake: FakeStripe,
    clock: StoppedClock,
}

pub(crate) async fn at_stripe() -> AtStripe {
    let clock = StoppedClock::default();
    let fake = FakeStripe::new(&clock);
    AtStripe { fake, clock }
}

impl AtStripe {
    /// Does something on a page, if that is open.
    fn on_page(&self, begun: &Begun, act: impl FnOnce(&str)) -> bool {
        let pages = self.fake.objects("checkout.session");
        let this = |page: &&Value| page["id"] == begun.session.as_str();
        let open = pages.iter().find(this).is_some_and(|page| {
            let until = page["expires_at"].as_i64().unwrap();
            page["status"] == "open" && until > portal_core::Clock::now(&self.clock).timestamp()
        });
        if open {
            act(begun.session.as_str());
        }
        open
    }
}

/// As Stripe's documents count, where they differ from ISO 4217: krónur in hundredths, ariary in wholes.
fn counted(amount: &Value, currency: &Value) -> Money {
    let (amount, code) = (amount.as_i64().unwrap(), currency.as_str().unwrap());
    let minor = match code {
        "isk" => amount / 100,
        "mga" => amount * 100,
        _ => amount,
    };
    Money::from_minor(minor, code.to_uppercase().parse().unwrap())
}

#[async_trait]
impl Candidate for AtStripe {
    fn adapter(&self, http: Arc<dyn HttpClient>) -> Arc<dyn PaymentProvider> {
        let config = StripeConfig::new(KEY.into(), Merchant::test("acct_1"))
            .checking_webhooks_with(FakeStripe::WEBHOOK_SECRET.into())
            .checking_webhooks_with(NEXT.into());
        Arc::new(Stripe::new(config, http, Arc::new(self.clock.clone())).unwrap())
    }

    fn clock(&self) -> StoppedClock {
        self.clock.clone()
    }

    fn http(&self) -> Option<Arc<dyn HttpClient>> {
        Some(Arc::new(self.fake.clone()))
    }

    async fn play(&self, act: Act<'_>) -> bool {
        let fake = &self.fake;
        match act {
            Act::Pay(begun) => self.on_page(begun, |page| fake.pay(page)),
            Act::PaySlowly(begun) => self.on_page(begun, |page| fake.pay_by_bank(page)),
            Act::Decline(begun) => self.on_page(begun, |page| {
                fake.decline_on_page(page, "insufficient_funds");
            }),
            Act::RunOut(begun) => self.on_page(begun, |page| fake.time_out(page)),
            Act::Store(begun) => self.on_page(begun, |page| fake.finish_setup(page)),
            Act::Arrive(begun) => {
                fake.bank_pays(begun.session.as_str());
                true
            }
            Act::HasCard(payer) => {
                let _ = fake.stored(payer.as_str(), "card");
                true
            }
            Act::DeclineNextCharge => {
                fake.decline_next("insufficient_funds");
                true
            }
            Act::ChallengeNextCharge => {
                fake.decline_next("authentication_required");
                true
            }
            Act::FailRefund(_, refund) => {
                fake.fail_refund(refund.as_str());
                true
            }
            Act::CallBack(payment, amount) => {
                fake.dispute(payment.as_str(), amount.minor(), "needs_response");
                true
            }
            _ => false,
        }
    }

    async fn books(&self, attempt: Attempt) -> Books {
        let mut payments = self.fake.objects("payment_intent");
        payments.retain(|one| {
            let ours = one["metadata"]["attempt"] == attempt.to_string();
            ours && one["amount_received"].as_i64() > Some(0)
        });
        let names: Vec<Value> = payments.iter().map(|one| one["id"].clone()).collect();
        let mut back = self.fake.objects("refund");
        back.retain(|one| names.contains(&one["payment_intent"]) && one["status"] != "failed");
        let taken = payments.iter();
        let taken = taken.map(|one| counted(&one["amount_received"], &one["currency"]));
        let back = back.iter();
        let back = back.map(|one| counted(&one["amount"], &one["currency"]));
        Books::new(taken.collect(), back.collect())
    }

    fn brought_back(&self, begun: &Begun) -> Option<ReturnParams> {
        let session = ("session_id".to_owned(), begun.session.to_string());
        let lang = ("lang".to_owned(), "en".to_owned());
        Some(ReturnParams::query(vec![lang, session]))
    }

    async fn posts(&self) -> Vec<RawWebhook> {
        self.fake.webhooks()
    }

    fn letter(&self, about: Letter) -> Option<Vec<u8>> {
        let mut event = json!({
            "id": "evt_909", "object": "event", "livemode": false, "created": 1_803_891_600,
            "type": "payment_intent.succeeded", "data": {"object": {"id": "pi_1"}},
        });
        match about {
            Letter::UnknownKind => event["type"] = "climate.order.delivered".into(),
            Letter::OtherAccount => event["account"] = "acct_other".into(),
            Letter::OtherMode => event["livemode"] = true.into(),
            _ => return None,
        }
        Some(event.to_string().into_bytes())
    }

    fn signed(&self, body: &[u8], at: DateTime<Utc>, by: Signer) -> Option<RawWebhook> {
        let secret = match by {
            Signer::Provider => FakeStripe::WEBHOOK_SECRET,
            Signer::Next => NEXT,
            Signer::Stranger => "whsec_somebody_else",
            _ => return None,
        };
        Some(self.fake.signed_by(body, at, secret))
    }

    fn secrets(&self) -> Vec<String> {
        [KEY, FakeStripe::WEBHOOK_SECRET, NEXT]
            .map(str::to_owned)
            .to_vec()
    }
}

portal_testkit::payment_conformance!(at_stripe);
