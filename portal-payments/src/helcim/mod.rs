//! Helcim: cards in Helcim's own frame, its vault, its refunds.
//!
//! * A payment opens as HelcimPay.js: the page loads [`SCRIPT`] and calls `appendHelcimPayIframe(token)`. When the frame reports, post `transactionId` and
//!   `invoiceNumber` back: they say what to look up, and are not believed. The secret checks nothing here; it is kept for hosts that want the frame's hash.
//! * The attempt's key is the invoice number. That is how it is found again, whoever lost which answer.
//! * Answers to repeated keys last five minutes. A "suspected duplicate" is an unknown outcome.
//! * Opening a frame has no key. A second frame for one attempt is harmless as long as only one token reached a browser, and a token that was lost reached none.
//! * A declined payment stays open for an hour, for the payer may try again in the same frame.
//! * Bank accounts can be listed and, by an e-mail of Helcim's, added. They cannot be removed, nor charged through this adapter: such a charge cannot be found by its attempt.
//! * Helcim does not tell test money from real: which it is, is what the host says of the account.
//! * Refunds made elsewhere are seen where Helcim files them under the invoice of the payment.
mod charges;
mod config;
mod observe;
mod refunds;
mod refusal;
mod request;
mod response;
mod vault;
mod webhook;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use portal_core::{
    Clock,
    adapter::{AdapterError, AdapterErrorKind},
    http::HttpClient,
    payment::{
        BeginPayment, Begun, Fetching, Finding, Found, Lookup, Merchant, NextStep, Observation,
        PayStyle, PaymentLimits, PaymentProvider, PaymentRef, PaymentVault, ProviderTraits,
        RawWebhook, Refunds, Repeats, ReturnParams, SessionRef, WebhookBatch, WebhookError,
        Webhooks,
    },
};

pub use config::{Country, HelcimConfig};

use observe::{Which, observe};
use refusal::{not_sent, refused};
use response::{Initialized, Transaction};

/// Helcim's script, which draws the frame.
pub const SCRIPT: &str = "https://secure.helcim.app/helcim-pay/services/start.js";

const NAME: &str = "helcim";
const SESSION_MINUTES: i64 = 60;

/// Takes cards through Helcim.
#[derive(Debug, Clone)]
pub struct Helcim {
    desk: Arc<Desk>,
    traits: ProviderTraits,
}

/// What every part of the adapter needs to ask something.
#[derive(Debug)]
struct Desk {
    config: HelcimConfig,
    http: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
}

impl Helcim {
    /// An adapter for this account.
    ///
    /// # Errors
    /// [`Misconfigured`](AdapterErrorKind::Misconfigured) where the token would travel in the clear.
    pub fn new(
        config: HelcimConfig,
        http: Arc<dyn HttpClient>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AdapterError> {
        let config = config.checked()?;
        let currency = config.country.currency().map_err(|e| {
            let why = "its currency is not known";
            not_sent(AdapterErrorKind::Misconfigured, "configure", why).with_source(e)
        })?;
        let webhooks = if config.verifiers.is_empty() {
            Webhooks::None
        } else {
            Webhooks::SignedPing
        };
        let limits = PaymentLimits::only(vec![currency]);
        let traits = ProviderTraits::new(limits, PayStyle::Embedded)
            .fetching(Fetching::Payment)
            .finding(Finding::Eventually(Duration::from_mins(10)))
            .webhooks(webhooks)
            .repeats(Repeats::For(Duration::from_mins(5)))
            .session_lifetime(Duration::from_mins(SESSION_MINUTES.unsigned_abs()))
            .wanting_payer_ip();
        let desk = Arc::new(Desk {
            config,
            http,
            clock,
        });
        Ok(Self { desk, traits })
    }
}

#[async_trait]
impl PaymentProvider for Helcim {
    fn name(&self) -> &'static str {
        NAME
    }

