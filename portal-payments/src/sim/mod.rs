//! A provider that is played in memory: for demonstrations and for tests, never for money.
//!
//! It is both sides at once. As an adapter it is asked like any other; as a provider it has switches (decline, delay, lose the reply, deliver twice or in the wrong
//! order) and stands in for the payer ([`Sim::pay`], [`Sim::walk_away`]). Therefore it keeps state, as adapters otherwise never do: a restart forgets it.
//!
//! ```
//! use std::sync::Arc;
//! use portal_core::{SystemClock, payment::PaymentProvider};
//! use portal_payments::sim::Sim;
//!
//! let sim = Sim::for_demonstration_only(Arc::new(SystemClock));
//! assert!(!sim.merchant().live, "and there is no way to make it so");
//! ```
mod state;
mod switches;
mod vault;
mod webhook;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use portal_core::{
    Clock,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        BeginPayment, Begun, Fetching, Finding, Found, Lookup, Merchant, NextStep, PayStyle,
        PayerRef, PaymentLimits, PaymentProvider, PaymentVault, ProviderTraits, RawWebhook, Refund,
        RefundKind, Refunded, Refunds, Repeats, ReturnParams, SessionRef, Sessions, WebhookBatch,
        WebhookError, Webhooks,
    },
};

use state::State;

const NAME: &str = "sim";

/// A provider that is played in memory. Clones are the same provider.
#[derive(Debug, Clone)]
pub struct Sim {
    merchant: Merchant,
    traits: ProviderTraits,
    pages: String,
    state: Arc<Mutex<State>>,
    clock: Arc<dyn Clock>,
}

impl Sim {
    /// What webhooks are signed with. No secret at all, for it stands here: whoever forges a message with it makes the portal look, and there is nothing to see.
    pub const WEBHOOK_SECRET: &str = "whsec_Zm9yIGRlbW9uc3RyYXRpb24gb25seQ==";

    /// Takes any amount in any currency, and no money.
    #[must_use]
    pub fn for_demonstration_only(clock: Arc<dyn Clock>) -> Self {
        let traits = ProviderTraits::new(PaymentLimits::none(), PayStyle::Redirect)
            .fetching(Fetching::Payment)
            .finding(Finding::AtOnce)
            .webhooks(Webhooks::SignedPing)
            .repeats(Repeats::For(Duration::from_hours(24)))
            .session_lifetime(Duration::from_mins(30));
        Self {
            merchant: Merchant::test("demonstration"),
            traits,
            pages: "https://sim.invalid/pay/".to_owned(),
            state: Arc::default(),
            clock,
        }
    }

    /// Payers are sent to this address with the session's name behind it: a page of the demonstration's own.
    #[must_use]
    pub fn at(mut self, pages: impl Into<String>) -> Self {
        self.pages = pages.into();
        self
    }

    /// Takes only what these limits allow.
    #[must_use]
    pub fn within(mut self, limits: PaymentLimits) -> Self {
        self.traits.limits = limits;
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn page(&self, session: &SessionRef) -> NextStep {
        let url = format!("{}{session}", self.pages);
        NextStep::Redirect { url }
    }
}

#[async_trait]
impl PaymentProvider for Sim {
    fn name(&self) -> &'static str {
        NAME
    }

    fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError> {
        if !self.traits.limits.accept(payment.amount) || !payment.amount.is_positive() {
            return Err(rejected("begin", "no such amount is taken"));
        }
        let until = self.clock.now() + chrono::Duration::minutes(30);
        let until = payment.until.map_or(until, |wanted| wanted.min(until));
        let mut state = self.state();
        state.arrives("begin")?;
        let unknown = |payer: &PayerRef| state.payers.iter().all(|known| known.name != *payer);
        if payment.payer.as_ref().is_some_and(unknown) {
            return Err(not_found("begin"));
        }
        let (session, until) = state.open(payment, until)?;
        state.answers("begin")?;
        Ok(Begun::new(session.clone(), self.page(&session)).until(Some(until)))
    }

    async fn look_up(&self, what: &Lookup) -> Result<Found, AdapterError> {
        let mut state = self.state();
        state.arrives("look up")?;
        let found = state.found(what, &self.merchant, self.clock.now());
        state.answers("look up")?;
        Ok(found)
    }

    fn returned(&self, params: &ReturnParams) -> Option<Lookup> {
        Some(Lookup::Session(SessionRef::new(params.one("session")?)))
    }

    async fn receive(&self, raw: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        webhook::receive(raw)
    }

    fn sessions(&self) -> Option<Arc<dyn Sessions>> {
        Some(Arc::new(self.clone()))
    }

    fn vault(&self) -> Option<Arc<dyn PaymentVault>> {
        Some(Arc::new(self.clone()))
    }

    fn refunds(&self) -> Option<Arc<dyn Refunds>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Sessions for Sim {
    async fn close(&self, session: &SessionRef) -> Result<Found, AdapterError> {
        let mut state = self.state();
        state.arrives("close")?;
        state.walk_away(session);
        let what = Lookup::Session(session.clone());
        let found = state.found(&what, &self.merchant, self.clock.now());
        state.answers("close")?;
        Ok(found)
    }
}

#[async_trait]
impl Refunds for Sim {
    fn kind(&self) -> RefundKind {
        RefundKind::PartialRepeated
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, AdapterError> {
        let mut state = self.state();
        state.arrives("refund")?;
        let ended = state.refund(refund)?;
        state.answers("refund")?;
        Ok(ended)
    }
}

fn rejected(operation: &'static str, why: &'static str) -> AdapterError {
    let (kind, disposition) = (AdapterErrorKind::Rejected, Disposition::Rejected);
    AdapterError::new(kind, disposition, NAME, operation, why)
}

fn not_found(operation: &'static str) -> AdapterError {
    let (kind, disposition) = (AdapterErrorKind::NotFound, Disposition::Rejected);
    let why = "there is none, or it is not theirs";
    AdapterError::new(kind, disposition, NAME, operation, why)
}
