//! What must hold of whatever a stranger sends. Each function is the body of one fuzz target (`fuzz/fuzz_targets`) and of one property test here.
use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use portal_core::{
    SystemClock,
    adapter::AdapterError,
    http::{Bytes, HttpClient, Request, Response},
    payment::{
        Lookup, Merchant, PaymentLimits, PaymentProvider, RawWebhook, ReturnParams, WebhookBatch,
        WebhookError, WebhookSubject,
    },
};
use portal_payments::{
    helcim::{Country, Helcim, HelcimConfig},
    manual::Manual,
    signing::{self, WebhookSecret},
    sim::Sim,
    stripe::{Stripe, StripeConfig},
};
use sha2::Sha256;

const STRIPE_SECRET: &str = "whsec_of_the_fuzzer";
/// Helcim's and Standard Webhooks'.
const VERIFIER: &str = "dmVyaWZpZXItc2VjcmV0";
/// What the demonstration is signed with by everybody.
const DEMONSTRATION: &str = "whsec_Zm9yIGRlbW9uc3RyYXRpb24gb25seQ==";

/// Bodies that Stripe signed: read, passed over or refused, and never more than a place to look.
pub(crate) fn stripe_webhook(body: &[u8]) {
    let signed = stripe_signed(body);
    let header = format!("t={},v1={}", now().timestamp(), signed);
    let raw = posted(vec![("Stripe-Signature", header.into())], body);
    let taken = at_once(stripe().receive(&raw));
    if let Ok(batch) = &taken {
        for event in &batch.events {
            assert!(is_name(event.event.as_str()), "{event:?}");
            match &event.about {
                WebhookSubject::Payment(Lookup::Payment(id)) => {
                    assert!(
                        id.as_str().starts_with("pi_") && is_name(id.as_str()),
                        "{id:?}"
                    );
                }
                WebhookSubject::Payment(Lookup::Session(id)) => {
                    assert!(
                        id.as_str().starts_with("cs_") && is_name(id.as_str()),
                        "{id:?}"
                    );
                }
                WebhookSubject::Methods(id) => {
                    assert!(
                        id.as_str().starts_with("cus_") && is_name(id.as_str()),
                        "{id:?}"
                    );
                }
                WebhookSubject::Ignored { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }
    says_little(&taken);
    spoiled(&stripe(), raw);
}

/// Headers of somebody who does not know the secret, before the first line end; the body is behind it.
pub(crate) fn stripe_signature(input: &[u8]) {
    let (header, body) = in_two(input);
    let alone = posted(vec![("Stripe-Signature", header.to_vec())], body);
    let no = at_once(stripe().receive(&alone));
    assert!(no.is_err(), "{no:?}");
    // Beside a good signature nothing else is taken for the time, and the good one still counts or the header is refused.
    let good = format!("t={},v1={}", now().timestamp(), stripe_signed(body));
    let both = [header, b",", good.as_bytes()].concat();
    let both = posted(vec![("Stripe-Signature", both)], body);
    says_little(&at_once(stripe().receive(&both)));
    let twice = vec![
        ("Stripe-Signature", header.to_vec()),
        ("stripe-signature", good.into()),
    ];
    let no = at_once(stripe().receive(&posted(twice, body)));
    assert!(no.is_err(), "one header of the two is a stranger's: {no:?}");
}

/// Bodies that Helcim signed.
pub(crate) fn helcim_webhook(body: &[u8]) {
    let raw = secret(VERIFIER)
        .sign("msg_1", now(), body)
        .post(body.to_vec(), now());
    let taken = at_once(helcim().receive(&raw));
    if let Ok(batch) = &taken {
        for event in &batch.events {
            assert_eq!(event.event.as_str(), "msg_1");
            match &event.about {
                WebhookSubject::Payment(Lookup::Payment(id)) => assert!(is_number(id.as_str())),
                WebhookSubject::Ignored { kind } => assert_ne!(kind, "cardTransaction"),
                other => panic!("{other:?}"),
            }
        }
    }
    says_little(&taken);
    spoiled(&helcim(), raw);
}

/// Bodies signed as the demonstration signs: anybody can.
pub(crate) fn sim_webhook(body: &[u8]) {
    let raw = secret(DEMONSTRATION)
        .sign("msg_1", now(), body)
        .post(body.to_vec(), now());
    let taken = at_once(sim().receive(&raw));
    assert!(
        !matches!(taken, Err(WebhookError::BadSignature)),
        "it is signed with another secret than this"
    );
    says_little(&taken);
    spoiled(&sim(), raw);
}

/// The three headers of Standard Webhooks by somebody who does not know the secret, one a line; the body is behind them. And whatever is given out as a secret.
pub(crate) fn signing(input: &[u8]) {
    let (id, rest) = in_two(input);
    let (timestamp, rest) = in_two(rest);
    let (signature, body) = in_two(rest);
    let headers = |timestamp: &[u8], signature: &[u8]| {
        vec![
            ("webhook-id", id.to_vec()),
            ("webhook-timestamp", timestamp.to_vec()),
            ("webhook-signature", signature.to_vec()),
        ]
    };
    let keys = [secret(VERIFIER)];
    let today = now().timestamp().to_string();
    for timestamp in [timestamp, today.as_bytes()] {
        let raw = posted(headers(timestamp, signature), body);
        let no = signing::check(&raw, &keys);
        assert!(no.is_err(), "{no:?}");
    }
    if let Ok(name) = str::from_utf8(id) {
        let good = keys[0].sign(name, now(), body);
        let both = [signature, b" ", good.signature.as_bytes()].concat();
        let raw = posted(headers(today.as_bytes(), &both), body);
        // A name no header can have is refused; every other is taken as it is, whoever signs beside it.
        if let Ok(taken) = signing::check(&raw, &keys) {
            assert_eq!(taken, name);
        }
    }
    let shown = String::from_utf8_lossy(input).into_owned();
    if let Ok(read) = WebhookSecret::read("fuzz", &shown.into()) {
        let raw = read.sign("msg_1", now(), body).post(body.to_vec(), now());
        assert!(signing::check(&raw, &[read]).is_ok() || body.len() > RawWebhook::LARGEST);
        assert!(signing::check(&raw, &keys).is_err());
    }
}

/// What a browser comes back with: `name=value&name=value`, decoded already.
pub(crate) fn returned(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (name.to_owned(), value.to_owned())
    };
    let pairs: Vec<(String, String)> = text.split('&').map(pair).collect();
    let twice = |name: &str| pairs.iter().filter(|(n, _)| n == name).count() > 1;
    let params = ReturnParams::query(pairs.clone());
    match stripe().returned(&params) {
        Some(Lookup::Session(id)) => {
            assert!(
                id.as_str().starts_with("cs_") && is_name(id.as_str()),
                "{id:?}"
            );
            assert!(!twice("session_id"));
        }
        None => {}
        other => panic!("{other:?}"),
    }
    match helcim().returned(&params) {
        Some(Lookup::Payment(id)) => assert!(is_number(id.as_str()), "{id:?}"),
        Some(Lookup::Session(id)) => {
            let id = id.as_str();
            assert!(
                portal_core::uuid::Uuid::parse_str(id).is_ok() && id.len() == 36,
                "{id}"
            );
        }
        None => {}
        other => panic!("{other:?}"),
    }
    let at_the_sim = sim().returned(&params);
    assert!(at_the_sim.is_none() || !twice("session"));
    assert_eq!(
        manual().returned(&params),
        None,
        "nobody comes back from a bank"
    );
}

/// The same message with one thing about it changed is nobody's.
fn spoiled(provider: &dyn PaymentProvider, mut raw: RawWebhook) {
    raw.body.push(b' ');
    let no = at_once(provider.receive(&raw));
    assert!(
        matches!(no, Err(WebhookError::BadSignature | WebhookError::TooLarge)),
        "{no:?}"
    );
}

/// Errors may be logged: nothing of the body is in them.
fn says_little(taken: &Result<WebhookBatch, WebhookError>) {
    if let Err(error) = taken {
        assert!(error.to_string().len() < 80, "{error}");
    }
}

fn in_two(input: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    )
}

/// Nothing in it can leave its place in an address.
fn is_name(id: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    !id.is_empty() && id.len() <= 255 && id.bytes().all(letter)
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn posted(headers: Vec<(&str, Vec<u8>)>, body: &[u8]) -> RawWebhook {
    let headers = headers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    RawWebhook::new(headers.collect(), body.to_vec(), now())
}

fn stripe_signed(body: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut mac = Hmac::<Sha256>::new_from_slice(STRIPE_SECRET.as_bytes()).unwrap();
    mac.update(format!("{}.", now().timestamp()).as_bytes());
    mac.update(body);
    let mut hex = String::new();
    for byte in mac.finalize().into_bytes() {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}

fn secret(shown: &str) -> WebhookSecret {
    WebhookSecret::read("fuzz", &shown.into()).unwrap()
}

fn stripe() -> Stripe {
    let config = StripeConfig::new("sk_test_1".into(), Merchant::test("acct_1"))
        .checking_webhooks_with(STRIPE_SECRET.into());
    Stripe::new(config, Arc::new(Nobody), Arc::new(SystemClock)).unwrap()
}

fn helcim() -> Helcim {
    let (merchant, ip) = (Merchant::test("acme"), [192, 0, 2, 1].into());
    let config = HelcimConfig::new(merchant, Country::Canada, "token".into(), ip)
        .verified_by(&VERIFIER.into())
        .unwrap();
    Helcim::new(config, Arc::new(Nobody), Arc::new(SystemClock)).unwrap()
}

fn sim() -> Sim {
    Sim::for_demonstration_only(Arc::new(SystemClock))
}

fn manual() -> Manual {
    Manual::new(Merchant::test("acme"), PaymentLimits::none(), "Pay to …")
}

/// Whoever is only told something asks nobody.
#[derive(Debug)]
struct Nobody;

#[async_trait]
impl HttpClient for Nobody {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        panic!("a stranger made us ask {}", request.uri())
    }
}

/// None of this waits for anything.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("it waits for something"),
    }
}
