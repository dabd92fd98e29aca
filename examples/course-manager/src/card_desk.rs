use async_trait::async_trait;
use portal_core::{
    Currency,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        BeginPayment, Begun, Found, Lookup, Merchant, PayStyle, PaymentLimits, PaymentProvider,
        ProviderTraits, RawWebhook, ReturnParams, WebhookBatch, WebhookError,
    },
    rust_decimal::Decimal,
};

/// A provider that is there so that Pay is offered, up to 5,000 EUR. A real one comes from `portal-payments`.
#[derive(Debug)]
pub(crate) struct CardDesk {
    merchant: Merchant,
    traits: ProviderTraits,
}

impl CardDesk {
    pub(crate) fn taking(currency: Currency) -> Self {
        let limits = PaymentLimits::only(vec![currency]).up_to(Decimal::from(5_000));
        Self {
            merchant: Merchant::test("card-desk"),
            traits: ProviderTraits::new(limits, PayStyle::Redirect),
        }
    }
}

#[async_trait]
impl PaymentProvider for CardDesk {
    fn name(&self) -> &'static str {
        "card-desk"
    }

    fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    async fn begin(&self, _: &BeginPayment) -> Result<Begun, AdapterError> {
        Err(not_here("begin"))
    }

    async fn look_up(&self, _: &Lookup) -> Result<Found, AdapterError> {
        Err(not_here("look_up"))
    }

    fn returned(&self, _: &ReturnParams) -> Option<Lookup> {
        None
    }

    async fn receive(&self, _: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        Err(WebhookError::NotConfigured)
    }
}

fn not_here(operation: &'static str) -> AdapterError {
    AdapterError::new(
        AdapterErrorKind::Misconfigured,
        Disposition::NeverSent,
        "card-desk",
        operation,
        "payments are not taken in this demo: wire a provider of portal-payments",
    )
}
