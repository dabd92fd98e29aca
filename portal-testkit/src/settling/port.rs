//! The provider as the portal sees it: calls that may not arrive, answers that may not come back.
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    Clock as _, Money,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        BeginPayment, Begun, EventRef, Found, IdempotencyKey, Lookup, Merchant, NextStep,
        Observation, ObservedRefund, PaymentProvider, PaymentRef, PaymentState, PaymentVault,
        ProviderTraits, RawWebhook, Refund, RefundKind, RefundState, Refunded, Refunds,
        ReturnParams, SessionRef, Sessions, WebhookBatch, WebhookError, WebhookEvent,
        WebhookSubject,
    },
};

use super::{
    Rule,
    stage::pause,
    till::{Page, REMEMBERS, State, Till},
};

impl Till {
    /// The call arrives and is done, or one of both is not so. `done` is what happens there.
    pub(super) async fn call<T>(
        &self,
        operation: &'static str,
        done: impl FnOnce(&mut State) -> Result<T, AdapterError> + Send,
    ) -> Result<T, AdapterError>
    where
        T: Send,
    {
        pause().await;
        let trouble = if self.state().calm {
            100
        } else {
            self.chance.below(100)
        };
        let gone = |disposition| {
            let kind = AdapterErrorKind::Unavailable;
            AdapterError::new(kind, disposition, "till", operation, "no answer")
        };
        match trouble {
            0..=3 => return Err(gone(Disposition::NeverSent)),
            4..=8 => return Err(gone(Disposition::Unknown)),
            _ => {}
        }
        let ended = done(&mut self.state());
        pause().await;
        if (9..=16).contains(&trouble) {
            return Err(gone(Disposition::Unknown));
        }
        ended
    }

    pub(super) fn observed(&self, page: &Page) -> Observation {
        let mut refunds = page.refunds.clone();
        if !self.habits.echoes {
            for refund in &mut refunds {
                refund.ours = None;
            }
        }
        let now = self.clock.now();
        let payment = page.payment.clone();
        let back = Money::from_minor(page.paid_back(), page.amount.currency());
        Observation::new(
            self.merchant.clone(),
            payment,
            page.state,
            page.captured,
            now,
        )
        .of(Some(page.attempt))
        .requested(page.amount)
        .refunded(back, refunds)
        .disputed(page.disputed)
        .paid_with(Some("Visa 4242".to_owned()))
    }

    fn found(&self, state: &State, what: &Lookup) -> Found {
        let now = self.clock.now();
        let lag = chrono::Duration::minutes(1);
        let meant = |page: &&Page| match what {
            Lookup::Payment(payment) => page.payment == *payment,
            Lookup::Session(session) => page.session == *session,
            Lookup::Attempt { attempt, .. } => {
                page.attempt == *attempt && now - page.opened_at >= lag
            }
            _ => false,
        };
        let Some(page) = state.pages.iter().find(meant) else {
            return Found::Nothing;
        };
        if page.state == PaymentState::Open {
            let over = page.until <= now;
            let state = if over {
                PaymentState::Expired
            } else {
                PaymentState::Open
            };
            return Found::Session {
                session: page.session.clone(),
                state,
                until: Some(page.until),
            };
        }
        Found::Payment(Box::new(self.observed(page)))
    }

