//! A bank transfer: nobody is asked anything, so there is little to prove.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    http::HttpClient,
    payment::{Attempt, Merchant, PaymentLimits, PaymentProvider},
    rust_decimal::Decimal,
};
use portal_payments::manual::Manual;
use portal_testkit::{
    StoppedClock,
    payments::{Act, Books, Candidate},
};

/// Money comes to this account some other way.
#[derive(Debug)]
pub(crate) struct ByTransfer;

pub(crate) async fn by_transfer() -> ByTransfer {
    ByTransfer
}

#[async_trait]
impl Candidate for ByTransfer {
    fn adapter(&self, _: Arc<dyn HttpClient>) -> Arc<dyn PaymentProvider> {
        let currencies = ["EUR", "JPY", "KWD"].map(|code| code.parse().unwrap());
        let limits = PaymentLimits::only(currencies.to_vec())
            .from(Decimal::TEN)
            .up_to(Decimal::from(5_000));
        let text = "Please transfer the amount to DE89 3704 0044 0532 0130 00.";
        Arc::new(Manual::new(Merchant::test("bank"), limits, text))
    }

    fn clock(&self) -> StoppedClock {
        StoppedClock::default()
    }

    async fn play(&self, _: Act<'_>) -> bool {
        false
    }

    async fn books(&self, _: Attempt) -> Books {
        Books::default()
    }
}

portal_testkit::payment_conformance!(by_transfer);
