//! One order of Ana's, a provider, and short ways to do what people do.
use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use portal_core::{
    CustomerDesk, Directory as _, EffectKind, Error, Id, Order, OrderDetails, Page, Portal,
    Settings, Store as _,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    effect::StaffTask,
    http::{HttpClient, Method, Request, Response},
    memory::Memory,
    order::LedgerLink,
    payment::{
        Attempt, AttemptKey, Merchant, NextStep, PayOrder, PaymentAttempt, PaymentProvider,
        PaymentStanding, PaymentStep, PaymentStore as _, PaymentView, RawWebhook, Received,
        ReturnParams, SessionRef,
    },
    staff::{Staff, StaffDesk, StaffRole},
    store::QueueState,
};
use portal_payments::{
    sim::Sim,
    stripe::{Stripe, StripeConfig},
};
use portal_testkit::{FlakyStore, RecordingHost, StoppedClock, facts::*, stripe::FakeStripe};

/// Where the payer comes back to.
const BACK: &str = "https://portal.example/paid";

/// An order of 120 EUR of Ana's, on which Ben takes part.
pub(crate) struct Scene {
    pub(crate) memory: Memory,
    pub(crate) store: FlakyStore,
    pub(crate) clock: StoppedClock,
    pub(crate) host: RecordingHost,
    pub(crate) portal: Portal,
    provider: String,
}

/// The same, and the provider that is played in memory.
pub(crate) struct AtSim {
    pub(crate) sim: Sim,
    scene: Scene,
}

/// The same, and Stripe in this process.
pub(crate) struct AtStripe {
    pub(crate) fake: FakeStripe,
    pub(crate) wire: Wire,
    scene: Scene,
}

/// What lies between us and Stripe: it may lose the answer to a refund, or the refund itself.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    fake: FakeStripe,
    loses_the_answer: Arc<AtomicBool>,
    loses_the_refund: Arc<AtomicBool>,
}

impl Wire {
    /// The next refund is made, and nobody hears so.
    pub(crate) fn lose_the_answer(&self) {
        self.loses_the_answer.store(true, Ordering::Relaxed);
    }

    /// The next refund never arrives, and nobody hears so.
    pub(crate) fn lose_the_refund(&self) {
        self.loses_the_refund.store(true, Ordering::Relaxed);
    }
}

#[async_trait]
impl HttpClient for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let lost = || {
            let (kind, unknown) = (AdapterErrorKind::Unavailable, Disposition::Unknown);
            Err(AdapterError::new(
                kind,
                unknown,
                "wire",
                "send",
                "no answer",
            ))
        };
        let refund = request.method() == Method::POST && request.uri().path() == "/v1/refunds";
        if refund && self.loses_the_refund.swap(false, Ordering::Relaxed) {
            return lost();
        }
        let answer = self.fake.send(request).await;
        if refund && self.loses_the_answer.swap(false, Ordering::Relaxed) {
            return lost();
        }
        answer
    }
}

impl Scene {
    pub(crate) fn of(provider: Arc<dyn PaymentProvider>, clock: &StoppedClock) -> Self {
        Self::set(provider, clock, Settings::default())
    }

    pub(crate) fn set(
        provider: Arc<dyn PaymentProvider>,
        clock: &StoppedClock,
        settings: Settings,
    ) -> Self {
        let (memory, host) = (Memory::default(), RecordingHost::default());
        let store = FlakyStore::over(Arc::new(memory.clone()));
        let name = provider.name().to_owned();
        let portal = Portal::builder(Arc::new(store.clone()), Arc::new(memory.clone()))
            .clock(Arc::new(clock.clone()))
            .settings(settings)
            .payments(provider)
            .payment_store(Arc::new(memory.clone()))
            .host(Arc::new(host.clone()))
            .build()
            .unwrap();
        let ben = contact("ben");
        for person in [contact("ana"), ben.clone(), contact("eve")] {
            memory.put_contact(person);
        }
        memory.put_order(order("o1").with(&ben).details());
        Self {
            memory,
            store,
            clock: clock.clone(),
            host,
            portal,
            provider: name,
        }
    }

    pub(crate) fn desk(&self, who: &str) -> CustomerDesk {
        self.portal.customer(viewer(&contact(who)))
    }

    pub(crate) fn staff(&self, role: StaffRole) -> StaffDesk {
        self.portal.staff(Staff::new("sam", role))
    }

    pub(crate) fn admin(&self) -> StaffDesk {
        self.staff(StaffRole::Admin)
    }

