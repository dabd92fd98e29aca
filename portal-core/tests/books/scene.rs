//! One order of Ana's over 120 EUR, books and a till, and short ways to do what people do.
use std::sync::Arc;

use portal_core::{
    Clock as _, Directory as _, EffectKind, Error, Id, Order, OrderDetails, Page, Portal, Settings,
    Store,
    accounting::{AccountingStore as _, Export, ExportKey, ExportState, LedgerDocument},
    effect::StaffTask,
    memory::Memory,
    order::{LedgerLink, OrderAction},
    payment::{PayOrder, PaymentStep},
    staff::{Staff, StaffDesk, StaffRole},
};
use portal_testkit::{
    AnyCodes, AnyLedger, Between, FlakyStore, Meddler, RecordingHost, StoppedClock, facts::*,
};

use super::{records::Records, till::Till};

const BACK: &str = "https://portal.example/paid";

/// What the order is called, and its document.
pub(crate) const NUMBER: &str = "SO-o1";

pub(crate) struct Scene {
    pub(crate) memory: Memory,
    pub(crate) records: Records,
    pub(crate) store: FlakyStore,
    pub(crate) clock: StoppedClock,
    pub(crate) host: RecordingHost,
    pub(crate) till: Till,
    pub(crate) ledger: AnyLedger,
    pub(crate) codes: AnyCodes,
    pub(crate) portal: Portal,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self::of(AnyLedger::default(), settings)
    }

    pub(crate) fn of(ledger: AnyLedger, settings: Settings) -> Self {
        let memory = Memory::default();
        let below = Arc::new(memory.clone());
        Self::over(memory, below, ledger, settings)
    }

    /// With somebody who has a hand in what is committed.
    pub(crate) fn before(meddler: impl Meddler) -> Self {
        let memory = Memory::default();
        let below = Between::new(Arc::new(memory.clone()), meddler);
        let ledger = AnyLedger::default();
        Self::over(memory, Arc::new(below), ledger, Settings::default())
    }

    fn over(memory: Memory, below: Arc<dyn Store>, ledger: AnyLedger, settings: Settings) -> Self {
        let (host, clock) = (RecordingHost::default(), StoppedClock::default());
        let store = FlakyStore::over(below);
        let (till, codes) = (Till::new(), AnyCodes::default());
        let records = Records::new(memory.clone());
        let portal = Portal::builder(Arc::new(store.clone()), Arc::new(records.clone()))
            .clock(Arc::new(clock.clone()))
            .settings(settings)
            .payments(Arc::new(till.clone()))
            .payment_store(Arc::new(memory.clone()))
            .accounting(Arc::new(ledger.clone()), Arc::new(codes.clone()))
            .accounting_store(Arc::new(memory.clone()))
            .host(Arc::new(host.clone()))
            .build()
            .unwrap();
        memory.put_contact(contact("ana"));
        memory.put_order(order("o1").invoiced(today()).details());
        Self {
            memory,
            records,
            store,
            clock,
            host,
            till,
            ledger,
            codes,
            portal,
        }
    }

    /// The host has the order exported.
    pub(crate) async fn export(&self) -> Result<Export, Error> {
        self.portal
            .accounting()
            .unwrap()
            .export(&Id::new("o1"))
            .await
    }

    /// It is there.
    pub(crate) async fn exported(&self) -> Export {
        self.export().await.unwrap();
        self.work().await;
        let export = self.standing().await;
        assert_eq!(export.state, ExportState::Connected);
        export
    }

    pub(crate) async fn standing(&self) -> Export {
        let key = ExportKey::Order(Id::new("o1"));
        let found = self.memory.export(&key).await.unwrap();
        found.unwrap().value
    }

    /// The only document there is.
    pub(crate) fn document(&self) -> LedgerDocument {
        let all = self.ledger.documents();
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }

    pub(crate) async fn order(&self) -> Order {
        let found = self.memory.order(&Id::new("o1")).await.unwrap();
        found.unwrap().value.order
    }

    pub(crate) async fn link(&self) -> LedgerLink {
        self.order().await.ledger
    }

    /// The host edits the order.
    pub(crate) async fn edit(&self, edit: impl FnOnce(&mut OrderDetails)) {
        let found = self.memory.order(&Id::new("o1")).await.unwrap();
        let mut details = found.unwrap().value;
        edit(&mut details);
        self.memory.put_order(details);
    }

    /// Ana loads the page and presses.
    pub(crate) async fn press(&self, number: u128) -> Result<PaymentStep, Error> {
        let desk = self.portal.customer(viewer(&contact("ana")));
        let page = desk.pay_page(&Id::new("o1")).await?;
        let form = PayOrder::new(
            command(number),
            Id::new("o1"),
            "till",
            page.shown,
            BACK,
            BACK,
        );
        desk.pay(&form).await
    }

    /// Ana presses and pays, and the portal hears of it.
    pub(crate) async fn paid(&self) {
        self.press(1).await.unwrap();
        self.till.pay();
        self.after(minutes(2)).await;
    }

    /// Why Ana cannot pay, if so.
    pub(crate) async fn refused(&self) -> Vec<&'static str> {
        let desk = self.portal.customer(viewer(&contact("ana")));
        let page = desk.order(&Id::new("o1")).await.unwrap();
        let verdict = page.view.verdict(OrderAction::Pay).unwrap();
        verdict
            .refusals()
            .map_or(vec![], portal_core::Refusals::codes)
    }

    pub(crate) fn admin(&self) -> StaffDesk {
        self.portal.staff(Staff::new("sam", StaffRole::Admin))
    }

    /// The outbox is worked off, as far as it is due.
    pub(crate) async fn work(&self) {
        for _ in 0..50 {
            let round = self.portal.dispatcher().run_once().await.unwrap();
            if round == portal_core::outbox::Round::default() {
                return;
            }
        }
        panic!("the outbox has no end");
    }

    /// Time passes, and the outbox is worked off every minute of it.
    pub(crate) async fn after(&self, time: portal_core::chrono::Duration) {
        let end = self.clock.now() + time;
        while self.clock.now() < end {
            let step = (end - self.clock.now()).min(minutes(1).max(time / 60));
            self.clock.advance(step);
            self.work().await;
        }
    }

    /// What staff were asked to look at.
    pub(crate) fn tasks(&self) -> Vec<StaffTask> {
        let all = self.host.delivered();
        let tasks = all.iter().filter_map(|effect| match &effect.kind {
            EffectKind::StaffTask { kind, .. } => Some(*kind),
            _ => None,
        });
        tasks.collect()
    }

    /// What the audit trail says, the first entry first.
    pub(crate) async fn trail(&self) -> Vec<String> {
        let listed = self.memory.audit(&Page::first(100)).await.unwrap();
        let actions = listed
            .items
            .into_iter()
            .map(|entry| entry.action.to_string());
        let mut actions: Vec<_> = actions.collect();
        actions.reverse();
        actions
    }
}

/// The same portal, with these books.
pub(crate) fn with_books(at: &Scene, ledger: &AnyLedger) -> Portal {
    Portal::builder(Arc::new(at.store.clone()), Arc::new(at.memory.clone()))
        .clock(Arc::new(at.clock.clone()))
        .payments(Arc::new(at.till.clone()))
        .payment_store(Arc::new(at.memory.clone()))
        .accounting(Arc::new(ledger.clone()), Arc::new(at.codes.clone()))
        .accounting_store(Arc::new(at.memory.clone()))
        .host(Arc::new(at.host.clone()))
        .build()
        .unwrap()
}

pub(crate) async fn works(portal: &Portal) {
    while portal.dispatcher().run_once().await.unwrap() != portal_core::outbox::Round::default() {}
}
