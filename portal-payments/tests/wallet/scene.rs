//! A portal with the played provider and Stripe in this process, and short ways to do what people do.
use std::sync::Arc;

use portal_core::{
    CustomerDesk, Error, Id, Page, Portal, Settings, Store as _,
    memory::Memory,
    payment::{
        AddMethod, Merchant, MethodKind, MethodRef, MethodView, NextStep, PayOrder, PayerRef,
        PaymentProvider as _, PaymentStore as _, RemoveMethod, SessionRef, WalletView,
    },
};
use portal_payments::{
    sim::Sim,
    stripe::{Stripe, StripeConfig},
};
use portal_testkit::{FlakyStore, RecordingHost, StoppedClock, facts::*, stripe::FakeStripe};

/// Where everybody comes back to.
pub(crate) const BACK: &str = "https://portal.example/cards";

pub(crate) struct Scene {
    pub(crate) memory: Memory,
    pub(crate) store: FlakyStore,
    pub(crate) sim: Sim,
    pub(crate) fake: FakeStripe,
    pub(crate) portal: Portal,
    pub(crate) clock: StoppedClock,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::set(Settings::default())
    }

    pub(crate) fn set(settings: Settings) -> Self {
        let clock = StoppedClock::default();
        let memory = Memory::default();
        let sim = Sim::for_demonstration_only(Arc::new(clock.clone()));
        let fake = FakeStripe::new(&clock);
        let config = StripeConfig::new("sk_test_secret".into(), stripes());
        let wire = Arc::new(fake.clone());
        let stripe = Stripe::new(config, wire, Arc::new(clock.clone())).unwrap();
        let store = FlakyStore::over(Arc::new(memory.clone()));
        let portal = Portal::builder(Arc::new(store.clone()), Arc::new(memory.clone()))
            .clock(Arc::new(clock.clone()))
            .settings(settings)
            .payments(Arc::new(sim.clone()))
            .payments(Arc::new(stripe))
            .payment_store(Arc::new(memory.clone()))
            .host(Arc::new(RecordingHost::default()))
            .build()
            .unwrap();
        for person in ["ana", "eve"] {
            memory.put_contact(contact(person));
        }
        memory.put_order(order("o1").details());
        Self {
            memory,
            store,
            sim,
            fake,
            portal,
            clock,
        }
    }

    /// The same after the host edited its settings.
    pub(crate) fn after(&self, edit: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.portal.settings().clone();
        edit(&mut settings);
        let portal = Portal::builder(Arc::new(self.store.clone()), Arc::new(self.memory.clone()))
            .clock(Arc::new(self.clock.clone()))
            .settings(settings)
            .payments(Arc::new(self.sim.clone()))
            .payment_store(Arc::new(self.memory.clone()))
            .host(Arc::new(RecordingHost::default()))
            .build()
            .unwrap();
        Self {
            memory: self.memory.clone(),
            store: self.store.clone(),
            sim: self.sim.clone(),
            fake: self.fake.clone(),
            portal,
            clock: self.clock.clone(),
        }
    }

    pub(crate) fn desk(&self, who: &str) -> CustomerDesk {
        self.portal.customer(viewer(&contact(who)))
    }

    pub(crate) async fn wallet(&self, who: &str, provider: &str) -> WalletView {
        let wallets = self.desk(who).payment_methods().await.unwrap();
        let found = wallets.into_iter().find(|w| w.provider == provider);
        found.unwrap()
    }

    pub(crate) async fn kept(&self, who: &str, provider: &str) -> Vec<MethodView> {
        self.wallet(who, provider).await.kept.unwrap()
    }

    pub(crate) async fn begins(
        &self,
        who: &str,
        provider: &str,
        kind: MethodKind,
        number: u128,
    ) -> Result<NextStep, Error> {
        let pays = "EUR".parse().unwrap();
        let form = AddMethod::new(command(number), provider, kind, pays, BACK, BACK);
        self.desk(who).begin_method_setup(&form).await
    }

    /// They store a card at the played provider: its name.
    pub(crate) async fn card(&self, who: &str, number: u128, last4: &str) -> MethodRef {
        let step = self.begins(who, "sim", MethodKind::Card, number).await;
        assert!(matches!(step, Ok(NextStep::Redirect { .. })), "{step:?}");
        let page = format!("setup_{}", command(number).derive("setup"));
        assert!(self.sim.store_card(&SessionRef::new(page), "Visa", last4));
        let kept = self.kept(who, "sim").await;
        let card = kept.into_iter().find(|kept| kept.method.last4 == last4);
        card.unwrap().method.method
    }

    pub(crate) async fn removes(
        &self,
        who: &str,
        provider: &str,
        method: &MethodRef,
        number: u128,
    ) -> Result<bool, Error> {
        let form = RemoveMethod::new(command(number), provider, method.clone());
        let done = self.desk(who).remove_method(&form).await?;
        Ok(done.replayed)
    }

    /// Who this person is at the played provider, or at Stripe, as we remember it.
    pub(crate) async fn remembered(&self, who: &str, merchant: &Merchant) -> Option<PayerRef> {
        self.memory.payer(&Id::new(who), merchant).await.unwrap()
    }

    pub(crate) async fn pay_form(&self, provider: &str, number: u128) -> PayOrder {
        let page = self.desk("ana").pay_page(&Id::new("o1")).await.unwrap();
        PayOrder::new(
            command(number),
            Id::new("o1"),
            provider,
            page.shown,
            BACK,
            BACK,
        )
    }

    /// What the audit trail says was done, the newest first.
    pub(crate) async fn trail(&self) -> Vec<String> {
        let listed = self.memory.audit(&Page::first(100)).await.unwrap();
        let lines = listed.items.into_iter();
        lines
            .map(|line| format!("{} {}", line.action, line.about.key()))
            .collect()
    }
}

pub(crate) fn stripes() -> Merchant {
    Merchant::test("acct_1")
}

impl Scene {
    pub(crate) fn sims(&self) -> Merchant {
        self.sim.merchant().clone()
    }
}

/// The stable codes of a refusal.
pub(crate) fn codes<T: std::fmt::Debug>(refused: Result<T, Error>) -> Vec<&'static str> {
    match refused {
        Err(Error::Refused(reasons)) => reasons.codes(),
        other => panic!("not refused: {other:?}"),
    }
}
