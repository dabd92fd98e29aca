use async_trait::async_trait;
use portal_core::{
    adapter::AdapterError,
    payment::{
        Attempt, BeginPayment, Begun, Fetching, Finding, Found, Lookup, Merchant, NextStep,
        Observation, PayStyle, PaymentLimits, PaymentProvider, PaymentRef, PaymentState,
        ProviderTraits, RawWebhook, ReturnParams, SessionRef, WebhookBatch, WebhookError,
    },
};
use portal_testkit::facts::{eur, today};

/// A provider that answers at once: every page it opened has been paid on.
#[derive(Debug)]
pub(super) struct AtOnce {
    merchant: Merchant,
    traits: ProviderTraits,
}

impl AtOnce {
    pub(super) const NAME: &str = "at-once";

    pub(super) fn new() -> Self {
        let limits = PaymentLimits::none();
        Self {
            merchant: Merchant::test("bench"),
            traits: ProviderTraits::new(limits, PayStyle::Redirect)
                .fetching(Fetching::Payment)
                .finding(Finding::AtOnce),
        }
    }
}

#[async_trait]
impl PaymentProvider for AtOnce {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError> {
        let session = payment.attempt.to_string();
        let url = format!("https://pay.example/{session}");
        Ok(Begun::new(
            SessionRef::new(session),
            NextStep::Redirect { url },
        ))
    }

    async fn look_up(&self, what: &Lookup) -> Result<Found, AdapterError> {
        let Lookup::Session(session) = what else {
            return Ok(Found::Nothing);
        };
        let attempt = session.as_str().parse().ok().map(Attempt);
        let payment = PaymentRef::new(format!("pay_{session}"));
        let (merchant, paid) = (self.merchant.clone(), PaymentState::Succeeded);
        let seen = Observation::new(merchant, payment, paid, eur(120_00), today());
        Ok(Found::Payment(Box::new(seen.of(attempt))))
    }

    fn returned(&self, params: &ReturnParams) -> Option<Lookup> {
        Some(Lookup::Session(SessionRef::new(params.one("session")?)))
    }

    async fn receive(&self, _: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        Err(WebhookError::NotConfigured)
    }
}
