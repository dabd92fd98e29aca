//! The provider that is played in memory, with habits it does not have.
use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use portal_core::{
    adapter::AdapterError,
    payment::{
        BeginPayment, Begun, Found, Lookup, Merchant, PaymentProvider, PaymentVault,
        ProviderTraits, RawWebhook, Refund, RefundKind, Refunded, Refunds, ReturnParams, Sessions,
        WebhookBatch, WebhookError,
    },
};
use portal_payments::sim::Sim;
use portal_testkit::StoppedClock;

use crate::scene::Scene;

/// Clones are the same provider.
#[derive(Debug, Clone)]
pub(crate) struct Odd {
    pub(crate) sim: Sim,
    kind: RefundKind,
    forgetful: Arc<AtomicBool>,
    meanwhile: Meanwhile,
    heard: Arc<AtomicU32>,
}

/// What happens while the next refund is under way. Where it answers something, nothing is paid back, and that is the answer.
type Turn = Box<dyn FnOnce() -> Option<AdapterError> + Send>;

#[derive(Clone, Default)]
struct Meanwhile(Arc<Mutex<Option<Turn>>>);

impl fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meanwhile")
    }
}

impl Odd {
    /// It pays back all of a payment or nothing.
    pub(crate) fn all_or_nothing() -> (Scene, Self) {
        Self::of(RefundKind::FullOnly)
    }

    /// It may forget that it ever heard of a payment.
    pub(crate) fn forgetful() -> (Scene, Self) {
        Self::of(RefundKind::PartialRepeated)
    }

    /// It knows of nothing, or of everything again.
    pub(crate) fn forgets(&self, it_does: bool) {
        self.forgetful.store(it_does, Ordering::Relaxed);
    }

    /// How often a refund got through to the provider.
    pub(crate) fn refunds_heard(&self) -> u32 {
        self.heard.load(Ordering::Relaxed)
    }

    /// This happens while the next refund is under way.
    pub(crate) fn during_the_next_refund(
        &self,
        turn: impl FnOnce() -> Option<AdapterError> + Send + 'static,
    ) {
        *self.meanwhile.0.lock().unwrap() = Some(Box::new(turn));
    }

    fn of(kind: RefundKind) -> (Scene, Self) {
        let clock = StoppedClock::default();
        let odd = Self {
            sim: Sim::for_demonstration_only(Arc::new(clock.clone())),
            kind,
            forgetful: Arc::default(),
            meanwhile: Meanwhile::default(),
            heard: Arc::default(),
        };
        (Scene::of(Arc::new(odd.clone()), &clock), odd)
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl PaymentProvider for Odd {
    fn name(&self) -> &str {
        self.sim.name()
    }

    fn merchant(&self) -> &Merchant {
        self.sim.merchant()
    }

    fn traits(&self) -> &ProviderTraits {
        self.sim.traits()
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError> {
        PaymentProvider::begin(&self.sim, payment).await
    }

    async fn look_up(&self, what: &Lookup) -> Result<Found, AdapterError> {
        if self.forgetful.load(Ordering::Relaxed) {
            return Ok(Found::Nothing);
        }
        self.sim.look_up(what).await
    }

    fn returned(&self, params: &ReturnParams) -> Option<Lookup> {
        self.sim.returned(params)
    }

    async fn receive(&self, raw: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        self.sim.receive(raw).await
    }

    fn sessions(&self) -> Option<Arc<dyn Sessions>> {
        self.sim.sessions()
    }

    fn vault(&self) -> Option<Arc<dyn PaymentVault>> {
        self.sim.vault()
    }

    fn refunds(&self) -> Option<Arc<dyn Refunds>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Refunds for Odd {
    fn kind(&self) -> RefundKind {
        self.kind
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, AdapterError> {
        let turn = self.meanwhile.0.lock().unwrap().take();
        if let Some(no) = turn.and_then(|turn| turn()) {
            return Err(no);
        }
        // A connection takes its time too.
        tokio::task::yield_now().await;
        self.heard.fetch_add(1, Ordering::Relaxed);
        Refunds::refund(&self.sim, refund).await
    }
}
