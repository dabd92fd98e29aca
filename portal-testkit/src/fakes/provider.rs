use async_trait::async_trait;
use portal_core::{
    Currency,
    adapter::AdapterError,
    payment::{
        BeginPayment, Begun, Found, Lookup, Merchant, NextStep, PayStyle, PaymentLimits,
        PaymentProvider, ProviderTraits, RawWebhook, ReturnParams, SessionRef, WebhookBatch,
        WebhookError,
    },
};

/// A provider that is there: it has limits for rules to read, sends every payer to a page that does not exist, and never hears of them again.
#[derive(Debug, Clone)]
pub struct AnyProvider {
    merchant: Merchant,
    traits: ProviderTraits,
}

impl AnyProvider {
    /// Takes any amount in these currencies.
    #[must_use]
    pub fn taking<const N: usize>(currencies: [&str; N]) -> Self {
        let known: Vec<Currency> = currencies.iter().map(|c| c.parse().unwrap()).collect();
        Self::within(PaymentLimits::only(known))
    }

    /// Takes what these limits allow.
    #[must_use]
    pub fn within(limits: PaymentLimits) -> Self {
        Self {
            merchant: Merchant::test("any"),
            traits: ProviderTraits::new(limits, PayStyle::Redirect),
        }
    }
}

#[async_trait]
impl PaymentProvider for AnyProvider {
    fn name(&self) -> &'static str {
        "any"
    }

    fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError> {
        let url = format!("https://pay.example/{}", payment.attempt);
        let session = SessionRef::new(payment.attempt.to_string());
        Ok(Begun::new(session, NextStep::Redirect { url }))
    }

    async fn look_up(&self, _: &Lookup) -> Result<Found, AdapterError> {
        Ok(Found::Nothing)
    }

    fn returned(&self, params: &ReturnParams) -> Option<Lookup> {
        let session = params.one("session")?;
        Some(Lookup::Session(SessionRef::new(session)))
    }

    async fn receive(&self, _: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        Err(WebhookError::NotConfigured)
    }
}
