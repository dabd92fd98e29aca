//! What the kit cannot play, beside its `contradictions`: Pennyroyal says, the first time and again, soundly signed and well written, what cannot be.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::Arc;

use async_trait::async_trait;
use own_adapter::{Pennyroyal, PennyroyalConfig};
use portal_core::{
    Id,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    http::{Bytes, HttpClient, Request, Response},
    payment::{
        Attempt, BeginPayment, DeclineReason, Lookup, Merchant, PaymentProvider as _, PaymentRef,
        Refund, Refunded,
    },
    uuid::Uuid,
};
use portal_testkit::{StoppedClock, facts::eur};
use serde_json::{Value, json};

const ATTEMPT: Attempt = Attempt(Uuid::from_u128(7));

/// A Pennyroyal that answers one thing.
#[derive(Debug)]
struct Says(u16, Value);

#[async_trait]
impl HttpClient for Says {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let answer = Response::builder().status(self.0);
        Ok(answer.body(self.1.to_string().into()).unwrap())
    }
}

fn at(says: Says) -> Pennyroyal {
    let config = PennyroyalConfig::new("pr_test_1".into(), Merchant::test("acc_school"));
    Pennyroyal::new(config, Arc::new(says), Arc::new(StoppedClock::default())).unwrap()
}

/// The page that was asked for, but for what is said otherwise.
fn page(otherwise: &Value) -> Value {
    let mut page = json!({
        "id": "pay_1", "account": "acc_school", "mode": "test", "reference": ATTEMPT.to_string(), "status": "open",
        "amount": "120.50", "currency": "EUR", "page_url": "https://pay.pennyroyal.example/pay_1",
        "closes_at": "2030-01-01T00:00:00Z", "decline": null, "paid_with": null, "charged_back": "0", "refunds": [],
    });
    let said = page.as_object_mut().unwrap();
    said.extend(otherwise.as_object().unwrap().clone());
    page
}

fn asked() -> BeginPayment {
    let (order, number) = (Id::new("order-1"), "SO-1");
    let (back, cancel) = ("https://portal.example/paid", "https://portal.example/");
    BeginPayment::new(ATTEMPT, eur(120_50), order, number, back, cancel)
}

#[tokio::test]
async fn a_page_that_is_not_the_one_asked_for_is_an_unknown_outcome() {
    assert!(
        at(Says(201, page(&json!({}))))
            .begin(&asked())
            .await
            .is_ok()
    );
    for otherwise in [
        json!({ "amount": "120.51" }),
        json!({ "currency": "USD" }),
        json!({ "reference": Uuid::from_u128(8) }),
        json!({ "account": "acc_somebody" }),
        json!({ "mode": "live" }),
        json!({ "status": "teleported" }),
        json!({ "amount": 120.5 }),
        json!({ "page_url": "https://pay.pennyroyal.example.evil.example/" }),
        json!({ "page_url": "http://pay.pennyroyal.example/pay_1" }),
    ] {
        // The first time, and as what was answered before.
        for says in [
            Says(201, page(&otherwise)),
            Says(409, json!({ "first": page(&otherwise) })),
        ] {
            let no = at(says).begin(&asked()).await.unwrap_err();
            assert_eq!(no.disposition(), Disposition::Unknown, "{otherwise}");
        }
    }
}

#[tokio::test]
async fn another_payment_than_the_one_asked_for_is_not_believed() {
    let what = Lookup::Payment(PaymentRef::new("pay_2"));
    let no = at(Says(200, page(&json!({})))).look_up(&what).await;
    assert_eq!(no.unwrap_err().disposition(), Disposition::Unknown);
    let two = json!({ "payments": [page(&json!({})), page(&json!({ "id": "pay_2" }))] });
    let since = "2030-01-01T00:00:00Z".parse().unwrap();
    let attempt = ATTEMPT;
    let what = Lookup::Attempt { attempt, since };
    let no = at(Says(200, two)).look_up(&what).await;
    assert_eq!(no.unwrap_err().disposition(), Disposition::Unknown);
}

#[tokio::test]
async fn a_refund_that_is_declined_is_an_answer() {
    let no = json!({ "code": "declined", "decline": "insufficient_funds" });
    let refunds = at(Says(402, no)).refunds().unwrap();
    let back = Refund::new(
        Uuid::from_u128(9),
        PaymentRef::new("pay_1"),
        eur(1_00),
        false,
    );
    match refunds.refund(&back).await.unwrap() {
        Refunded::Declined(said) => assert_eq!(said.reason, DeclineReason::InsufficientFunds),
        Refunded::Taken(made) => panic!("it was declined, not {made:?}"),
    }
}

#[test]
fn a_key_of_the_other_mode_is_refused_before_anything_is_sent() {
    let config = PennyroyalConfig::new("pr_test_1".into(), Merchant::live("acc_school"));
    let (http, clock) = (Arc::new(Says(500, json!({}))), StoppedClock::default());
    let no = Pennyroyal::new(config, http, Arc::new(clock)).unwrap_err();
    assert_eq!(no.kind(), AdapterErrorKind::Misconfigured);
}
