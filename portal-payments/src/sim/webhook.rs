use chrono::{DateTime, Utc};
use portal_core::payment::{
    EventRef, Lookup, PaymentRef, RawWebhook, WebhookBatch, WebhookError, WebhookEvent,
    WebhookSubject,
};
use secrecy::SecretString;

use crate::signing::{WebhookSecret, check};

pub(super) fn post(name: &str, body: &str, now: DateTime<Utc>) -> RawWebhook {
    let body = body.as_bytes().to_vec();
    match secret() {
        Ok(secret) => secret.sign(name, now, &body).post(body, now),
        Err(_) => RawWebhook::new(vec![], body, now),
    }
}

pub(super) fn receive(raw: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
    let secret = secret()?;
    let name = EventRef::new(check(raw, &[secret])?);
    let about = str::from_utf8(&raw.body)
        .ok()
        .and_then(|body| body.strip_prefix(r#"{"payment":""#)?.strip_suffix(r#""}"#))
        .ok_or_else(|| WebhookError::Malformed("its payment".to_owned()))?;
    let about = WebhookSubject::Payment(Lookup::Payment(PaymentRef::new(about)));
    Ok(WebhookBatch::new(vec![WebhookEvent::new(name, about)]))
}

fn secret() -> Result<WebhookSecret, portal_core::adapter::AdapterError> {
    WebhookSecret::read(super::NAME, &SecretString::from(super::Sim::WEBHOOK_SECRET))
}