    /// Ana's form, as the page shows the order now.
    pub(crate) async fn form(&self, number: u128) -> PayOrder {
        let page = self.desk("ana").pay_page(&Id::new("o1")).await.unwrap();
        let provider = self.provider.as_str();
        PayOrder::new(
            command(number),
            Id::new("o1"),
            provider,
            page.shown,
            BACK,
            BACK,
        )
    }

    /// Ana loads the page and presses.
    pub(crate) async fn press(&self, number: u128) -> Result<PaymentStep, Error> {
        let form = self.form(number).await;
        self.desk("ana").pay(&form).await
    }

    /// She does, and comes to a page: its session.
    pub(crate) async fn opened(&self, number: u128) -> SessionRef {
        let step = self.press(number).await.unwrap();
        assert!(
            matches!(
                step.payment.standing,
                PaymentStanding::Open(NextStep::Redirect { .. })
            ),
            "{:?}",
            step.payment
        );
        self.attempt(step.payment.attempt)
            .await
            .page
            .unwrap()
            .session
    }

    pub(crate) async fn attempt(&self, attempt: Attempt) -> PaymentAttempt {
        let key = AttemptKey::Attempt(attempt);
        self.memory.attempt(&key).await.unwrap().unwrap().value
    }

    /// The attempts to pay the order, the first one first.
    pub(crate) async fn attempts(&self) -> Vec<PaymentAttempt> {
        let mut all = self.memory.attempts(&Id::new("o1")).await.unwrap();
        all.reverse();
        all
    }

    pub(crate) async fn order(&self) -> Order {
        let found = self.memory.order(&Id::new("o1")).await.unwrap();
        found.unwrap().value.order
    }

    /// The host edits the order.
    pub(crate) async fn edit(&self, edit: impl FnOnce(&mut OrderDetails)) {
        let found = self.memory.order(&Id::new("o1")).await.unwrap();
        let mut details = found.unwrap().value;
        edit(&mut details);
        self.memory.put_order(details);
    }

    /// The host sends the order to its accounting system.
    pub(crate) async fn export(&self) {
        self.edit(|details| details.order.ledger = LedgerLink::connected("Xero", "INV-1"))
            .await;
    }

    /// The outbox is worked off, as far as it is due.
    pub(crate) async fn work(&self) {
        for _ in 0..50 {
            let round = self.portal.dispatcher().run_once().await.unwrap();
            if round.done + round.put_off + round.given_up == 0 {
                return;
            }
        }
        panic!("the outbox has no end");
    }

    /// Time passes, and the outbox is worked off every ten minutes of it.
    pub(crate) async fn after(&self, time: portal_core::chrono::Duration) {
        let end = self.clock_now() + time;
        while self.clock_now() < end {
            let step = (end - self.clock_now()).min(minutes(10));
            self.clock.advance(step);
            self.work().await;
        }
    }

    fn clock_now(&self) -> portal_core::chrono::DateTime<portal_core::chrono::Utc> {
        portal_core::Clock::now(&self.clock)
    }

    /// Somebody posts to the provider's webhook address.
    pub(crate) async fn post(&self, raw: &RawWebhook) -> u16 {
        self.portal.webhook(&self.provider, raw).await.status
    }

    /// What staff were asked to look at, after everything that is due was done.
    pub(crate) async fn tasks(&self) -> Vec<StaffTask> {
        self.work().await;
        let all = self.host.delivered();
        let tasks = all.iter().filter_map(|effect| match &effect.kind {
            EffectKind::StaffTask { kind, .. } => Some(*kind),
            _ => None,
        });
        tasks.collect()
    }

    /// The mails that are owed.
    pub(crate) async fn mails(&self) -> Vec<portal_core::effect::MailKind> {
        let listed = self.memory.outbox(&Page::first(100)).await.unwrap();
        let kinds = listed
            .items
            .into_iter()
            .filter_map(|queued| match queued.effect.kind {
                EffectKind::Mail { kind, .. } => Some(kind),
                _ => None,
            });
        kinds.collect()
    }

    /// The work for the provider that was given up, with why.
    pub(crate) async fn given_up(&self) -> Vec<String> {
        let listed = self.memory.outbox(&Page::first(100)).await.unwrap();
        let dead = listed
            .items
            .into_iter()
            .filter_map(|queued| match queued.state {
                QueueState::Dead(why) => Some(why),
                _ => None,
            });
        dead.collect()
    }