    /// What this key was first used for, if that is still known.
    pub(super) fn repeated(
        &self,
        state: &State,
        key: IdempotencyKey,
    ) -> Option<(usize, Option<ObservedRefund>)> {
        let (since, at, refund) = state.keys.get(&key.to_string())?;
        let fresh =
            self.clock.now() - *since < chrono::Duration::hours(i64::try_from(REMEMBERS).unwrap());
        let kept = self.habits.without != Some(Rule::Keys);
        (fresh && kept).then(|| (*at, refund.clone()))
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
        let now = self.clock.now();
        let done = |state: &mut State| {
            if let Some((at, _)) = self.repeated(state, payment.key()) {
                return Ok(state.pages[at].clone());
            }
            let nothing = Money::zero(payment.amount.currency());
            let (session, name) = (state.name("page"), state.name("pay"));
            let of = &self.merchant.account;
            let page = Page {
                attempt: payment.attempt,
                order: payment.order.clone(),
                session: SessionRef::new(format!("{of}-{session}")),
                payment: PaymentRef::new(format!("{of}-{name}")),
                amount: payment.amount,
                state: PaymentState::Open,
                captured: nothing,
                disputed: nothing,
                called_back: 0,
                called_back_at: now,
                refunds: vec![],
                opened_at: now,
                until: now + chrono::Duration::minutes(30),
            };
            let kept = (now, state.pages.len(), None);
            state.keys.insert(payment.key().to_string(), kept);
            state.pages.push(page.clone());
            Ok(page)
        };
        let page = self.call("begin", done).await?;
        let url = page.session.to_string();
        let begun = Begun::new(page.session, NextStep::Redirect { url });
        Ok(begun.until(Some(page.until)))
    }

    async fn look_up(&self, what: &Lookup) -> Result<Found, AdapterError> {
        let done = |state: &mut State| Ok(self.found(state, what));
        self.call("look up", done).await
    }

    fn returned(&self, params: &ReturnParams) -> Option<Lookup> {
        Some(Lookup::Session(SessionRef::new(params.one("session")?)))
    }

    async fn receive(&self, raw: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        let text = str::from_utf8(&raw.body).ok();
        let (name, payment) = text.and_then(|text| text.split_once(' ')).unwrap();
        let what = Lookup::Payment(PaymentRef::new(payment));
        let about = WebhookSubject::Payment(what);
        let event = WebhookEvent::new(EventRef::new(name), about);
        Ok(WebhookBatch::new(vec![event]))
    }

    fn sessions(&self) -> Option<Arc<dyn Sessions>> {
        self.habits
            .closes
            .then(|| Arc::new(self.clone()) as Arc<dyn Sessions>)
    }

    fn vault(&self) -> Option<Arc<dyn PaymentVault>> {
        Some(Arc::new(self.clone()))
    }

    fn refunds(&self) -> Option<Arc<dyn Refunds>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Sessions for Till {
    async fn close(&self, session: &SessionRef) -> Result<Found, AdapterError> {
        let now = self.clock.now();
        let done = |state: &mut State| {
            if let Some(at) = state.open(session, now) {
                state.pages[at].state = PaymentState::Cancelled;
                state.tell(at, false);
            }
            Ok(self.found(state, &Lookup::Session(session.clone())))
        };
        self.call("close", done).await
    }
}

#[async_trait]
impl Refunds for Till {
    fn kind(&self) -> RefundKind {
        RefundKind::PartialRepeated
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, AdapterError> {
        let now = self.clock.now();
        let rejected = || {
            let (kind, disposition) = (AdapterErrorKind::Rejected, Disposition::Rejected);
            AdapterError::new(kind, disposition, "till", "refund", "no")
        };
        let done = |state: &mut State| {
            if let Some((_, Some(made))) = self.repeated(state, refund.key()) {
                return Ok(made);
            }
            let meant = |page: &Page| page.payment == refund.payment;
            let at = state.pages.iter().position(meant).ok_or_else(rejected)?;
            if refund.amount.minor() > state.pages[at].left() {
                return Err(rejected());
            }
            let ends = if self.chance.percent(30) {
                RefundState::Pending
            } else {
                RefundState::Succeeded
            };
            let made = state.refund(at, Some(refund.refund), refund.amount, ends);
            let kept = (now, at, Some(made.clone()));
            state.keys.insert(refund.key().to_string(), kept);
            Ok(made)
        };
        self.call("refund", done).await.map(Refunded::Taken)
    }
}
