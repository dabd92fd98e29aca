//! An adapter for Acme Pay as somebody outside would write it, and thirty ways to get it wrong.
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use portal_core::{
    Clock, Currency, Money,
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    http::{Bytes, HttpClient, Method, Request, Response},
    payment::{
        Attempt, BeginPayment, Begun, Decline, DeclineReason, Fetching, Finding, Found, Lookup,
        Merchant, NextStep, Observation, ObservedRefund, PayStyle, PaymentLimits, PaymentProvider,
        PaymentRef, PaymentState, PaymentVault, ProviderTraits, RawWebhook, RefundRef, RefundState,
        Refunds, Repeats, RetryAdvice, ReturnParams, SessionRef, Sessions, WebhookBatch,
        WebhookError, Webhooks,
    },
    uuid::Uuid,
};
use portal_testkit::StoppedClock;

use super::{
    fault::{Fault, Fault as F},
    provider::{API_KEY, pairs},
};

/// The adapter.
#[derive(Clone)]
pub(crate) struct Acme {
    http: Arc<dyn HttpClient>,
    clock: StoppedClock,
    merchant: Merchant,
    traits: ProviderTraits,
    fault: Option<Fault>,
    remembered: Arc<Mutex<BTreeMap<String, Uuid>>>,
    /// What was charged here before.
    pub(crate) repeated: Arc<Mutex<BTreeSet<Attempt>>>,
}

/// Keys that a faulty adapter draws are new in every process.
static DRAWN: AtomicU64 = AtomicU64::new(1);

impl Acme {
    pub(crate) fn new(
        http: Arc<dyn HttpClient>,
        clock: StoppedClock,
        fault: Option<Fault>,
    ) -> Self {
        let currencies = ["EUR", "JPY", "KWD"].map(|code| code.parse().unwrap());
        let webhooks = if fault == Some(F::HasWebhooksAndSaysNot) {
            Webhooks::None
        } else {
            Webhooks::SignedPing
        };
        let limits = PaymentLimits::only(currencies.to_vec());
        let traits = ProviderTraits::new(limits, PayStyle::Redirect)
            .fetching(Fetching::Payment)
            .finding(Finding::AtOnce)
            .webhooks(webhooks)
            .repeats(Repeats::For(Duration::from_hours(24)));
        Self {
            http,
            clock,
            merchant: Merchant::test("acme"),
            traits,
            fault,
            remembered: Arc::default(),
            repeated: Arc::default(),
        }
    }

    /// It cannot be asked for anything: what happened is told by posts alone.
    pub(crate) fn told_by_posts_alone(mut self) -> Self {
        self.traits = self
            .traits
            .fetching(Fetching::Nothing)
            .finding(Finding::Never)
            .webhooks(Webhooks::SignedSnapshot);
        self
    }

    pub(crate) fn is_told(&self) -> bool {
        self.traits.webhooks == Webhooks::SignedSnapshot
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) fn no(&self, kind: Kind, disposition: Disposition, why: &str) -> AdapterError {
        let why = if self.has(F::QuotesItsSecret) {
            format!("{why}, though {API_KEY} was sent")
        } else {
            why.to_owned()
        };
        AdapterError::new(kind, disposition, "acme", "ask", why)
    }

