//! A provider with pages that somebody can pay on, and that can be closed.
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use portal_core::{
    Money,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        Attempt, BeginPayment, Begun, Fetching, Found, Lookup, Merchant, NextStep, Observation,
        ObservedRefund, PayStyle, PaymentLimits, PaymentProvider, PaymentRef, PaymentState,
        ProviderTraits, RawWebhook, RefundRef, RefundState, ReturnParams, SessionRef, Sessions,
        WebhookBatch, WebhookError,
    },
};
use portal_testkit::facts::*;

#[derive(Debug, Clone)]
pub(crate) struct Till {
    merchant: Merchant,
    traits: ProviderTraits,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    pages: Vec<Page>,
    deaf: bool,
}

#[derive(Debug, Clone)]
struct Page {
    attempt: Attempt,
    amount: Money,
    state: PaymentState,
    back: Vec<ObservedRefund>,
}

impl Till {
    pub(crate) fn new() -> Self {
        Self {
            merchant: Merchant::test("till"),
            traits: ProviderTraits::new(PaymentLimits::none(), PayStyle::Redirect)
                .fetching(Fetching::Payment),
            state: Arc::default(),
        }
    }

    /// Somebody pays on the page that was opened last.
    pub(crate) fn pay(&self) {
        let mut state = self.state.lock().unwrap();
        state.pages.last_mut().unwrap().state = PaymentState::Succeeded;
    }

    /// Some of it is paid back, at the provider's own desk.
    pub(crate) fn pay_back(&self, amount: Money) {
        let mut state = self.state.lock().unwrap();
        let page = state.pages.last_mut().unwrap();
        let name = RefundRef::new(format!("back-{}", page.back.len()));
        page.back.push(ObservedRefund::new(
            name,
            None,
            amount,
            RefundState::Succeeded,
        ));
    }

    /// Whether the page that was opened last can still be paid on.
    pub(crate) fn is_open(&self) -> bool {
        let state = self.state.lock().unwrap();
        state.pages.last().unwrap().state == PaymentState::Open
    }

    /// It answers nobody; or does again.
    pub(crate) fn deaf(&self, deaf: bool) {
        self.state.lock().unwrap().deaf = deaf;
    }

    fn heard(&self) -> Result<(), AdapterError> {
        if !self.state.lock().unwrap().deaf {
            return Ok(());
        }
        let (kind, unknown) = (AdapterErrorKind::Unavailable, Disposition::Unknown);
        Err(AdapterError::new(kind, unknown, "till", "ask", "no answer"))
    }

    fn found(&self, session: &str) -> Found {
        let state = self.state.lock().unwrap();
        let found = state
            .pages
            .iter()
            .find(|p| p.attempt.to_string() == session);
        let Some(page) = found else {
            return Found::Nothing;
        };
        if page.state == PaymentState::Succeeded {
            let payment = PaymentRef::new(session);
            let seen = Observation::new(
                self.merchant.clone(),
                payment,
                page.state,
                page.amount,
                today(),
            );
            let zero = Money::zero(page.amount.currency());
            let back = page
                .back
                .iter()
                .fold(zero, |sum, r| sum.plus(r.amount).unwrap());
            let seen = seen
                .of(Some(page.attempt))
                .refunded(back, page.back.clone());
            return Found::Payment(Box::new(seen));
        }
        Found::Session {
            session: SessionRef::new(session),
            state: page.state,
            until: None,
        }
    }
}

#[async_trait]
impl PaymentProvider for Till {
    fn name(&self) -> &'static str {
        "till"
    }

    fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError> {
        let (attempt, amount) = (payment.attempt, payment.amount);
        let mut state = self.state.lock().unwrap();
        if !state.pages.iter().any(|page| page.attempt == attempt) {
            state.pages.push(Page {
                attempt,
                amount,
                state: PaymentState::Open,
                back: vec![],
            });
        }
        let url = format!("https://pay.example/{attempt}");
        let session = SessionRef::new(attempt.to_string());
        Ok(Begun::new(session, NextStep::Redirect { url }))
    }

    async fn look_up(&self, what: &Lookup) -> Result<Found, AdapterError> {
        self.heard()?;
        let session = match what {
            Lookup::Attempt { attempt, .. } => attempt.to_string(),
            Lookup::Session(session) => session.as_str().to_owned(),
            Lookup::Payment(payment) => payment.as_str().to_owned(),
            _ => return Ok(Found::Nothing),
        };
        Ok(self.found(&session))
    }

    fn returned(&self, _: &ReturnParams) -> Option<Lookup> {
        None
    }

    async fn receive(&self, _: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        Err(WebhookError::NotConfigured)
    }

    fn sessions(&self) -> Option<Arc<dyn Sessions>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Sessions for Till {
    async fn close(&self, session: &SessionRef) -> Result<Found, AdapterError> {
        self.heard()?;
        let mut state = self.state.lock().unwrap();
        let mut pages = state.pages.iter_mut();
        let page = pages.find(|p| p.attempt.to_string() == session.as_str());
        if let Some(page) = page.filter(|page| page.state == PaymentState::Open) {
            page.state = PaymentState::Cancelled;
        }
        drop(state);
        Ok(self.found(session.as_str()))
    }
}
