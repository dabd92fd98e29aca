//! One seed: who does what, in which order, and who is cut off.
use std::{
    ops::AddAssign,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use chrono::{DateTime, Utc};
use portal_core::{
    Ask, Clock as _, CommandId, Contact, Decision, Error, Id, Order, Page, Portal, RecordRef,
    Settings, Upkeep,
    payment::{
        Merchant, MoneyChange, PayOrder, PayerRef, PaymentProvider as _, PaymentStore as _,
        Received, RefundPayment, SessionRef,
    },
    settings::MoneyActions,
};
use uuid::Uuid;

use super::{
    Ground, Rule,
    chance::Chance,
    clerks::Shelf,
    loose::Loose,
    stage::Stage,
    till::{Habits, Post, Till},
};
use crate::{
    Between, Facts, RecordingHost, StoppedClock,
    facts::{OrderFacts as _, contact, days, hours, minutes, order},
};

/// How much happens before time is let run on.
const STEPS: u32 = 900;

/// The same, where there are books.
const STEPS_WITH_BOOKS: u32 = 1_500;

/// What happened while it was played: a play in which nothing went wrong proves nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Pages that were opened at the provider.
    pub pages: u64,
    /// Of these, those that nobody saw: a card that is kept was charged, or was to be.
    pub charges: u64,
    /// Payments that were taken.
    pub paid: u64,
    /// Of these, those that pay for nothing.
    pub unapplied: u64,
    /// Refunds that were made.
    pub refunds: u64,
    /// Of these, those that staff had asked for.
    pub asked: u64,
    /// What was cut off in the middle.
    pub crashes: u64,
    /// Webhooks that were delivered.
    pub webhooks: u64,
    /// Documents that were made in the books.
    pub invoices: u64,
    /// Payments that were put there.
    pub posted: u64,
    /// Orders that are connected in the end.
    pub connected: u64,
    /// Calls that ended in an error.
    pub errors: u64,
}

/// A play that is going on.
pub(super) struct Play {
    pub(super) ground: Ground,
    pub(super) till: Till,
    pub(super) loose: Arc<Loose>,
    pub(super) host: RecordingHost,
    pub(super) orders: Vec<Id<Order>>,
    pub(super) without: Option<Rule>,
    /// Anybody pays anything back in it.
    pub(super) pays_back: bool,
    pub(super) portal: Portal,
    pub(super) clock: StoppedClock,
    pub(super) chance: Chance,
    going: Vec<Pin<Box<dyn Future<Output = Ended> + Send>>>,
    /// Pages that somebody has open in a browser.
    pub(super) browsers: Vec<SessionRef>,
    pub(super) forms: Vec<(Id<Contact>, PayOrder)>,
    pub(super) refunds: Vec<RefundPayment>,
    pub(super) commands: u128,
    pub(super) ledger: Option<Shelf>,
    pub(super) tally: Tally,
}

/// How something ended that somebody did.
pub(super) enum Ended {
    Shown(Id<Contact>, PayOrder, Option<SessionRef>),
    Posted(Post, u16),
    Done,
    Failed,
    Surprised(String),
}

impl Ground {
    /// Plays one seed, with every rule in place, or without one.
    ///
    /// # Errors
    /// What the books say that is not so.
    pub fn play(&self, seed: u64, without: Option<Rule>) -> Result<Tally, String> {
        let mut play = Play::new(self.clone(), seed, without);
        play.mess_about()?;
        play.go_home()?;
        play.audit()?;
        play.audit_books()?;
        Ok(play.counted())
    }
}

