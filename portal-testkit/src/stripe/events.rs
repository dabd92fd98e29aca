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
        let mut mac = Hmac::<Sha256>::new_from_slice(Self::WEBHOOK_SECRET.as_bytes()).unwrap();
        mac.update(format!("{}.", self.now()).as_bytes());
        mac.update(&body);
        let signature = mac.finalize().into_bytes();
        let mut header = format!("t={},v1=", self.now());
        for byte in signature {
            header.push(char::from_digit(u32::from(byte >> 4), 16).unwrap());
            header.push(char::from_digit(u32::from(byte & 15), 16).unwrap());
        }
        let headers = vec![("Stripe-Signature".to_owned(), header.into_bytes())];
        RawWebhook::new(headers, body, self.clock.now())
    }
}
