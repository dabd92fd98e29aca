use async_trait::async_trait;
use portal_core::{
    Currency,
    adapter::AdapterError,
    payment::{BeginPayment, PaymentLimits, PaymentProvider, PaymentStatus, PaymentStep},
};
use uuid::Uuid;

/// A provider that is there: it has limits for rules to read, sends every payer to a page that does not exist, and never hears of them again.
#[derive(Debug, Clone)]
pub struct AnyProvider {
    limits: PaymentLimits,
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
        Self { limits }
    }
}

#[async_trait]
impl PaymentProvider for AnyProvider {
    fn name(&self) -> &'static str {
        "any"
    }

    fn limits(&self) -> PaymentLimits {
        self.limits.clone()
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<PaymentStep, AdapterError> {
        Ok(PaymentStep::Redirect {
            to: format!("https://pay.example/{}", payment.attempt),
            reference: payment.attempt.to_string(),
        })
    }

    async fn look_up(&self, _: Uuid) -> Result<PaymentStatus, AdapterError> {
        Ok(PaymentStatus::Pending)
    }
}