impl Play {
    fn new(ground: Ground, seed: u64, without: Option<Rule>) -> Self {
        let chance = Chance::of(seed);
        // What is paid back before it is put into the books is never put there.
        let pays_back = ground.books.is_none() || seed.is_multiple_of(3);
        let ledger = ground
            .books
            .as_ref()
            .map(|open| Shelf::new(&ground, open(seed), &chance, without));
        let clock = ledger
            .as_ref()
            .map_or_else(StoppedClock::default, |ledger| ledger.there.clock());
        let host = RecordingHost::default();
        let habits = Habits {
            closes: chance.percent(70),
            echoes: chance.percent(70),
            without,
        };
        let till = Till::new(&format!("till-{seed}"), habits, &clock, &chance);
        let payments = ground.world.payments();
        let loose = Arc::new(Loose::new(payments, without));
        let store = Between::shared(ground.world.store(), Arc::clone(&loose));
        let payments = Arc::clone(&loose);
        let stage = Arc::new(Stage {
            store: Arc::new(store),
            payments,
            books: ground.world.books(),
            directory: ground.world.directory(),
            without,
            runtime: Arc::clone(&ground.runtime),
        });
        let (store, directory) = (Arc::clone(&stage), Arc::clone(&stage));
        let mut settings = Settings::default();
        settings.orders.money_actions = MoneyActions::OrderOrBilling;
        let mut portal = Portal::builder(store, directory)
            .clock(Arc::new(clock.clone()))
            .settings(settings)
            .payments(Arc::new(till.clone()))
            .payment_store(Arc::clone(&stage) as _)
            .host(Arc::new(host.clone()));
        if let Some(ledger) = &ledger {
            let books = Arc::new(ledger.wire.clone());
            portal = portal
                .accounting(books, ledger.codes())
                .accounting_store(stage);
        }
        let portal = portal.build().unwrap();
        let last = if ledger.is_some() { 4 } else { 2 };
        let orders = (1..=last).map(|n| Id::new(format!("s{seed}-{n}")));
        let orders: Vec<Id<Order>> = orders.collect();
        let mut facts = Facts::new().contact(contact("ana")).contact(contact("eve"));
        for id in &orders {
            let order = order(id.as_str()).billed_to(Id::new("eve"));
            till.priced(id, order.balance.total());
            facts = facts.order(order.details());
        }
        ground.runtime.block_on(ground.world.put(facts));
        for who in ["ana", "eve"] {
            let known = known_at(till.merchant(), who, clock.now());
            let store = ground.world.store();
            ground.runtime.block_on(store.commit(known)).unwrap();
        }
        Self {
            ground,
            till,
            loose,
            host,
            orders,
            without,
            pays_back,
            portal,
            clock,
            chance,
            going: vec![],
            browsers: vec![],
            forms: vec![],
            refunds: vec![],
            commands: u128::from(seed) << 64,
            ledger,
            tally: Tally::default(),
        }
    }

    pub(super) fn wait<T>(&self, call: impl Future<Output = T>) -> T {
        self.ground.runtime.block_on(call)
    }

    pub(super) fn merchant(&self) -> Merchant {
        self.till.merchant().clone()
    }

    /// Everything at once.
    fn mess_about(&mut self) -> Result<(), String> {
        let steps = if self.ledger.is_some() {
            STEPS_WITH_BOOKS
        } else {
            STEPS
        };
        for step in 0..steps {
            match self.chance.below(100) {
                0..=9 if self.going.len() < 8 => self.somebody_begins(),
                10..=14 => self.a_payer_acts(),
                15..=16 => self.time_passes(),
                17 => self.something_happens_elsewhere(),
                18 if step % 4 == 0 => self.the_host_edits(),
                19 if step % 2 == 0 => {
                    self.somebody_is_cut_off();
                }
                20..=24 if self.ledger.is_some() && self.going.len() < 10 => self.a_clerk_begins(),
                25 if self.ledger.is_some() => self.somebody_acts_there(),
                _ => self.somebody_goes_on()?,
            }
            if step % 16 == 0 {
                self.one_live_attempt_at_most()?;
                self.nobody_pays_what_is_there()?;
            }
        }
        Ok(())
    }

    /// Everybody comes to an end, the network too, and time runs on until nothing is owed.
    fn go_home(&mut self) -> Result<(), String> {
        while !self.going.is_empty() {
            if self.chance.percent(3) {
                self.somebody_is_cut_off();
            } else {
                self.somebody_goes_on()?;
            }
        }
        if self.ledger.is_some() {
            self.workers_work_in_the_mess()?;
        }
        self.till.calm_down();
        if let Some(ledger) = &self.ledger {
            ledger.wire.calm_down();
        }
        let days_after = [5, 5, 10, 30].map(minutes).into_iter();
        let days_after = days_after
            .chain([1, 2, 4, 6, 12, 12].map(hours))
            .chain([1, 1, 1, 1, 1, 1].map(days));
        for (round, time) in days_after.enumerate() {
            self.posts_arrive()?;
            self.pass(time);
            if round == 11 {
                self.till.banks_answer();
            }
            self.outbox_is_worked_off()?;
        }
        self.posts_arrive()?;
        self.outbox_is_worked_off()?;
        self.nobody_pays_what_is_there()?;
        self.one_live_attempt_at_most()
    }

    /// What is owed to the books by now meets everything that goes wrong with them, before it is seen through.
    fn workers_work_in_the_mess(&mut self) -> Result<(), String> {
        for _ in 0..10 {
            for _ in 0..2 {
                self.a_worker_starts();
            }
            while !self.going.is_empty() {
                if self.chance.percent(2) {
                    self.somebody_is_cut_off();
                } else {
                    self.somebody_goes_on()?;
                }
            }
            let seconds = i64::try_from(self.chance.below(150)).unwrap();
            self.pass(chrono::Duration::seconds(seconds));
        }
        Ok(())
    }