    pub(crate) fn key(&self, sound: &impl fmt::Display) -> Uuid {
        let new = || Uuid::from_u128(DRAWN.fetch_add(1, Ordering::Relaxed).into());
        let sound = sound.to_string();
        if self.has(F::DrawsAKeyEachTime) {
            return new();
        }
        if self.has(F::RemembersItsKeys) {
            return *self
                .remembered
                .lock()
                .unwrap()
                .entry(sound)
                .or_insert_with(new);
        }
        sound.parse().unwrap()
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        key: Option<Uuid>,
        body: String,
    ) -> Result<Response<Bytes>, AdapterError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("https://api.acme.example{path}"))
            .header("authorization", API_KEY);
        if let Some(key) = key {
            request = request.header("key", key.to_string());
        }
        let odd = |_| self.no(Kind::Rejected, Disposition::NeverSent, "no such address");
        let request = request.body(body.into()).map_err(odd)?;
        let response = self.http.send(request).await.map_err(|lost| {
            let disposition = match lost.disposition() {
                Disposition::Unknown if self.has(F::RejectsWhatTimedOut) => Disposition::Rejected,
                other => other,
            };
            self.no(lost.kind(), disposition, "no answer")
        })?;
        let status = response.status().as_u16();
        let broke = |kind, faulty: Fault| {
            let disposition = if self.has(faulty) {
                Disposition::Rejected
            } else {
                Disposition::Unknown
            };
            Err(self.no(kind, disposition, &format!("answered {status}")))
        };
        match status {
            429 => {
                let seconds = response.headers().get("retry-after");
                let seconds = seconds.and_then(|value| value.to_str().ok()?.parse().ok());
                let retry_after = seconds
                    .filter(|_| !self.has(F::ForgetsToWait))
                    .map(Duration::from_secs);
                let kind = Kind::RateLimited { retry_after };
                Err(self.no(kind, Disposition::Rejected, "too many"))
            }
            409 => broke(Kind::InProgress, F::RejectsWhatIsUnderWay),
            500.. => broke(Kind::Unavailable, F::RejectsWhatBroke),
            _ if response.body().ends_with(b"&end=1") || self.has(F::BelievesHtml) => Ok(response),
            _ => Err(self.no(Kind::Unintelligible, Disposition::Unknown, "half an answer")),
        }
    }

    async fn look(&self, path: &str) -> Result<Option<Observation>, AdapterError> {
        let answer = self.ask(Method::GET, path, None, String::new()).await?;
        if answer.status() == 404 {
            return Ok(None);
        }
        self.observation(&answer).map(Some)
    }

    pub(crate) fn observation(
        &self,
        answer: &Response<Bytes>,
    ) -> Result<Observation, AdapterError> {
        self.observed(answer.body())
    }

    /// What an answer says, or a post.
    pub(crate) fn observed(&self, text: &[u8]) -> Result<Observation, AdapterError> {
        let odd = || self.no(Kind::Unintelligible, Disposition::Unknown, "not understood");
        let text = str::from_utf8(text).map_err(|_| odd())?;
        let said = pairs(text);
        let of = |name: &str| said.get(name).copied().ok_or_else(odd);
        let currency: Currency = of("currency")?.parse().map_err(|_| odd())?;
        let money = |text: &str| Some(self.read(text.parse().ok()?, currency));
        let amount = money(of("amount")?).ok_or_else(odd)?;
        let state = match of("state")? {
            "open" if self.has(F::SaysPaidTooEarly) => PaymentState::Succeeded,
            "open" => PaymentState::Open,
            "slow" => PaymentState::Processing,
            "paid" => PaymentState::Succeeded,
            "declined" => PaymentState::Failed,
            _ => PaymentState::Expired,
        };
        let captured = if state == PaymentState::Succeeded {
            amount
        } else {
            Money::zero(currency)
        };
        let mut refunds = vec![];
        for refund in of("refunds")?.split('|').filter(|text| !text.is_empty()) {
            let parts: Vec<&str> = refund.split(':').collect();
            let [id, ours, amount, state] = parts[..] else {
                return Err(odd());
            };
            let state = match state {
                "done" => RefundState::Succeeded,
                _ if self.has(F::ForgetsFailedRefunds) => continue,
                _ => RefundState::Failed,
            };
            let amount = money(amount).ok_or_else(odd)?;
            let ours = Uuid::parse_str(ours).ok();
            refunds.push(ObservedRefund::new(RefundRef::new(id), ours, amount, state));
        }
        let back = refunds.iter().filter(|r| r.state == RefundState::Succeeded);
        let back = back.fold(Money::zero(currency), |sum, r| sum.plus(r.amount).unwrap());
        let declined = state == PaymentState::Failed;
        let decline = declined.then(|| decline("funds"));
        let attempt = Uuid::parse_str(of("attempt")?).ok().map(Attempt);
        let payment = PaymentRef::new(of("payment")?);
        let now = self.clock.now();
        let disputed = money(of("disputed")?).ok_or_else(odd)?;
        Ok(
            Observation::new(self.merchant.clone(), payment, state, captured, now)
                .of(attempt.filter(|_| !self.has(F::ForgetsTheAttempt)))
                .requested(amount)
                .refunded(back, refunds)
                .disputed(disputed)
                .declined(decline),
        )
    }

    /// The amount and the currency as Acme Pay writes them.
    pub(crate) fn written(&self, amount: Money) -> String {
        let mut minor = amount.minor();
        if self.has(F::RoundsCents) {
            minor = minor / 100 * 100;
        }
        if self.has(F::CountsEverythingInCents) && amount.currency().exponent() == 0 {
            minor *= 100;
        }
        let currency = amount.currency();
        let code = if self.has(F::IgnoresTheCurrency) {
            "EUR"
        } else {
            currency.code()
        };
        format!("amount={minor}&currency={code}")
    }

    fn read(&self, minor: i64, currency: Currency) -> Money {
        if self.has(F::CountsEverythingInCents) && currency.exponent() == 0 {
            return Money::from_minor(minor / 100, currency);
        }
        Money::from_minor(minor, currency)
    }

    pub(crate) fn takes(&self, amount: Money) -> Result<(), AdapterError> {
        let sound = self.traits.limits.accept(amount) && amount.is_positive();
        if sound || self.has(F::SendsWhatIsOutside) {
            return Ok(());
        }
        Err(self.no(Kind::Rejected, Disposition::NeverSent, "no such amount"))
    }

    /// Asked for one payment, it answered about another.
    fn is_another(&self, asked: &Lookup, seen: &Observation) -> bool {
        let other = matches!(asked, Lookup::Payment(name) if *name != seen.payment);
        other && !self.has(F::BelievesAnyPayment)
    }

    pub(crate) fn something_else(&self) -> AdapterError {
        let why = "it answered about something else";
        self.no(Kind::Unintelligible, Disposition::Unknown, why)
    }

    fn is_name(&self, name: &str) -> bool {
        let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        self.has(F::PutsNamesIntoAddresses) || (!name.is_empty() && name.bytes().all(letter))
    }
}

