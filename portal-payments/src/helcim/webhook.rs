//! Helcim's webhook: a signed id, and nothing else.
use portal_core::payment::{
    EventRef, Lookup, PaymentRef, RawWebhook, WebhookBatch, WebhookError, WebhookEvent,
    WebhookSubject,
};
use serde::Deserialize;

use crate::signing::{self, WebhookSecret};

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    id: Option<String>,
    #[serde(rename = "type")]
    kind: String,
}

pub(super) fn receive(
    raw: &RawWebhook,
    secrets: &[WebhookSecret],
) -> Result<WebhookBatch, WebhookError> {
    let name = EventRef::new(signing::check(raw, secrets)?);
    let event: Event = serde_json::from_slice(&raw.body)
        .map_err(|e| WebhookError::Malformed(format!("at {}:{}", e.line(), e.column())))?;
    let about = match (event.kind.as_str(), event.id) {
        ("cardTransaction", Some(id)) if super::is_number(&id) => {
            WebhookSubject::Payment(Lookup::Payment(PaymentRef::new(id)))
        }
        ("cardTransaction", _) => {
            return Err(WebhookError::Malformed("its id".to_owned()));
        }
        (kind, _) => WebhookSubject::Ignored {
            kind: kind.to_owned(),
        },
    };
    Ok(WebhookBatch::new(vec![WebhookEvent::new(name, about)]))
}
