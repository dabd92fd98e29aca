use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    Currency,
    adapter::AdapterError,
    payment::{
        BeginPayment, Begun, Found, Lookup, Merchant, NextStep, PayStyle, PaymentLimits,
        PaymentProvider, PaymentVault, ProviderTraits, RawWebhook, ReturnParams, SessionRef,
        WebhookBatch, WebhookError,
    },
};

use super::vault::AnyVault;

/// A provider that is there: it has limits for rules to read, sends every payer to a page that does not exist, and never hears of them again.
#[derive(Debug, Clone)]
pub struct AnyProvider {
    merchant: Merchant,
    traits: ProviderTraits,
    keeps_cards: bool,
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
            keeps_cards: false,
        }
    }

    /// It keeps one card of everybody's, `card-` and their own key.
    #[must_use]
    pub fn keeping_cards(mut self) -> Self {
        self.keeps_cards = true;
        self
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

    fn vault(&self) -> Option<Arc<dyn PaymentVault>> {
        self.keeps_cards.then(|| Arc::new(AnyVault) as _)
    }
}
