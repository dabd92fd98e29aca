use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use portal_core::{Clock as _, payment::RawWebhook};
use serde_json::Value;
use sha2::Sha256;

use super::FakeStripe;
use crate::fakes::locked;

impl FakeStripe {
    /// What Stripe would post now, in order and once each; asking again posts nothing anew. Stripe itself posts some twice and in any order: clone and shuffle.
    #[must_use]
    pub fn webhooks(&self) -> Vec<RawWebhook> {
        let events = std::mem::take(&mut locked(&self.state).books.events);
        events.iter().map(|event| self.posted(event)).collect()
    }

    /// An event as it would be posted, signed as Stripe signs.
    #[must_use]
    pub fn posted(&self, event: &Value) -> RawWebhook {
        let body = event.to_string().into_bytes();
        self.signed_by(&body, self.clock.now(), Self::WEBHOOK_SECRET)
    }

    /// This body, signed with this secret as of then: for what Stripe would not post, or not now.
    #[must_use]
    pub fn signed_by(&self, body: &[u8], at: DateTime<Utc>, secret: &str) -> RawWebhook {
        let seconds = at.timestamp();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{seconds}.").as_bytes());
        mac.update(body);
        let signature = mac.finalize().into_bytes();
        let mut header = format!("t={seconds},v1=");
        for byte in signature {
            header.push(char::from_digit(u32::from(byte >> 4), 16).unwrap());
            header.push(char::from_digit(u32::from(byte & 15), 16).unwrap());
        }
        let headers = vec![("Stripe-Signature".to_owned(), header.into_bytes())];
        RawWebhook::new(headers, body.to_vec(), self.clock.now())
    }
}
