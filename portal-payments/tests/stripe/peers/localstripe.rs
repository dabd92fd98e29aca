//! localstripe is a Stripe that somebody else wrote, of an older day. It has no Checkout pages, keeps no keys, and does not look whose method it gives out: those promises are
//! proved elsewhere. What it does know it knows from Stripe, not from us: how forms nest, what a decline looks like, how events are signed.
use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use portal_core::{
    Clock as _,
    adapter::AdapterError,
    http::{HttpClient, Request, Response},
    payment::{
        ChargeStored, Charged, DeclineReason, Found, Initiator, Lookup, MethodKind, MethodRef,
        PayerProfile, PayerRef, PaymentProvider as _, PaymentRef, PaymentState, PaymentVault,
        RawWebhook, Refund, Refunded, WebhookSubject,
    },
    uuid::Uuid,
};
use portal_payments::{
    http::{Client, Limits},
    stripe::Stripe,
};
use portal_testkit::{Served, stripe::FakeStripe};
use serde_json::{Value, json};

use super::{
    super::{attempt, config, usd},
    Peers, clock_of_this_machine,
};

/// The process, which ends with the test.
struct Localstripe {
    process: Child,
    address: String,
    stripe: Stripe,
}

impl Localstripe {
    async fn started() -> Option<Self> {
        let peers = Peers::installed()?;
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
        let port = free.unwrap().port().to_string();
        let mut process = Command::new(peers.0.join("localstripe"))
            .args(["--from-scratch", "--port", &port])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let address = format!("127.0.0.1:{port}");
        for _ in 0..300 {
            if TcpStream::connect(&address).is_ok() {
                let address = format!("http://{address}");
                let http = Arc::new(Older(Client::new(Limits::default()).unwrap()));
                let clock = Arc::new(clock_of_this_machine());
                let config = config().at(&address).keeping(vec![MethodKind::Card]);
                let stripe = Stripe::new(config, http, clock).unwrap();
                return Some(Self {
                    process,
                    address,
                    stripe,
                });
            }
            assert!(process.try_wait().unwrap().is_none(), "it ended at once");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        process.kill().unwrap();
        panic!("localstripe does not answer")
    }

    fn vault(&self) -> Arc<dyn PaymentVault> {
        self.stripe.vault().unwrap()
    }

    /// Somebody with this card of Stripe's test cards.
    async fn somebody_with(&self, card: &str) -> (PayerRef, MethodRef) {
        let profile = PayerProfile::new(portal_core::Id::new("ana"), "Ana Núñez & Söhne");
        let profile = profile.with_email(Some("ana+1@example.com".to_owned()));
        let ana = self.vault().payer(&profile).await.unwrap();
        let path = format!("/v1/payment_methods/{card}/attach");
        let form = format!("customer={}", ana.as_str());
        let card = self.posted(&path, form).await;
        (ana, MethodRef::new(card["id"].as_str().unwrap()))
    }

    async fn charged(&self, payer: &PayerRef, card: &MethodRef) -> Charged {
        let (amount, by) = (usd("30.00"), Initiator::PayerPresent);
        let (payer, card) = (payer.clone(), card.clone());
        let charge = ChargeStored::new(attempt(9), amount, payer, card, by, "INV-9");
        let charges = self.vault().charges().unwrap();
        charges.charge(&charge).await.unwrap()
    }

    async fn refunded(&self, number: u128, payment: &PaymentRef, amount: &str) -> Refunded {
        let (name, whole) = (Uuid::from_u128(number), false);
        let refund = Refund::new(name, payment.clone(), usd(amount), whole);
        self.stripe
            .refunds()
            .unwrap()
            .refund(&refund)
            .await
            .unwrap()
    }

    /// What the adapter has no call for.
    async fn posted(&self, path: &str, body: String) -> Value {
        let request = Request::post(format!("{}{path}", self.address))
            .header("authorization", "Bearer sk_test_secret")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.into())
            .unwrap();
        let http = Client::new(Limits::default()).unwrap();
        let answer = http.send(request).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}: {:?}", answer.body());
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }
}

impl Drop for Localstripe {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Leaves out what localstripe is too old for, and adds what it does not answer yet. Nothing else is changed.
#[derive(Debug)]
struct Older(Client);

/// It refuses calls with parameters it does not know.
const NEWER: [&str; 4] = [
    "automatic_payment_methods",
    "description",
    "error_on_requires_action",
    "reason",
];

#[async_trait]
impl HttpClient for Older {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let (mut head, mut body) = request.into_parts();
        let address = head.uri.to_string();
        if ["/v1/payment_intents", "/v1/refunds"].contains(&head.uri.path()) {
            let form = str::from_utf8(&body).unwrap().split('&');
            let known = form.filter(|pair| !NEWER.iter().any(|newer| pair.starts_with(newer)));
            body = known.collect::<Vec<_>>().join("&").into();
            head.headers.remove("content-length");
        }
        // The methods of one customer are a filter of all methods, and one method is nobody's.
        if let Some((before, rest)) = address.split_once("/v1/customers/")
            && let Some((customer, methods)) = rest.split_once("/payment_methods")
        {
            let one = methods.starts_with('/');
            let customer = if one {
                ""
            } else {
                &format!("&customer={customer}")
            };
            head.uri = format!("{before}/v1/payment_methods{methods}{customer}")
                .parse()
                .unwrap();
        }
        let answer = self.0.send(Request::from_parts(head, body)).await?;
        Ok(answer.map(|body| match serde_json::from_slice(&body) {
            Ok(mut object) => {
                amended(&mut object);
                object.to_string().into()
            }
            Err(_) => body,
        }))
    }
}