    fn merchant(&self) -> &Merchant {
        &self.desk.config.merchant
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError> {
        if !self.traits.limits.accept(payment.amount) || !payment.amount.is_positive() {
            let why = "the account takes no such amount";
            return Err(not_sent(AdapterErrorKind::Rejected, "begin", why));
        }
        let request = request::initialize(&self.desk.config, payment)?;
        let session = SessionRef::new(payment.attempt.to_string());
        self.desk.open_frame("begin", request, session).await
    }

    async fn look_up(&self, what: &Lookup) -> Result<Found, AdapterError> {
        let found = match what {
            Lookup::Payment(payment) => self.desk.payment(payment).await?,
            Lookup::Session(session) => self.desk.of_invoice(session.as_str()).await?,
            Lookup::Attempt { attempt, .. } => self.desk.of_invoice(&attempt.to_string()).await?,
            _ => None,
        };
        Ok(found.map_or(Found::Nothing, |found| Found::Payment(Box::new(found))))
    }

    fn returned(&self, params: &ReturnParams) -> Option<Lookup> {
        let payment = params.one("transactionId").filter(|id| is_number(id));
        let payment = payment.map(|id| Lookup::Payment(PaymentRef::new(id)));
        payment.or_else(|| {
            let attempt = observe::attempt(params.one("invoiceNumber")?)?;
            Some(Lookup::Session(SessionRef::new(attempt.to_string())))
        })
    }

    async fn receive(&self, raw: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        webhook::receive(raw, &self.desk.config.verifiers)
    }

    fn vault(&self) -> Option<Arc<dyn PaymentVault>> {
        Some(Arc::new(vault::Vault(Arc::clone(&self.desk))))
    }

    fn refunds(&self) -> Option<Arc<dyn Refunds>> {
        Some(Arc::new(refunds::PayingBack(Arc::clone(&self.desk))))
    }
}

impl Desk {
    /// Sends it, and answers whatever came, yes or no.
    async fn ask(
        &self,
        operation: &'static str,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, AdapterError> {
        self.http.send(request).await.map_err(|e| {
            let (kind, disposition) = (e.kind(), e.disposition());
            AdapterError::new(kind, disposition, NAME, operation, "no answer").with_source(e)
        })
    }

    /// Sends it, and answers a yes.
    async fn get(
        &self,
        operation: &'static str,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, AdapterError> {
        let response = self.ask(operation, request).await?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(refused(operation, &response))
        }
    }

    async fn open_frame(
        &self,
        operation: &'static str,
        request: Request<Bytes>,
        session: SessionRef,
    ) -> Result<Begun, AdapterError> {
        let response = self.get(operation, request).await?;
        let opened: Initialized = response::read(operation, &response)?;
        let next = NextStep::Embedded {
            script: SCRIPT.to_owned(),
            token: opened.checkout_token,
        };
        let until = self.clock.now() + chrono::Duration::minutes(SESSION_MINUTES);
        Ok(Begun::new(session, next)
            .until(Some(until))
            .with_secret(opened.secret_token))
    }

    async fn transaction(&self, payment: &PaymentRef) -> Result<Option<Transaction>, AdapterError> {
        if !is_number(payment.as_str()) {
            return Ok(None);
        }
        let path = format!("/card-transactions/{payment}");
        let request = request::bare(&self.config, "look up", Method::GET, &path)?;
        let response = self.ask("look up", request).await?;
        if response.status() == StatusCode::NOT_FOUND && refusal::is_helcims(&response) {
            return Ok(None);
        }
        if !response.status().is_success() {
            return Err(refused("look up", &response));
        }
        response::transaction("look up", &response).map(Some)
    }

    async fn transactions(&self, invoice: &str) -> Result<Vec<Transaction>, AdapterError> {
        let path = format!(
            "/card-transactions?invoiceNumber={}",
            request::escaped(invoice)
        );
        let request = request::bare(&self.config, "look up", Method::GET, &path)?;
        let response = self.get("look up", request).await?;
        response::transactions("look up", &response, invoice)
    }

    async fn payment(&self, payment: &PaymentRef) -> Result<Option<Observation>, AdapterError> {
        let Some(one) = self.transaction(payment).await? else {
            return Ok(None);
        };
        if payment.as_str().parse() != Ok(one.id) {
            let why = "it answered about another transaction";
            return Err(refusal::unintelligible("look up", why));
        }
        let mut all = match &one.invoice {
            Some(invoice) => self.transactions(invoice).await?,
            None => vec![],
        };
        let which = Which::Rather(one.id);
        if all.iter().all(|t| t.id != one.id) {
            all.push(one);
        }
        observe(&self.config.merchant, &all, which, self.clock.now())
    }

    async fn of_invoice(&self, invoice: &str) -> Result<Option<Observation>, AdapterError> {
        let all = self.transactions(invoice).await?;
        observe(&self.config.merchant, &all, Which::TheOne, self.clock.now())
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() < 20 && text.bytes().all(|b| b.is_ascii_digit())
}