    /// The work for the provider that still waits.
    pub(crate) async fn waiting(&self) -> usize {
        let listed = self.memory.outbox(&Page::first(100)).await.unwrap();
        let owed = listed.items.iter().filter(|queued| {
            matches!(queued.effect.kind, EffectKind::Payment(_))
                && matches!(queued.state, QueueState::Due(_))
        });
        owed.count()
    }

    /// The money that pays for nothing.
    pub(crate) async fn unapplied(&self) -> Vec<Received> {
        let listed = self.admin().unapplied_money(&Page::default()).await;
        listed.unwrap().items
    }

    /// Everything that came for the order, the first one first.
    pub(crate) async fn received(&self) -> Vec<Received> {
        let mut all = vec![];
        for attempt in self.attempts().await {
            let Some(payment) = &attempt.payment else {
                continue;
            };
            let key = Received::key(&attempt.merchant, payment);
            all.extend(
                self.memory
                    .received(&key)
                    .await
                    .unwrap()
                    .map(|found| found.value),
            );
        }
        all
    }

    /// The payment, as Ana sees it.
    pub(crate) async fn seen(&self) -> PaymentView {
        let views = self.desk("ana").payments(&Id::new("o1")).await.unwrap();
        views[0].clone()
    }
}

impl AtSim {
    pub(crate) fn new() -> Self {
        let clock = StoppedClock::default();
        let sim = Sim::for_demonstration_only(Arc::new(clock.clone()));
        let scene = Scene::of(Arc::new(sim.clone()), &clock);
        Self { sim, scene }
    }

    /// Ana pays, and nobody has told us yet.
    pub(crate) async fn paid_there(&self, number: u128) -> SessionRef {
        let session = self.opened(number).await;
        assert!(self.sim.pay(&session));
        session
    }

    /// Ana's browser comes back.
    pub(crate) async fn returns(&self, session: &SessionRef) -> PaymentView {
        let back = self.came_back("ana", session).await;
        back.unwrap()
    }

    pub(crate) async fn came_back(
        &self,
        who: &str,
        session: &SessionRef,
    ) -> Result<PaymentView, Error> {
        let query = vec![("session".to_owned(), session.to_string())];
        let params = ReturnParams::query(query);
        self.desk(who).pay_return("sim", &params).await
    }

    /// The webhooks that are on their way arrive, and what they owe is done.
    pub(crate) async fn hears(&self) {
        for raw in self.sim.deliver() {
            assert_eq!(self.post(&raw).await, 200);
        }
        self.work().await;
    }
}

impl AtStripe {
    pub(crate) fn new() -> Self {
        let clock = StoppedClock::default();
        let fake = FakeStripe::new(&clock);
        let config = StripeConfig::new("sk_test_secret".into(), Merchant::test("acct_1"))
            .checking_webhooks_with(FakeStripe::WEBHOOK_SECRET.into());
        let wire = Wire {
            fake: fake.clone(),
            loses_the_answer: Arc::default(),
            loses_the_refund: Arc::default(),
        };
        let stripe = Stripe::new(config, Arc::new(wire.clone()), Arc::new(clock.clone())).unwrap();
        let scene = Scene::of(Arc::new(stripe), &clock);
        Self { fake, wire, scene }
    }

    /// Ana has paid, and it is written down.
    pub(crate) async fn paid(&self) -> Received {
        let session = self.opened(1).await;
        self.fake.pay(session.as_str());
        self.hears().await;
        self.received().await.remove(0)
    }

    /// The webhooks that are on their way arrive, and what they owe is done.
    pub(crate) async fn hears(&self) {
        for raw in self.fake.webhooks() {
            assert_eq!(self.post(&raw).await, 200);
        }
        self.work().await;
    }

    /// How often Stripe was asked to pay back.
    pub(crate) fn asked_to_pay_back(&self) -> usize {
        let all = self.fake.heard();
        let refunds = all
            .iter()
            .filter(|heard| heard.path == "/v1/refunds" && !heard.form.is_empty());
        refunds.count()
    }
}

impl Deref for AtSim {
    type Target = Scene;

    fn deref(&self) -> &Scene {
        &self.scene
    }
}

impl Deref for AtStripe {
    type Target = Scene;

    fn deref(&self) -> &Scene {
        &self.scene
    }
}

/// The stable codes of a refusal.
pub(crate) fn codes<T: std::fmt::Debug>(refused: Result<T, Error>) -> Vec<&'static str> {
    match refused {
        Err(Error::Refused(reasons)) => reasons.iter().map(portal_core::Refusal::code).collect(),
        other => panic!("not refused: {other:?}"),
    }
}