fn amended(object: &mut Value) {
    if object["object"] != "payment_intent" {
        return;
    }
    if object["status"] == "succeeded" {
        object["amount_received"] = object["amount"].clone();
    }
    let charge = &mut object["latest_charge"];
    if charge["captured"] == true {
        charge["amount_captured"] = charge["amount"].clone();
    }
    charge["disputed"] = false.into();
}

/// 002-14
#[tokio::test]
async fn a_card_is_listed_charged_paid_back_and_removed() {
    let Some(theirs) = Localstripe::started().await else {
        return;
    };
    let (ana, card) = theirs.somebody_with("pm_card_visa").await;
    theirs.vault().make_default(&ana, &card).await.unwrap();
    let all = theirs.vault().methods(&ana).await.unwrap();
    let [stored] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        (stored.brand.as_str(), stored.last4.as_str()),
        ("Visa", "4242")
    );
    assert_eq!(stored.expires.unwrap().to_string(), "2030-12-31");
    assert!(stored.is_default);
    let Charged::Taken(seen) = theirs.charged(&ana, &card).await else {
        panic!("the card is good")
    };
    assert_eq!(seen.state, PaymentState::Succeeded);
    assert_eq!(
        (seen.captured, seen.attempt),
        (usd("30.00"), Some(attempt(9)))
    );
    for (number, amount) in [(1, "10.00"), (2, "5.50")] {
        let refunded = theirs.refunded(number, &seen.payment, amount).await;
        assert!(matches!(refunded, Refunded::Taken(_)), "{refunded:?}");
    }
    let found = theirs.stripe.look_up(&Lookup::Payment(seen.payment)).await;
    let Ok(Found::Payment(seen)) = found else {
        panic!("{found:?}")
    };
    assert_eq!(seen.refunded, usd("15.50"));
    let mut ours: Vec<_> = seen.refunds.iter().map(|refund| refund.ours).collect();
    ours.sort();
    assert_eq!(ours, [1, 2].map(|number| Some(Uuid::from_u128(number))));
    theirs.vault().remove(&ana, &card).await.unwrap();
    assert!(theirs.vault().methods(&ana).await.unwrap().is_empty());
}

/// 000-47
#[tokio::test]
async fn a_card_that_is_declined_says_so() {
    let Some(theirs) = Localstripe::started().await else {
        return;
    };
    let (ana, card) = theirs.somebody_with("pm_card_chargeCustomerFail").await;
    let Charged::Declined { decline, .. } = theirs.charged(&ana, &card).await else {
        panic!("no bank stands behind this card")
    };
    assert_eq!(decline.reason, DeclineReason::DoNotHonour);
    assert_eq!(decline.code, "card_declined");
}

/// Passes on what is posted to it.
#[derive(Debug)]
struct Ear(mpsc::Sender<Request<Bytes>>);

#[async_trait]
impl HttpClient for Ear {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        drop(self.0.send(request));
        Ok(Response::new(Bytes::new()))
    }
}

#[tokio::test]
async fn the_event_it_signs_and_posts_is_a_reason_to_look() {
    let Some(theirs) = Localstripe::started().await else {
        return;
    };
    let (heard, posted) = mpsc::channel();
    let ear = Served::start(Arc::new(Ear(heard)));
    let hook = json!({
        "url": ear.address(), "secret": FakeStripe::WEBHOOK_SECRET, "events": ["payment_intent.succeeded"],
    });
    theirs
        .posted("/_config/webhooks/portal", hook.to_string())
        .await;
    let (ana, card) = theirs.somebody_with("pm_card_visa").await;
    let Charged::Taken(seen) = theirs.charged(&ana, &card).await else {
        panic!("the card is good")
    };
    let posted = tokio::task::spawn_blocking(move || posted.recv_timeout(Duration::from_secs(30)));
    let posted = posted.await.unwrap().unwrap();
    let headers = posted.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    let now = clock_of_this_machine().now();
    let raw = RawWebhook::new(headers.collect(), posted.body().to_vec(), now);
    let batch = theirs.stripe.receive(&raw).await.unwrap();
    let about = &batch.events[0].about;
    let ours = Lookup::Payment(seen.payment);
    assert_eq!(*about, WebhookSubject::Payment(ours));
}
