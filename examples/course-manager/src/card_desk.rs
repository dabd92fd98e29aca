use async_trait::async_trait;
use portal_core::{
    Currency,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{BeginPayment, PaymentLimits, PaymentProvider, PaymentStatus, PaymentStep},
    rust_decimal::Decimal,
};
use uuid::Uuid;

/// A provider that is there so that Pay is offered, up to 5,000 EUR. A real one comes from `portal-payments`.
#[derive(Debug)]
pub(crate) struct CardDesk {
    pub(crate) euro: Currency,
}

#[async_trait]
impl PaymentProvider for CardDesk {
    fn name(&self) -> &'static str {
        "card-desk"
    }

    fn limits(&self) -> PaymentLimits {
        PaymentLimits::only(vec![self.euro]).up_to(Decimal::from(5_000))
    }

    async fn begin(&self, _: &BeginPayment) -> Result<PaymentStep, AdapterError> {
        Err(not_here("begin"))
    }

    async fn look_up(&self, _: Uuid) -> Result<PaymentStatus, AdapterError> {
        Err(not_here("look_up"))
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