    fn counted(mut self) -> Tally {
        for page in self.till.pages() {
            let made = page.refunds.iter();
            let asked = made.clone().filter(|r| {
                let ours = |form: &RefundPayment| Some(form.command.derive("refund")) == r.ours;
                self.refunds.iter().any(ours)
            });
            self.tally.asked += asked.count() as u64;
            self.tally.refunds += made.count() as u64;
            self.tally.pages += 1;
            self.tally.charges += u64::from(page.until == page.opened_at);
            self.tally.paid += u64::from(page.captured.is_positive());
        }
        let page = Page::first(Page::LARGEST);
        let unapplied = self.wait(self.loose.unapplied(&page)).unwrap();
        let here = |r: &&Received| r.merchant == self.merchant();
        self.tally.unapplied = unapplied.items.iter().filter(here).count() as u64;
        self.tally
    }

    pub(super) fn begins(&mut self, doing: impl Future<Output = Ended> + Send + 'static) {
        self.going.push(Box::pin(doing));
    }

    /// Goes on with one of those who are doing something, by one step.
    fn somebody_goes_on(&mut self) -> Result<(), String> {
        if self.going.is_empty() {
            return Ok(());
        }
        let at = self.chance.below(self.going.len());
        let mut cx = Context::from_waker(Waker::noop());
        let Poll::Ready(ended) = self.going[at].as_mut().poll(&mut cx) else {
            return Ok(());
        };
        drop(self.going.swap_remove(at));
        match ended {
            Ended::Shown(who, form, page) => {
                self.browsers.extend(page);
                self.forms.push((who, form));
            }
            Ended::Posted(post, status) => {
                self.tally.webhooks += 1;
                let again = self.chance.percent(20);
                if status != 200 || again {
                    self.till.post_again(post);
                }
            }
            Ended::Done => {}
            Ended::Failed => self.tally.errors += 1,
            Ended::Surprised(by) => return Err(by),
        }
        Ok(())
    }

    /// A process ends in the middle of something.
    pub(super) fn somebody_is_cut_off(&mut self) -> bool {
        if self.going.is_empty() {
            return false;
        }
        let at = self.chance.below(self.going.len());
        drop(self.going.swap_remove(at));
        self.wait(self.loose.crash());
        self.tally.crashes += 1;
        true
    }

    /// So much time goes by, in which what was on its way arrives.
    pub(super) fn pass(&self, time: chrono::Duration) {
        if let Some(ledger) = &self.ledger {
            ledger.wire.arrive_until(self.clock.now() + time);
        }
        self.clock.advance(time);
    }

    /// What is insisted on arrives, and most of the rest.
    fn posts_arrive(&mut self) -> Result<(), String> {
        while let Some(post) = self.till.next_post() {
            if post.insistent || self.chance.percent(50) {
                self.post(post);
                self.all_go_on()?;
            }
        }
        Ok(())
    }

    fn outbox_is_worked_off(&mut self) -> Result<(), String> {
        for _ in 0..12 {
            self.a_worker_starts();
            self.all_go_on()?;
            self.pass(minutes(1));
        }
        Ok(())
    }

    fn all_go_on(&mut self) -> Result<(), String> {
        while !self.going.is_empty() {
            self.somebody_goes_on()?;
        }
        Ok(())
    }
}

/// Everybody has a card there, from before.
fn known_at(merchant: &Merchant, who: &str, now: DateTime<Utc>) -> Decision {
    let name = format!("{} knows {who}", merchant.account);
    let command = CommandId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
    let about = RecordRef::Contact(Id::new(who));
    let ask = Ask::new(&Upkeep, now, command);
    Decision::new(&ask, "payment-method.payer-known", about).changed(MoneyChange::Payer {
        contact: Id::new(who),
        merchant: merchant.clone(),
        payer: PayerRef::new(who),
    })
}

impl Ended {
    /// The rules may say no, and the provider may be away. Nothing else happens here.
    pub(super) fn of_error(error: &Error) -> Self {
        match error {
            Error::Refused(_) | Error::Adapter(_) | Error::NotFound | Error::Contended => {
                Self::Failed
            }
            other => Self::Surprised(other.to_string()),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.pages += other.pages;
        self.charges += other.charges;
        self.paid += other.paid;
        self.unapplied += other.unapplied;
        self.refunds += other.refunds;
        self.asked += other.asked;
        self.crashes += other.crashes;
        self.webhooks += other.webhooks;
        self.invoices += other.invoices;
        self.posted += other.posted;
        self.connected += other.connected;
        self.errors += other.errors;
    }
}
