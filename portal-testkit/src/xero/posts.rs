//! What Xero posts, signed as it signs.
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use portal_core::{Clock as _, payment::RawWebhook};
use sha2::Sha256;
use uuid::Uuid;

use super::{FakeXero, json::Json};
use crate::fakes::locked;

/// Something happened to a document or a contact. There is none for payments.
#[derive(Debug, Clone)]
pub(super) struct Event {
    category: &'static str,
    kind: &'static str,
    about: Uuid,
    at: DateTime<Utc>,
    told: bool,
}

impl Event {
    pub(super) fn new(
        category: &'static str,
        kind: &'static str,
        about: Uuid,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            category,
            kind,
            about,
            at,
            told: false,
        }
    }
}

impl FakeXero {
    /// What its webhook posts now: one for each thing that happened since it was asked last, in order.
    #[must_use]
    pub fn posts(&self) -> Vec<RawWebhook> {
        let mut state = locked(&self.state);
        let mut posts = vec![];
        for (n, event) in state.books.events.iter_mut().enumerate() {
            if !std::mem::replace(&mut event.told, true) {
                posts.push(letter(std::slice::from_ref(event), n + 1, Self::TENANT));
            }
        }
        drop(state);
        posts.iter().map(|body| self.signed(body)).collect()
    }

    /// Everything that ever happened, in one post: what comes after a receiver was away.
    #[must_use]
    pub fn post_of_all(&self) -> RawWebhook {
        let body = letter(&locked(&self.state).books.events, 1, Self::TENANT);
        self.signed(&body)
    }

    /// A post about an invoice of another organisation, which the same app is connected to.
    #[must_use]
    pub fn post_of_a_stranger(&self) -> RawWebhook {
        let event = Event::new("INVOICE", "UPDATE", Uuid::from_u128(0x51), self.clock.now());
        self.signed(&letter(&[event], 1, &Uuid::from_u128(0x52).to_string()))
    }

    /// What Xero posts to find out whether signatures are checked: each, and whether it is to be taken.
    #[must_use]
    pub fn intent_to_receive(&self) -> Vec<(RawWebhook, bool)> {
        let body = r#"{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "S0m3r4Nd0mt3xt"}"#;
        let wrong = |key: &str| self.signed_by(body, key);
        vec![
            (self.signed(body), true),
            (wrong("another key"), false),
            (wrong(""), false),
            (self.signed(body), true),
        ]
    }

    /// This body, signed with the key in use.
    #[must_use]
    pub fn signed(&self, body: &str) -> RawWebhook {
        self.signed_by(body, Self::WEBHOOK_KEY)
    }

    /// This body, signed with this key: for what Xero would not post.
    #[must_use]
    pub fn signed_by(&self, body: &str, key: &str) -> RawWebhook {
        let mut code = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        code.update(body.as_bytes());
        let signature = STANDARD.encode(code.finalize().into_bytes());
        let headers = vec![("x-xero-signature".to_owned(), signature.into_bytes())];
        RawWebhook::new(headers, body.as_bytes().to_vec(), self.clock.now())
    }
}

fn letter(events: &[Event], first: usize, tenant: &str) -> String {
    let one = |event: &Event| {
        let path = if event.category == "CONTACT" {
            "Contacts"
        } else {
            "Invoices"
        };
        let url = format!("https://api.xero.com/api.xro/2.0/{path}/{}", event.about);
        Json::Map(vec![
            ("resourceUrl", Json::text(url)),
            ("resourceId", Json::text(event.about)),
            (
                "eventDateUtc",
                Json::text(event.at.format("%Y-%m-%dT%H:%M:%S%.3f")),
            ),
            ("eventType", Json::text(event.kind)),
            ("eventCategory", Json::text(event.category)),
            ("tenantId", Json::text(tenant)),
            ("tenantType", Json::text("ORGANISATION")),
        ])
    };
    let last = first + events.len() - 1;
    let body = Json::Map(vec![
        ("events", Json::List(events.iter().map(one).collect())),
        ("firstEventSequence", Json::Raw(first.to_string())),
        ("lastEventSequence", Json::Raw(last.to_string())),
        ("entropy", Json::text("VQPXWDXAECIBHHPAETSC")),
    ]);
    body.to_string()
}
