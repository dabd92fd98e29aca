//! A payment adapter of your own, to copy from. `docs/writing-a-payment-adapter.md` leads through it.
//!
//! Pennyroyal is invented. The payer pays on its page; it is asked by JSON with a bearer key; amounts are decimal text with two decimals at most; whatever is made carries a
//! `reference` of ours, and a second one under the same reference is answered with 409 and the first; it posts signed reasons to look.
//!
//! Nothing here knows more of the portal than its port: the crate needs `portal-core`, and `portal-testkit` to prove itself.
mod amount;
mod answer;
mod config;
mod observe;
mod refunds;
mod request;
mod response;
mod webhook;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use portal_core::{
    Clock,
    adapter::AdapterError,
    http::{Bytes, HttpClient, Request},
    payment::{
        BeginPayment, Begun, Fetching, Finding, Found, Lookup, Merchant, NextStep, PayStyle,
        PaymentLimits, PaymentProvider, PaymentRef, ProviderTraits, RawWebhook, Refunds, Repeats,
        ReturnParams, SessionRef, WebhookBatch, WebhookError, Webhooks,
    },
};
use serde::de::DeserializeOwned;

pub use config::PennyroyalConfig;

use answer::{Answer, contradicts, not_sent};
use response::{Hits, Payment};

const NAME: &str = "pennyroyal";

/// Takes payments through Pennyroyal.
#[derive(Debug, Clone)]
pub struct Pennyroyal {
    wire: Arc<Wire>,
    traits: ProviderTraits,
}

/// What every part of the adapter needs to ask something.
#[derive(Debug)]
struct Wire {
    config: PennyroyalConfig,
    http: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
}

impl Pennyroyal {
    /// An adapter for this account, over this client.
    ///
    /// # Errors
    /// [`Misconfigured`](portal_core::adapter::AdapterErrorKind::Misconfigured), where the key is of the other mode than the account.
    pub fn new(
        config: PennyroyalConfig,
        http: Arc<dyn HttpClient>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AdapterError> {
        let config = config.checked()?;
        let webhooks = if config.webhook_secrets.is_empty() {
            Webhooks::None
        } else {
            Webhooks::SignedPing
        };
        let limits = PaymentLimits::only(amount::currencies()).up_to(50_000.into());
        let traits = ProviderTraits::new(limits, PayStyle::Redirect)
            .fetching(Fetching::Payment)
            .finding(Finding::AtOnce)
            .webhooks(webhooks)
            .repeats(Repeats::For(Duration::from_hours(24 * 180)))
            .session_lifetime(Duration::from_hours(1));
        let wire = Arc::new(Wire {
            config,
            http,
            clock,
        });
        Ok(Self { wire, traits })
    }
}

#[async_trait]
impl PaymentProvider for Pennyroyal {
    fn name(&self) -> &'static str {
        NAME
    }

    fn merchant(&self) -> &Merchant {
        &self.wire.config.merchant
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError> {
        if !self.traits.limits.accept(payment.amount) {
            return Err(not_sent("begin", "the account takes no such amount"));
        }
        let request = request::open_page(&self.wire.config, payment)?;
        let opened: Payment = self.wire.ask("begin", request).await?.or_error("begin")?;
        let seen = self.wire.observe("begin", &opened)?;
        if seen.attempt != Some(payment.attempt) || seen.requested != Some(payment.amount) {
            return Err(contradicts("begin", "it is of another attempt or amount"));
        }
        if !opened.page_url.starts_with(&self.wire.config.pages) {
            return Err(contradicts("begin", "its page is not Pennyroyal's"));
        }
        let session = SessionRef::new(opened.id);
        let next = NextStep::Redirect {
            url: opened.page_url,
        };
        Ok(Begun::new(session, next).until(Some(opened.closes_at)))
    }

    async fn look_up(&self, what: &Lookup) -> Result<Found, AdapterError> {
        let found = match what {
            Lookup::Payment(payment) => self.wire.payment(payment.as_str()).await?,
            Lookup::Session(session) => self.wire.payment(session.as_str()).await?,
            Lookup::Attempt { attempt, .. } => {
                let request = request::find(&self.wire.config, *attempt)?;
                let hits: Hits = self
                    .wire
                    .ask("look up", request)
                    .await?
                    .or_error("look up")?;
                hits.one()?
            }
            _ => return Err(not_sent("look up", "Pennyroyal cannot be asked that")),
        };
        let Some(found) = found else {
            return Ok(Found::Nothing);
        };
        let seen = self.wire.observe("look up", &found)?;
        Ok(Found::Payment(Box::new(seen)))
    }

    fn returned(&self, params: &ReturnParams) -> Option<Lookup> {
        let id = params.one("payment").filter(|id| request::is_id(id))?;
        Some(Lookup::Payment(PaymentRef::new(id)))
    }

    async fn receive(&self, raw: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        webhook::receive(raw, &self.wire.config)
    }

    fn refunds(&self) -> Option<Arc<dyn Refunds>> {
        Some(Arc::new(refunds::PayingBack(Arc::clone(&self.wire))))
    }
}

impl Wire {
    /// One request, one answer.
    async fn ask<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: Request<Bytes>,
    ) -> Result<Answer<T>, AdapterError> {
        let sent = self.http.send(request).await;
        let response = sent.map_err(|lost| answer::lost(operation, lost))?;
        answer::read(operation, &response)
    }

    /// The payment of this name, if it is one.
    async fn payment(&self, id: &str) -> Result<Option<Payment>, AdapterError> {
        if !request::is_id(id) {
            return Ok(None);
        }
        let request = request::payment(&self.config, id)?;
        let found: Payment = match self.ask("look up", request).await? {
            Answer::Done(found) => found,
            Answer::Refused(no) if no.is_missing() => return Ok(None),
            Answer::Refused(no) => return Err(no.into_error("look up")),
        };
        if found.id != id {
            return Err(contradicts("look up", "it is another payment"));
        }
        Ok(Some(found))
    }
}
