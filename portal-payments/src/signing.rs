//! Webhooks signed as [Standard Webhooks](https://www.standardwebhooks.com) says, which Helcim does, too: check them before anything is parsed.
use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{RawWebhook, WebhookError},
};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::Sha256;

/// How far a message's own time may be from ours, either way.
pub const TOLERANCE: Duration = Duration::minutes(5);

const ID: &str = "webhook-id";
const TIMESTAMP: &str = "webhook-timestamp";
const SIGNATURE: &str = "webhook-signature";

/// A secret that webhooks are signed with.
#[derive(Clone)]
pub struct WebhookSecret(SecretSlice<u8>);

/// The header a signed message goes out with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// The message's name; delivered again it has the same.
    pub id: String,
    /// Seconds since 1970.
    pub timestamp: i64,
    /// `v1,` and the signature.
    pub signature: String,
}

impl WebhookSecret {
    /// Reads one as providers show it: base64, with or without `whsec_` before it.
    ///
    /// # Errors
    /// [`Misconfigured`](AdapterErrorKind::Misconfigured) where it is not base64, or too short to keep anybody out.
    pub fn read(adapter: &'static str, secret: &SecretString) -> Result<Self, AdapterError> {
        let shown = secret.expose_secret().trim();
        let bare = shown.strip_prefix("whsec_").unwrap_or(shown);
        let key = STANDARD.decode(bare).unwrap_or_default();
        if key.len() < 12 {
            return Err(AdapterError::new(
                AdapterErrorKind::Misconfigured,
                Disposition::NeverSent,
                adapter,
                "configure",
                "the webhook secret is not base64 of at least 12 bytes: copy it as the provider shows it",
            ));
        }
        Ok(Self(key.into()))
    }

    /// Signs a message.
    #[must_use]
    pub fn sign(&self, id: &str, at: DateTime<Utc>, body: &[u8]) -> Signed {
        let timestamp = at.timestamp();
        let code = self.code(id, &timestamp.to_string(), body);
        let signature = format!("v1,{}", STANDARD.encode(code.finalize().into_bytes()));
        Signed {
            id: id.to_owned(),
            timestamp,
            signature,
        }
    }

    fn code(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        let key = self.0.expose_secret();
        // HMAC takes a key of any length, so there is no other arm to come to.
        let mut code = Hmac::<Sha256>::new_from_slice(key)
            .unwrap_or_else(|_| Hmac::<Sha256>::new(&hmac::digest::Key::<Hmac<Sha256>>::default()));
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            code.update(part);
        }
        code
    }
}

impl Signed {
    /// As it is posted.
    #[must_use]
    pub fn post(self, body: Vec<u8>, received_at: DateTime<Utc>) -> RawWebhook {
        let headers = vec![
            (ID.to_owned(), self.id.into_bytes()),
            (
                TIMESTAMP.to_owned(),
                self.timestamp.to_string().into_bytes(),
            ),
            (SIGNATURE.to_owned(), self.signature.into_bytes()),
        ];
        RawWebhook::new(headers, body, received_at)
    }
}

/// Whose name a message has, if one of these secrets signed it and it is not old. Any of several signatures may match: secrets are changed without a gap.
///
/// # Errors
/// As [`WebhookError`] says; nothing of the body has been looked at.
pub fn check<'a>(raw: &'a RawWebhook, secrets: &[WebhookSecret]) -> Result<&'a str, WebhookError> {
    if raw.body.len() > RawWebhook::LARGEST {
        return Err(WebhookError::TooLarge);
    }
    if secrets.is_empty() {
        return Err(WebhookError::NotConfigured);
    }
    let (id, timestamp, signatures) = (raw.one(ID)?, raw.one(TIMESTAMP)?, raw.one(SIGNATURE)?);
    let at: i64 = timestamp.parse().map_err(|_| WebhookError::NoSignature)?;
    let age = raw.received_at.timestamp().checked_sub(at);
    if age.is_none_or(|age| age.unsigned_abs() > TOLERANCE.num_seconds().unsigned_abs()) {
        return Err(WebhookError::Stale);
    }
    let given: Vec<Vec<u8>> = signatures
        .split_ascii_whitespace()
        .filter_map(|entry| entry.strip_prefix("v1,"))
        .filter_map(|signature| STANDARD.decode(signature).ok())
        .collect();
    if given.is_empty() {
        return Err(WebhookError::NoSignature);
    }
    // Compared in constant time, every one of them.
    let matching = secrets
        .iter()
        .flat_map(|secret| given.iter().map(move |signature| (secret, signature)))
        .filter(|(secret, signature)| {
            secret
                .code(id, timestamp, &raw.body)
                .verify_slice(signature)
                .is_ok()
        })
        .count();
    if matching == 0 {
        return Err(WebhookError::BadSignature);
    }
    Ok(id)
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}
