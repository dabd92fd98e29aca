//! Payments through Stripe: its Checkout pages, stored cards and bank accounts, refunds.
//!
//! The payer is sent to a Checkout page for exactly the amount, and every answer about money is fetched from the payment itself: neither the browser that comes back nor
//! the body of a webhook is believed. The version of the API is pinned ([`VERSION`]); create the webhook endpoint with the same one, and subscribe it to
//! [`EVENTS`](webhook::EVENTS).
//!
//! ```
//! use std::sync::Arc;
//! use portal_core::{SystemClock, http::HttpClient, payment::{Merchant, PaymentProvider}};
//! use portal_payments::stripe::{Stripe, StripeConfig};
//!
//! fn stripe(http: Arc<dyn HttpClient>) -> Result<Arc<dyn PaymentProvider>, portal_payments::AdapterError> {
//!     let config = StripeConfig::new("sk_test_…".into(), Merchant::test("acct_1"))
//!         .checking_webhooks_with("whsec_…".into());
//!     Ok(Arc::new(Stripe::new(config, http, Arc::new(SystemClock))?))
//! }
//! ```
//!
//! What it does not do: holding an amount and taking it later (a payment made so elsewhere reads as under way), subscriptions kept by Stripe, and currencies Stripe does not
//! count in the way its documents say (the Uganda shilling): those are refused before anything is sent.
mod amount;
mod answer;
mod charges;
mod config;
mod form;
mod observe;
mod refunds;
mod request;
mod response;
mod vault;
pub mod webhook;
mod wire;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::DateTime;
use portal_core::{
    Clock,
    adapter::AdapterError,
    http::HttpClient,
    payment::{
        BeginPayment, Begun, Fetching, Finding, Found, Lookup, Merchant, NextStep, Observation,
        PayStyle, PaymentProvider, PaymentVault, ProviderTraits, RawWebhook, Refunds, Repeats,
        ReturnParams, SessionRef, Sessions, WebhookBatch, WebhookError, Webhooks,
    },
};

use self::{
    amount::to_stripe,
    answer::Answer,
    observe::Beside,
    refunds::StripeRefunds,
    response::{Dispute, Intent, List, Mode, Named, RefundBody, Session, SessionStatus},
    vault::StripeVault,
    wire::Wire,
};
pub use config::StripeConfig;

/// The version of Stripe's API that is spoken here.
pub const VERSION: &str = "2026-06-24.dahlia";

const NAME: &str = "stripe";

/// Takes payments through Stripe.
#[derive(Debug, Clone)]
pub struct Stripe {
    wire: Wire,
    traits: ProviderTraits,
}

impl Stripe {
    /// Stripe, for this account, over this client.
    ///
    /// # Errors
    /// [`Misconfigured`](portal_core::adapter::AdapterErrorKind::Misconfigured), with every problem of the configuration.
    pub fn new(
        config: StripeConfig,
        http: Arc<dyn HttpClient>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AdapterError> {
        let config = config.checked()?;
        // Keys are kept for 24 hours at least. Search is a minute behind, and up to an hour when Stripe has trouble.
        let traits = ProviderTraits::new(config.limits.clone(), PayStyle::Redirect)
            .fetching(Fetching::Payment)
            .finding(Finding::Eventually(Duration::from_hours(1)))
            .webhooks(Webhooks::SignedPing)
            .repeats(Repeats::For(Duration::from_hours(24)))
            .session_lifetime(Duration::from_hours(24));
        let wire = Wire::new(config, http, clock);
        Ok(Self { wire, traits })
    }

    async fn payment(&self, id: &str) -> Result<Found, AdapterError> {
        let call = request::intent("look_up", id)?;
        let intent: Intent = match found(self.wire.ask(&call).await?, call.operation)? {
            Some(intent) => intent,
            None => return Ok(Found::Nothing),
        };
        if intent.id != id {
            let reading = self.wire.reading(call.operation);
            return Err(reading.nonsense("it answered about another payment"));
        }
        let mut page = None;
        let waits = matches!(
            intent.status,
            response::IntentStatus::RequiresPaymentMethod | response::IntentStatus::RequiresAction
        );
        if waits && !observe::is_charge(&intent) {
            // Whether the payer may try again is known by the page alone.
            let call = request::session_of("look_up", &intent.id)?;
            let pages: List<Session> = self.wire.have(&call).await?;
            page = pages.data.into_iter().next().and_then(|page| page.status);
        }
        let seen = self.observation(&intent, page).await?;
        Ok(Found::Payment(Box::new(seen)))
    }

    async fn page(&self, operation: &'static str, id: &str) -> Result<Found, AdapterError> {
        let call = request::session(operation, id)?;
        let session: Session = match found(self.wire.ask(&call).await?, operation)? {
            Some(session) => session,
            None => return Ok(Found::Nothing),
        };
        let reading = self.wire.reading(operation);
        if session.id != id {
            return Err(reading.nonsense("another page was answered"));
        }
        match (session.mode, &session.payment_intent) {
            (Mode::Setup, _) => {
                let setup = session.setup_intent.as_ref();
                reading.setup(&session, setup.and_then(|setup| setup.whole()))
            }
            (Mode::Payment, Some(intent)) => {
                reading.mode(session.livemode)?;
                let intent = intent.whole();
                let intent =
                    intent.ok_or_else(|| reading.nonsense("the payment was not in the answer"))?;
                let seen = self.observation(intent, session.status).await?;
                let asked = reading.money(
                    session.amount_total.unwrap_or(intent.amount),
                    session.currency.as_deref().unwrap_or(&intent.currency),
                )?;
                if seen.requested != Some(asked) {
                    return Err(
                        reading.nonsense("the page is about another amount than its payment")
                    );
                }
                Ok(Found::Payment(Box::new(seen)))
            }
            (Mode::Payment, None) => reading.page(&session),
            (Mode::Other, _) => Err(reading.nonsense("it is neither a payment nor a setup")),
        }
    }

    /// The payment, with the rest of its refunds and what the payer's bank has called back.
    async fn observation(
        &self,
        intent: &Intent,
        page: Option<SessionStatus>,
    ) -> Result<Observation, AdapterError> {
        let mut beside = Beside {
            page,
            ..Beside::default()
        };
        if let Some(charge) = intent
            .latest_charge
            .as_ref()
            .and_then(|charge| charge.whole())
        {
            if charge
                .refunds
                .as_ref()
                .is_none_or(|refunds| refunds.has_more)
            {
                beside.refunds = Some(self.all_refunds(&intent.id).await?);
            }
            if charge.disputed {
                let call = request::disputes_of(&intent.id)?;
                let disputes: List<Dispute> = self.wire.have(&call).await?;
                beside.disputes = disputes.data;
            }
        }
        self.wire.reading("look_up").observation(intent, &beside)
    }

    async fn all_refunds(&self, intent: &str) -> Result<Vec<RefundBody>, AdapterError> {
        let mut all: Vec<RefundBody> = vec![];
        loop {
            let last = all.last().map(|refund| refund.id.as_str());
            let call = request::refunds_of(intent, last)?;
            let page: List<RefundBody> = self.wire.have(&call).await?;
            let more = page.has_more && !page.data.is_empty();
            all.extend(page.data);
            if !more {
                return Ok(all);
            }
        }
    }

    async fn attempt(&self, attempt: portal_core::payment::Attempt) -> Result<Found, AdapterError> {
        // What search answers may be old: it only says which payments to fetch.
        let hits: List<Named> = self.wire.have(&request::search(attempt)).await?;
        let mut furthest: Option<Box<Observation>> = None;
        for hit in &hits.data {
            let Found::Payment(seen) = self.payment(&hit.id).await? else {
                continue;
            };
            let further = furthest
                .as_ref()
                .is_none_or(|known| seen.state > known.state);
            if seen.attempt == Some(attempt) && further {
                furthest = Some(seen);
            }
        }
        Ok(furthest.map_or(Found::Nothing, Found::Payment))
    }
}

#[async_trait]
impl PaymentProvider for Stripe {
    fn name(&self) -> &str {
        NAME
    }

