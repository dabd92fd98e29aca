//! Who takes the money in this demonstration: a provider played in memory, or Stripe's adapter in front of a Stripe that runs in this process. Real ones are wired in the same way.
use std::sync::Arc;

use portal_core::{
    Clock, Currency,
    payment::{
        Merchant, NextStep, PaymentLimits, PaymentProvider, RawWebhook, ReturnParams, SessionRef,
    },
    rust_decimal::Decimal,
    store::BoxError,
};
use portal_payments::{
    sim::Sim,
    stripe::{Stripe, StripeConfig},
};
use portal_testkit::{StoppedClock, stripe::FakeStripe};

/// Which provider takes the money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payments {
    /// The one that is played in memory.
    #[default]
    Sim,
    /// Stripe's adapter, in front of a Stripe in this process.
    StripeFake,
}

/// The provider, and whoever stands at its page.
#[derive(Debug, Clone)]
pub(crate) enum Till {
    Sim(Sim),
    StripeFake(FakeStripe, Stripe),
}

impl Till {
    /// Takes up to 5,000 at once, in this currency.
    pub(crate) fn open(
        which: Payments,
        currency: Currency,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, BoxError> {
        let limits = PaymentLimits::only(vec![currency]).up_to(Decimal::from(5_000));
        match which {
            Payments::Sim => {
                let sim = Sim::for_demonstration_only(Arc::clone(clock));
                Ok(Self::Sim(sim.within(limits)))
            }
            Payments::StripeFake => {
                let fake = FakeStripe::new(&StoppedClock::at(clock.now()));
                let config = StripeConfig::new(
                    "sk_test_demonstration".into(),
                    Merchant::test("acct_demonstration"),
                )
                .checking_webhooks_with(FakeStripe::WEBHOOK_SECRET.into())
                .within(limits);
                let stripe = Stripe::new(config, Arc::new(fake.clone()), Arc::clone(clock))?;
                Ok(Self::StripeFake(fake, stripe))
            }
        }
    }

    /// As the portal is given it.
    pub(crate) fn provider(&self) -> Arc<dyn PaymentProvider> {
        match self {
            Self::Sim(sim) => Arc::new(sim.clone()),
            Self::StripeFake(_, stripe) => Arc::new(stripe.clone()),
        }
    }

    /// The payer pays on the page they were sent to, and comes back with this.
    pub(crate) fn pay(&self, page: &NextStep) -> Option<ReturnParams> {
        let NextStep::Redirect { url } = page else {
            return None;
        };
        let path = url.split('#').next().unwrap_or(url);
        let session = path.rsplit('/').next()?;
        let named = match self {
            Self::Sim(sim) => sim.pay(&SessionRef::new(session)).then_some("session")?,
            Self::StripeFake(fake, _) => {
                fake.pay(session);
                "session_id"
            }
        };
        Some(ReturnParams::query(vec![(
            named.to_owned(),
            session.to_owned(),
        )]))
    }

    /// What the provider posts to the webhook address.
    pub(crate) fn webhooks(&self) -> Vec<RawWebhook> {
        match self {
            Self::Sim(sim) => sim.deliver(),
            Self::StripeFake(fake, _) => fake.webhooks(),
        }
    }
}
