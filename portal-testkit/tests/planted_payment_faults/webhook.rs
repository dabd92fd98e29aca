//! What Acme Pay posts.
use portal_core::payment::{
    EventRef, Lookup, PaymentRef, RawWebhook, WebhookBatch, WebhookError, WebhookEvent,
    WebhookSubject,
};

use super::{
    adapter::Acme,
    fault::Fault as F,
    provider::{NEXT_SECRET, SECRET, pairs, signature},
};

impl Acme {
    pub(crate) fn read_post(&self, raw: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        self.check(raw)?;
        let odd = || WebhookError::Malformed("it is no event".to_owned());
        let text = str::from_utf8(&raw.body).map_err(|_| odd())?;
        let said = pairs(text.trim());
        let of = |name: &str| said.get(name).copied().ok_or_else(odd);
        let (event, kind) = (of("event")?, of("kind")?);
        let other = of("account")? != "acme" && !self.has(F::TakesAnyAccount);
        if other || (of("live")? != "no" && !self.has(F::TakesAnyMode)) {
            return Err(WebhookError::WrongMerchant);
        }
        let event = if self.has(F::NamesEventsByTheirTime) {
            EventRef::new(raw.received_at.timestamp().to_string())
        } else {
            EventRef::new(event)
        };
        let about = match kind {
            "payment" => WebhookSubject::Payment(Lookup::Payment(PaymentRef::new(of("payment")?))),
            _ if self.has(F::RefusesWhatItDoesNotKnow) => return Err(odd()),
            other => WebhookSubject::Ignored {
                kind: other.to_owned(),
            },
        };
        let mut event = WebhookEvent::new(event, about);
        if kind == "payment" && self.is_told() {
            event = event.saying(self.observed(&raw.body).map_err(|_| odd())?);
        }
        Ok(WebhookBatch::new(vec![event]))
    }

    fn check(&self, raw: &RawWebhook) -> Result<(), WebhookError> {
        if raw.body.len() > RawWebhook::LARGEST && !self.has(F::ReadsEverything) {
            return Err(WebhookError::TooLarge);
        }
        let header = if self.has(F::TakesTheFirstHeader) {
            let first = raw
                .headers
                .iter()
                .find(|(name, _)| name == "acme-signature");
            let first = first.and_then(|(_, value)| str::from_utf8(value).ok());
            first.ok_or(WebhookError::NoSignature)?
        } else {
            raw.one("acme-signature")?
        };
        let parts = header
            .strip_prefix("t=")
            .and_then(|rest| rest.split_once(",s="));
        let (at, given) = parts.ok_or(WebhookError::NoSignature)?;
        let at: i64 = at.parse().map_err(|_| WebhookError::NoSignature)?;
        let body = if self.has(F::SignsWhatItMeans) {
            raw.body.trim_ascii()
        } else {
            &raw.body
        };
        let now = raw.received_at.timestamp();
        let secrets: &[&str] = if self.has(F::KnowsOneSecret) {
            &[SECRET]
        } else {
            &[SECRET, NEXT_SECRET]
        };
        let matches = |secret: &&str| {
            let right = signature(secret, at, body);
            if self.has(F::ComparesHalfASignature) {
                return given.get(..16) == right.get(..16);
            }
            given == right
        };
        if !secrets.iter().any(matches) {
            return Err(WebhookError::BadSignature);
        }
        if now.abs_diff(at) > 300 && !self.has(F::IgnoresTheTime) {
            return Err(WebhookError::Stale);
        }
        Ok(())
    }
}
