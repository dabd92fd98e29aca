//! What Xero posts: a reason to look, never an amount to believe.
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use portal_core::{
    accounting::{DocumentRef, LedgerWebhook},
    payment::{Ack, RawWebhook, WebhookError},
};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use sha2::Sha256;
use uuid::Uuid;

use super::config::XeroConfig;

#[derive(Deserialize)]
struct Post {
    events: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    resource_id: Option<String>,
    #[serde(rename = "eventCategory")]
    category: Option<String>,
    tenant_id: Option<String>,
}

/// Reads a post. One without events is how Xero finds out whether signatures are checked: a good one is answered with 200 like any other, a bad one with 401.
pub(super) fn receive(
    raw: &RawWebhook,
    config: &XeroConfig,
) -> Result<LedgerWebhook, WebhookError> {
    if raw.body.len() > RawWebhook::LARGEST {
        return Err(WebhookError::TooLarge);
    }
    if config.webhook_keys.is_empty() {
        return Err(WebhookError::NotConfigured);
    }
    verify(raw, config)?;
    // Serde's own text may quote the body.
    let post: Post = serde_json::from_slice(&raw.body)
        .map_err(|_| WebhookError::Malformed("it is no post of events".to_owned()))?;
    let mut touched: Vec<DocumentRef> = vec![];
    for event in &post.events {
        let ours = event
            .tenant_id
            .as_deref()
            .is_some_and(|id| id.eq_ignore_ascii_case(&config.tenant));
        let id = event
            .resource_id
            .as_deref()
            .and_then(|id| Uuid::try_parse(id).ok());
        let (true, Some("INVOICE"), Some(id)) = (ours, event.category.as_deref(), id) else {
            // One address serves every organisation, and contacts are looked up when they are needed.
            continue;
        };
        let document = DocumentRef::new(id.to_string());
        if !touched.contains(&document) {
            touched.push(document);
        }
    }
    Ok(LedgerWebhook::new(touched, Ack::new(200, "")))
}

/// Checks the signature over the bytes as they came. The key's own characters are the key: it is not decoded.
fn verify(raw: &RawWebhook, config: &XeroConfig) -> Result<(), WebhookError> {
    let header = raw.one("x-xero-signature")?;
    let signature = STANDARD
        .decode(header.trim())
        .map_err(|_| WebhookError::NoSignature)?;
    let mut keys = config.webhook_keys.iter();
    let matches = keys.any(|key| {
        // HMAC takes keys of any length.
        Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).is_ok_and(|mut mac| {
            mac.update(&raw.body);
            mac.verify_slice(&signature).is_ok()
        })
    });
    matches.then_some(()).ok_or(WebhookError::BadSignature)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    const KEY: &str = "q+xT3stWebhookKey/EXAMPLEonly==";
    const TENANT: &str = "a46fcb6f-2773-40c4-a119-8aa08bca1e8e";
    /// How Xero asks whether signatures are checked, with its signature.
    const HELLO: &str = r#"{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "S0m3r4Nd0mt3xt"}"#;
    const SIGNED: &str = "kN8sMX2TzMuLgLM8C0K2cjiRHsmfwJLhw8SVrBeUCqs=";

    fn config(keys: &[&str]) -> XeroConfig {
        let config = XeroConfig::new(TENANT, "books".into());
        keys.iter().fold(config, |config, key| {
            config.checking_webhooks_with((*key).into())
        })
    }

    fn post(body: &str, signature: &str) -> RawWebhook {
        let headers = vec![("X-Xero-Signature".to_owned(), signature.as_bytes().to_vec())];
        RawWebhook::new(headers, body.as_bytes().to_vec(), DateTime::UNIX_EPOCH)
    }

    fn signed(body: &str) -> RawWebhook {
        let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
        mac.update(body.as_bytes());
        post(body, &STANDARD.encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn the_question_whether_signatures_are_checked_is_answered_as_xero_wants() {
        let good = receive(&post(HELLO, SIGNED), &config(&[KEY])).unwrap();
        assert_eq!(
            (good.touched.len(), good.ack.status, good.ack.body),
            (0, 200, "")
        );
        let bad = |raw: &RawWebhook, config: &XeroConfig| receive(raw, config).unwrap_err();
        let other = config(&["another key"]);
        assert!(matches!(
            bad(&post(HELLO, SIGNED), &other),
            WebhookError::BadSignature
        ));
        let bent = HELLO.replace("S0m3", "S0m4");
        assert!(matches!(
            bad(&post(&bent, SIGNED), &config(&[KEY])),
            WebhookError::BadSignature
        ));
        assert!(matches!(
            bad(&post(HELLO, "%"), &config(&[KEY])),
            WebhookError::NoSignature
        ));
        assert!(matches!(
            bad(&post(HELLO, SIGNED), &config(&[])),
            WebhookError::NotConfigured
        ));
        assert!(receive(&post(HELLO, SIGNED), &config(&["new", KEY])).is_ok());
    }

    #[test]
    fn a_body_is_looked_at_only_once_its_signature_is_right() {
        let bad = receive(&post("{", SIGNED), &config(&[KEY])).unwrap_err();
        assert!(matches!(bad, WebhookError::BadSignature));
        let bad = receive(&signed("{"), &config(&[KEY])).unwrap_err();
        assert!(matches!(bad, WebhookError::Malformed(_)));
    }

    #[test]
    fn invoices_of_our_organisation_are_named_once_each() {
        let event = |category: &str, id: &str, tenant: &str| {
            format!(
                r#"{{"resourceUrl":"https://api.xero.com/x","resourceId":"{id}","eventDateUtc":"2026-01-01T00:00:00.000",
                "eventType":"UPDATE","eventCategory":"{category}","tenantId":"{tenant}","tenantType":"ORGANISATION","more":[]}}"#
            )
        };
        let one = "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f";
        let events = [
            event("INVOICE", one, TENANT),
            event("INVOICE", &one.to_uppercase(), &TENANT.to_uppercase()),
            event("CONTACT", "717f2bfc-c6d4-41fd-b238-3f2f0c0cf777", TENANT),
            event(
                "INVOICE",
                "717f2bfc-c6d4-41fd-b238-3f2f0c0cf777",
                "00000000-0000-0000-0000-000000000001",
            ),
            event("INVOICE", "no-id", TENANT),
            event("SOMETHING-NEW", one, TENANT),
        ];
        let body = format!(
            r#"{{"events":[{}],"firstEventSequence":1,"lastEventSequence":6,"entropy":"x"}}"#,
            events.join(",")
        );
        let read = receive(&signed(&body), &config(&[KEY])).unwrap();
        assert_eq!(read.touched, [DocumentRef::new(one)]);
    }
}