    fn merchant(&self) -> &Merchant {
        &self.wire.config.merchant
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError> {
        let call = request::begin(payment, &self.wire.config)?;
        let session: Session = self.wire.have(&call).await?;
        let reading = self.wire.reading(call.operation);
        let same = session.amount_total == to_stripe(payment.amount)
            && session
                .currency
                .as_deref()
                .is_some_and(|code| code.eq_ignore_ascii_case(payment.amount.currency().code()))
            && session.client_reference_id.as_deref() == Some(&payment.attempt.to_string());
        if !same {
            return Err(reading.nonsense("the page is about another amount or attempt"));
        }
        begun(&self.wire, &session, call.operation)
    }

    async fn look_up(&self, what: &Lookup) -> Result<Found, AdapterError> {
        match what {
            Lookup::Payment(payment) => self.payment(payment.as_str()).await,
            Lookup::Session(session) => self.page("look_up", session.as_str()).await,
            Lookup::Attempt { attempt, .. } => self.attempt(*attempt).await,
            _ => Err(answer::not_sent("look_up", "Stripe cannot be asked that")),
        }
    }

    fn returned(&self, params: &ReturnParams) -> Option<Lookup> {
        let id = params.one("session_id")?;
        let fits = id.starts_with("cs_") && config::is_name(id);
        fits.then(|| Lookup::Session(SessionRef::new(id)))
    }

    async fn receive(&self, raw: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        webhook::receive(raw, &self.wire.config)
    }

    fn sessions(&self) -> Option<Arc<dyn Sessions>> {
        Some(Arc::new(self.clone()))
    }

    fn vault(&self) -> Option<Arc<dyn PaymentVault>> {
        Some(Arc::new(StripeVault::new(self.wire.clone())))
    }

    fn refunds(&self) -> Option<Arc<dyn Refunds>> {
        Some(Arc::new(StripeRefunds::new(self.wire.clone())))
    }
}

#[async_trait]
impl Sessions for Stripe {
    async fn close(&self, session: &SessionRef) -> Result<Found, AdapterError> {
        let call = request::expire(session.as_str())?;
        // A page that is no longer open is refused: that is what the fetch is for.
        let _: Answer<Named> = self.wire.ask(&call).await?;
        self.page("close", session.as_str()).await
    }
}

/// An opened page, if payers may be sent there.
fn begun(wire: &Wire, session: &Session, operation: &'static str) -> Result<Begun, AdapterError> {
    let reading = wire.reading(operation);
    reading.mode(session.livemode)?;
    let url = session
        .url
        .clone()
        .ok_or_else(|| reading.nonsense("the page has no address"))?;
    if !wire.config.may_send_payers_to(&url) {
        return Err(reading.nonsense("payers are not sent to the page's address"));
    }
    let until = session
        .expires_at
        .and_then(|at| DateTime::from_timestamp(at, 0));
    let name = SessionRef::new(session.id.as_str());
    Ok(Begun::new(name, NextStep::Redirect { url }).until(until))
}

/// None where there is no such thing.
fn found<T>(answer: Answer<T>, operation: &'static str) -> Result<Option<T>, AdapterError> {
    match answer {
        Answer::Refused(refused) if refused.is_missing() => Ok(None),
        other => other.or_error(operation).map(Some),
    }
}
