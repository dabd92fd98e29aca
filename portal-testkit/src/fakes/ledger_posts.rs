//! What the books in memory post, and how it is told from what anybody else posts.
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    accounting::{DocumentRef, LedgerWebhook, LedgerWebhooks},
    payment::{Ack, RawWebhook, WebhookError},
};

use super::AnyLedger;

const SEAL: &str = "any-seal";
const SENT: &str = "any-sent";
const GENUINE: &str = "from the books";

impl AnyLedger {
    /// What these books post about these documents, sent at this instant; about none, it is how they ask whether seals are looked at.
    #[must_use]
    pub fn post_about(&self, documents: &[DocumentRef], at: DateTime<Utc>) -> RawWebhook {
        let body: Vec<_> = documents.iter().map(DocumentRef::as_str).collect();
        let headers = vec![
            (SEAL.to_owned(), GENUINE.as_bytes().to_vec()),
            (SENT.to_owned(), at.to_rfc3339().into_bytes()),
        ];
        RawWebhook::new(headers, body.join("\n").into_bytes(), at)
    }

    /// The same with somebody else's seal.
    #[must_use]
    pub fn forged_post_about(&self, documents: &[DocumentRef], at: DateTime<Utc>) -> RawWebhook {
        let mut post = self.post_about(documents, at);
        for (name, value) in &mut post.headers {
            if name == SEAL {
                *value = b"from nobody".to_vec();
            }
        }
        post
    }
}

#[async_trait]
impl LedgerWebhooks for AnyLedger {
    async fn receive(&self, raw: &RawWebhook) -> Result<LedgerWebhook, WebhookError> {
        if raw.one(SEAL)? != GENUINE {
            return Err(WebhookError::BadSignature);
        }
        let sent = DateTime::parse_from_rfc3339(raw.one(SENT)?);
        let sent = sent.map_err(|_| WebhookError::NoSignature)?;
        if raw.received_at - sent.to_utc() > TimeDelta::minutes(5) {
            return Err(WebhookError::Stale);
        }
        let body = str::from_utf8(&raw.body);
        let body = body.map_err(|_| WebhookError::Malformed("it is no text".to_owned()))?;
        let touched = body.lines().map(DocumentRef::new).collect();
        Ok(LedgerWebhook::new(touched, Ack::new(202, "heard")))
    }
}