pub(crate) fn decline(code: &str) -> Decline {
    Decline::new(DeclineReason::InsufficientFunds, RetryAdvice::Later, code)
}

#[async_trait]
impl PaymentProvider for Acme {
    fn name(&self) -> &str {
        if self.has(F::ShoutsItsName) {
            "ACME Pay"
        } else {
            "acme"
        }
    }

    fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError> {
        self.takes(payment.amount)?;
        let written = self.written(payment.amount);
        let mut body = format!("attempt={}&{written}", payment.attempt);
        if self.has(F::PutsTheTimeIntoTheRequest) {
            let until = self.clock.now().timestamp() + 1800;
            body = format!("{body}&until={until}");
        }
        let key = if self.has(F::SharesOnePage) {
            Uuid::nil()
        } else {
            self.key(&payment.key())
        };
        let answer = self.ask(Method::POST, "/pages", Some(key), body).await?;
        if self.has(F::BelievesHtml) && !answer.body().starts_with(b"payment=") {
            let url = "https://acme.example/pay".to_owned();
            return Ok(Begun::new(SessionRef::new("?"), NextStep::Redirect { url }));
        }
        let seen = self.observation(&answer)?;
        let (said, asked) = (seen.requested.unwrap_or(payment.amount), payment.amount);
        let sound = self.has(F::RoundsCents)
            || self.has(F::IgnoresTheCurrency)
            || self.has(F::SharesOnePage);
        let wrong = (said.amount() != asked.amount() && !self.has(F::BelievesAnyAmount))
            || (said.currency() != asked.currency() && !self.has(F::BelievesAnyCurrency))
            || (seen.attempt.is_some_and(|of| of != payment.attempt)
                && !self.has(F::BelievesAnyAttempt));
        if wrong && !sound {
            return Err(self.something_else());
        }
        let scheme = if self.has(F::SendsPayersInTheClear) {
            "http"
        } else {
            "https"
        };
        let url = format!("{scheme}://acme.example/pay/{}", seen.payment);
        let session = SessionRef::new(seen.payment.as_str());
        Ok(Begun::new(session, NextStep::Redirect { url }))
    }

    async fn look_up(&self, what: &Lookup) -> Result<Found, AdapterError> {
        let path = match what {
            _ if self.is_told() => return Ok(Found::Nothing),
            Lookup::Payment(name) if self.is_name(name.as_str()) => format!("/payments/{name}"),
            Lookup::Session(name) if self.is_name(name.as_str()) => format!("/payments/{name}"),
            Lookup::Session(name) if name.as_str().ends_with("=paid") => {
                let (page, _) = name.as_str().split_once('=').unwrap();
                let mut seen = self.look(&format!("/payments/{page}")).await?.unwrap();
                seen.state = PaymentState::Succeeded;
                return Ok(Found::Payment(Box::new(seen)));
            }
            Lookup::Attempt { attempt, .. } => format!("/attempts/{attempt}"),
            _ => return Ok(Found::Nothing),
        };
        match self.look(&path).await {
            Ok(Some(seen)) if self.is_another(what, &seen) => Err(self.something_else()),
            Ok(Some(seen)) => Ok(Found::Payment(Box::new(seen))),
            Ok(None) if self.has(F::CallsNothingCancelled) => Ok(Found::Session {
                session: SessionRef::new("?"),
                state: PaymentState::Cancelled,
                until: None,
            }),
            Ok(None) => Ok(Found::Nothing),
            Err(_) if self.has(F::CallsNoAnswerNothing) => Ok(Found::Nothing),
            Err(no) => Err(no),
        }
    }

    fn returned(&self, params: &ReturnParams) -> Option<Lookup> {
        let page = if self.has(F::TakesTheLastParameter) {
            let mut pages = params.query.iter().filter(|(name, _)| name == "page");
            pages.next_back().map(|(_, value)| value.as_str())?
        } else {
            params.one("page")?
        };
        let paid = params.one("status") == Some("succeeded");
        if paid && self.has(F::BelievesTheBrowser) {
            return Some(Lookup::Session(SessionRef::new(format!("{page}=paid"))));
        }
        Some(Lookup::Session(SessionRef::new(page)))
    }

    async fn receive(&self, raw: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        self.read_post(raw)
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
impl Sessions for Acme {
    async fn close(&self, session: &SessionRef) -> Result<Found, AdapterError> {
        let path = format!("/payments/{session}/close");
        let answer = self.ask(Method::POST, &path, None, String::new()).await?;
        if self.has(F::ClosesWithoutLooking) {
            return Ok(Found::Session {
                session: session.clone(),
                state: PaymentState::Cancelled,
                until: None,
            });
        }
        Ok(Found::Payment(Box::new(self.observation(&answer)?)))
    }
}

impl fmt::Debug for Acme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = if self.has(F::PrintsItsSecret) {
            API_KEY
        } else {
            ".."
        };
        write!(f, "Acme({key})")
    }
}
