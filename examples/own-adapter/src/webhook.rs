//! What Pennyroyal posts: a reason to look, never an amount to believe.
use hmac::{Hmac, KeyInit as _, Mac as _};
use portal_core::{
    chrono::{DateTime, Utc},
    payment::{
        EventRef, Lookup, PaymentRef, RawWebhook, WebhookBatch, WebhookError, WebhookEvent,
        WebhookSubject,
    },
    secrecy::{ExposeSecret as _, SecretString},
};
use serde::Deserialize;
use sha2::Sha256;

use super::{PennyroyalConfig, request::is_id, response::Mode};

/// How far Pennyroyal's clock and ours may be apart, in seconds, either way.
const TOLERANCE: u64 = 300;

#[derive(Deserialize)]
struct Event {
    id: String,
    account: String,
    mode: Mode,
    #[serde(rename = "type")]
    kind: String,
    payment: Option<String>,
    at: Option<DateTime<Utc>>,
}

pub(crate) fn receive(
    raw: &RawWebhook,
    config: &PennyroyalConfig,
) -> Result<WebhookBatch, WebhookError> {
    if raw.body.len() > RawWebhook::LARGEST {
        return Err(WebhookError::TooLarge);
    }
    if config.webhook_secrets.is_empty() {
        return Err(WebhookError::NotConfigured);
    }
    verify(raw, &config.webhook_secrets)?;
    let malformed = |why: &str| WebhookError::Malformed(why.to_owned());
    // Serde's own text may quote the body.
    let event: Event =
        serde_json::from_slice(&raw.body).map_err(|_| malformed("it is no event"))?;
    let merchant = &config.merchant;
    if event.account != *merchant.account || event.mode.is_live() != merchant.live {
        return Err(WebhookError::WrongMerchant);
    }
    let about = if event.kind.starts_with("payment.") {
        let payment = event.payment.filter(|id| is_id(id));
        let payment = payment.ok_or_else(|| malformed("it names no payment"))?;
        WebhookSubject::Payment(Lookup::Payment(PaymentRef::new(payment)))
    } else {
        WebhookSubject::Ignored { kind: event.kind }
    };
    let event = WebhookEvent::new(EventRef::new(event.id), about).at(event.at);
    Ok(WebhookBatch::new(vec![event]))
}

/// The time and the bytes are signed, as they came. Nothing is parsed before this is through but the time itself.
fn verify(raw: &RawWebhook, secrets: &[SecretString]) -> Result<(), WebhookError> {
    let at = raw.one("pennyroyal-timestamp")?;
    let signature = unhex(raw.one("pennyroyal-signature")?).ok_or(WebhookError::NoSignature)?;
    let right = |secret: &SecretString| {
        let key = secret.expose_secret().as_bytes();
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
            return false;
        };
        mac.update(at.as_bytes());
        mac.update(b".");
        mac.update(&raw.body);
        // In the same time, wherever it differs.
        mac.verify_slice(&signature).is_ok()
    };
    if !secrets.iter().any(right) {
        return Err(WebhookError::BadSignature);
    }
    let at: i64 = at.parse().map_err(|_| WebhookError::NoSignature)?;
    if raw.received_at.timestamp().abs_diff(at) > TOLERANCE {
        return Err(WebhookError::Stale);
    }
    Ok(())
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
