//! What Stripe posts: a reason to look, never an amount to believe.
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use portal_core::payment::{
    EventRef, Lookup, PayerRef, PaymentRef, RawWebhook, SessionRef, WebhookBatch, WebhookError,
    WebhookEvent, WebhookSubject,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::Sha256;

use super::{
    config::{StripeConfig, is_name},
    response::{Expandable, Named},
};

/// What the webhook endpoint should be subscribed to.
pub const EVENTS: &[&str] = &[
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.refunded",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.deleted",
    "customer.updated",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.succeeded",
    "payment_method.attached",
    "payment_method.automatically_updated",
    "payment_method.detached",
    "payment_method.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "setup_intent.setup_failed",
    "setup_intent.succeeded",
];

/// How far Stripe's clock and ours may be apart, either way.
const TOLERANCE: u64 = 300;

#[derive(Deserialize)]
struct Event {
    id: String,
    object: String,
    livemode: bool,
    account: Option<String>,
    created: Option<i64>,
    #[serde(rename = "type")]
    kind: String,
    data: Content,
}

#[derive(Deserialize)]
struct Content {
    object: Subject,
    previous_attributes: Option<Before>,
}

#[derive(Deserialize)]
struct Subject {
    id: Option<String>,
    customer: Option<Expandable<Named>>,
    payment_intent: Option<Expandable<Named>>,
}

#[derive(Deserialize)]
struct Before {
    customer: Option<Expandable<Named>>,
}

pub(super) fn receive(
    raw: &RawWebhook,
    config: &StripeConfig,
) -> Result<WebhookBatch, WebhookError> {
    if raw.body.len() > RawWebhook::LARGEST {
        return Err(WebhookError::TooLarge);
    }
    if config.webhook_secrets.is_empty() {
        return Err(WebhookError::NotConfigured);
    }
    let header = raw.one("stripe-signature")?;
    verify(header, &raw.body, &config.webhook_secrets, raw.received_at)?;
    // Serde's own text may quote the body.
    let event: Event = serde_json::from_slice(&raw.body)
        .map_err(|_| WebhookError::Malformed("it is no event".to_owned()))?;
    if event.object != "event" || !is_name(&event.id) {
        return Err(WebhookError::Malformed("it is no event".to_owned()));
    }
    if event.livemode != config.merchant.live || event.account != config.connected {
        return Err(WebhookError::WrongMerchant);
    }
    let at = event.created.and_then(|at| DateTime::from_timestamp(at, 0));
    let name = EventRef::new(event.id.as_str());
    Ok(WebhookBatch::new(vec![
        WebhookEvent::new(name, about(event)).at(at),
    ]))
}

/// Checks the signature over the bytes as they came.
fn verify(
    header: &str,
    body: &[u8],
    secrets: &[SecretString],
    now: DateTime<Utc>,
) -> Result<(), WebhookError> {
    let (signed_at, signatures) = parts(header).ok_or(WebhookError::NoSignature)?;
    let matches = |secret: &SecretString, signature: &[u8]| {
        // HMAC takes keys of any length.
        Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).is_ok_and(|mut mac| {
            mac.update(signed_at.as_bytes());
            mac.update(b".");
            mac.update(body);
            mac.verify_slice(signature).is_ok()
        })
    };
    let any = |signature: &Vec<u8>| secrets.iter().any(|secret| matches(secret, signature));
    if !signatures.iter().any(any) {
        return Err(WebhookError::BadSignature);
    }
    let seconds: i64 = signed_at.parse().map_err(|_| WebhookError::NoSignature)?;
    if now.timestamp().abs_diff(seconds) > TOLERANCE {
        return Err(WebhookError::Stale);
    }
    Ok(())
}

/// The timestamp, as it was signed, and every signature of the scheme that counts.
fn parts(header: &str) -> Option<(&str, Vec<Vec<u8>>)> {
    let mut signed_at = None;
    let mut signatures = vec![];
    for part in header.split(',') {
        match part.trim().split_once('=')? {
            ("t", _) if signed_at.is_some() => return None,
            ("t", at) => signed_at = Some(at),
            ("v1", signature) => signatures.push(unhex(signature)?),
            // Other schemes are of other times.
            _ => {}
        }
    }
    // More than a rotation needs is somebody else's guessing.
    let signed_at = signed_at.filter(|_| (1..=16).contains(&signatures.len()))?;
    Some((signed_at, signatures))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    let pairs = text.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| match pair {
        [high, low] => Some((digit(*high)? << 4) | digit(*low)?),
        _ => None,
    });
    bytes.collect()
}

fn about(event: Event) -> WebhookSubject {
    let Event { kind, data, .. } = event;
    let Content {
        object,
        previous_attributes: before,
    } = data;
    let name = object.id.filter(|id| is_name(id));
    let id = |named: Option<Expandable<Named>>| named.map(|named| named.id().to_owned());
    let known = EVENTS.contains(&kind.as_str()) || kind == "charge.refund.updated";
    let subject = match kind.split('.').next() {
        _ if !known => None,
        Some("checkout") => name
            .filter(|id| id.starts_with("cs_"))
            .map(|id| WebhookSubject::Payment(Lookup::Session(SessionRef::new(id)))),
        Some("payment_intent") => payment(name),
        Some("charge" | "refund") => payment(id(object.payment_intent)),
        Some("customer") => payer(name),
        Some("setup_intent") => payer(id(object.customer)),
        // A method that was taken from a customer names them no more, but says that it did.
        Some("payment_method") => {
            let customer = id(object.customer);
            payer(customer.or_else(|| id(before?.customer)))
        }
        _ => None,
    };
    subject.unwrap_or(WebhookSubject::Ignored { kind })
}

fn payment(id: Option<String>) -> Option<WebhookSubject> {
    let id = id.filter(|id| id.starts_with("pi_") && is_name(id))?;
    Some(WebhookSubject::Payment(Lookup::Payment(PaymentRef::new(
        id,
    ))))
}

fn payer(id: Option<String>) -> Option<WebhookSubject> {
    let id = id.filter(|id| id.starts_with("cus_") && is_name(id))?;
    Some(WebhookSubject::Methods(PayerRef::new(id)))
}

#[cfg(test)]
mod tests;
