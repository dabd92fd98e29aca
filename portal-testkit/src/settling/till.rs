//! A provider with every bad habit there is, that knows the truth: what was charged, and what was paid back.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use chrono::{DateTime, Utc};
use portal_core::{
    Clock as _, Id, Money, Order,
    payment::{
        Attempt, Fetching, Finding, Merchant, ObservedRefund, PayStyle, PaymentLimits, PaymentRef,
        PaymentState, ProviderTraits, RawWebhook, RefundRef, RefundState, Repeats, SessionRef,
        Webhooks,
    },
};
use uuid::Uuid;

use super::{Rule, chance::Chance};
use crate::{StoppedClock, fakes::locked};

/// How long it remembers a key.
pub(super) const REMEMBERS: u64 = 24;

/// The provider. Clones are the same one.
#[derive(Debug, Clone)]
pub(super) struct Till {
    pub(super) merchant: Merchant,
    pub(super) traits: ProviderTraits,
    pub(super) habits: Habits,
    pub(super) clock: StoppedClock,
    pub(super) chance: Chance,
    state: Arc<Mutex<State>>,
}

/// What this one is like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    /// It can close a page.
    pub(super) closes: bool,
    /// It names our refund when it is asked about the payment.
    pub(super) echoes: bool,
    /// The rule it does not keep.
    pub(super) without: Option<Rule>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) calm: bool,
    pub(super) pages: Vec<Page>,
    pub(super) keys: BTreeMap<String, (DateTime<Utc>, usize, Option<ObservedRefund>)>,
    posts: Vec<Post>,
    totals: BTreeMap<Id<Order>, i64>,
    broken: Option<String>,
    last: u64,
}

/// A page, and what was paid on it.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) attempt: Attempt,
    pub(super) order: Id<Order>,
    pub(super) session: SessionRef,
    pub(super) payment: PaymentRef,
    pub(super) amount: Money,
    pub(super) state: PaymentState,
    pub(super) captured: Money,
    pub(super) disputed: Money,
    /// The most of it that a bank ever called back.
    pub(super) called_back: i64,
    pub(super) called_back_at: DateTime<Utc>,
    pub(super) refunds: Vec<ObservedRefund>,
    pub(super) opened_at: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
}

/// A webhook on its way.
#[derive(Debug, Clone)]
pub(super) struct Post {
    name: String,
    payment: PaymentRef,
    /// Nobody would find out otherwise: it is posted until it is taken.
    pub(super) insistent: bool,
}

impl Till {
    pub(super) fn new(name: &str, habits: Habits, clock: &StoppedClock, chance: &Chance) -> Self {
        let limits = PaymentLimits::none();
        let says = if habits.without == Some(Rule::Window) {
            REMEMBERS * 10
        } else {
            REMEMBERS
        };
        let traits = ProviderTraits::new(limits, PayStyle::Redirect)
            .fetching(Fetching::Payment)
            .finding(Finding::Eventually(Duration::from_mins(1)))
            .webhooks(Webhooks::SignedPing)
            .repeats(Repeats::For(Duration::from_hours(says)))
            .session_lifetime(Duration::from_mins(30));
        Self {
            merchant: Merchant::test(name),
            traits,
            habits,
            clock: clock.clone(),
            chance: chance.clone(),
            state: Arc::default(),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    /// From now on every call gets through and is answered.
    pub(super) fn calm_down(&self) {
        self.state().calm = true;
    }

    pub(super) fn pages(&self) -> Vec<Page> {
        self.state().pages.clone()
    }

    /// What went wrong that no book would show, such as an order charged twice.
    pub(super) fn broken(&self) -> Option<String> {
        self.state().broken.clone()
    }

    /// The host says what an order costs.
    pub(super) fn priced(&self, order: &Id<Order>, total: Money) {
        self.state().totals.insert(order.clone(), total.minor());
    }

    /// The payer pays by card.
    pub(super) fn pay(&self, session: &SessionRef) -> bool {
        let now = self.clock.now();
        let mut state = self.state();
        let Some(at) = state.open(session, now) else {
            return false;
        };
        state.capture(at);
        true
    }

    /// The payer pays by bank: it takes days.
    pub(super) fn pay_by_bank(&self, session: &SessionRef) {
        let now = self.clock.now();
        let mut state = self.state();
        if let Some(at) = state.open(session, now) {
            state.pages[at].state = PaymentState::Processing;
            state.tell(at, false);
        }
    }

    /// The payer goes away.
    pub(super) fn walk_away(&self, session: &SessionRef) {
        let now = self.clock.now();
        let mut state = self.state();
        if let Some(at) = state.open(session, now) {
            state.pages[at].state = PaymentState::Cancelled;
            state.tell(at, false);
        }
    }

    /// Some bank answers for what is under way with it.
    pub(super) fn banks_answer(&self) {
        let under_way = |page: &Page| page.state == PaymentState::Processing;
        let mut state = self.state();
        while let Some(at) = state.pages.iter().position(under_way) {
            if self.chance.percent(70) {
                state.capture(at);
            } else {
                state.pages[at].state = PaymentState::Failed;
                state.tell(at, false);
            }
        }
        let paid_back = |page: &Page| page.under_way() > 0;
        while let Some(at) = state.pages.iter().position(paid_back) {
            let refunds = state.pages[at].refunds.iter_mut();
            for refund in refunds.filter(|refund| refund.state == RefundState::Pending) {
                refund.state = if self.chance.percent(70) {
                    RefundState::Succeeded
                } else {
                    RefundState::Failed
                };
            }
            state.tell(at, false);
        }
    }

    /// Somebody pays back at the provider's own desk.
    pub(super) fn pay_back_elsewhere(&self, amount: i64) {
        let mut state = self.state();
        let captured = |page: &Page| page.left() >= amount;
        if let Some(at) = state.pages.iter().position(captured) {
            let amount = Money::from_minor(amount, state.pages[at].amount.currency());
            state.refund(at, None, amount, RefundState::Succeeded);
        }
    }

    /// A bank calls all of a payment back, or what is left of it.
    pub(super) fn dispute(&self) {
        let mut state = self.state();
        let now = self.clock.now();
        let whole = |page: &Page| page.left() > 0 && page.called_back == 0;
        if let Some(at) = state.pages.iter().position(whole) {
            let left = Money::from_minor(state.pages[at].left(), state.pages[at].amount.currency());
            state.pages[at].disputed = left;
            state.pages[at].called_back = left.minor();
            state.pages[at].called_back_at = now;
            state.tell(at, true);
        }
    }

    /// A bank gives back what it had called back. It takes a day at least to decide so.
    pub(super) fn dispute_is_won(&self) {
        let mut state = self.state();
        let decided = self.clock.now() - chrono::Duration::days(1);
        let called_back =
            |page: &Page| page.disputed.is_positive() && page.called_back_at < decided;
        if let Some(at) = state.pages.iter().position(called_back) {
            state.pages[at].disputed = Money::zero(state.pages[at].amount.currency());
            state.tell(at, true);
        }
    }

    /// A webhook that is on its way, taken out: any of them.
    pub(super) fn next_post(&self) -> Option<Post> {
        self.chance.take(&mut self.state().posts)
    }

    /// It is posted again, some time.
    pub(super) fn post_again(&self, post: Post) {
        self.state().posts.push(post);
    }

    pub(super) fn raw(&self, post: &Post) -> RawWebhook {
        let body = format!("{} {}", post.name, post.payment);
        RawWebhook::new(vec![], body.into_bytes(), self.clock.now())
    }
}

impl Page {
    pub(super) fn paid_back(&self) -> i64 {
        self.refunded(RefundState::Succeeded)
    }

    /// What a bank has yet to pay back.
    fn under_way(&self) -> i64 {
        self.refunded(RefundState::Pending)
    }

    fn refunded(&self, state: RefundState) -> i64 {
        let those = self.refunds.iter().filter(|refund| refund.state == state);
        those.map(|refund| refund.amount.minor()).sum()
    }

    /// What the merchant still has of it, and has not promised.
    pub(super) fn left(&self) -> i64 {
        self.captured.minor() - self.paid_back() - self.under_way() - self.disputed.minor()
    }
}

impl State {
    pub(super) fn name(&mut self, prefix: &str) -> String {
        self.last += 1;
        format!("{prefix}_{}", self.last)
    }

    pub(super) fn open(&self, session: &SessionRef, now: DateTime<Utc>) -> Option<usize> {
        self.pages.iter().position(|page| {
            page.session == *session && page.state == PaymentState::Open && now < page.until
        })
    }

    pub(super) fn capture(&mut self, at: usize) {
        let order = self.pages[at].order.clone();
        let of_order = self.pages.iter().filter(|page| page.order == order);
        // What a bank gave back after all may find its order being paid anew: nobody could know.
        let kept = |page: &Page| page.captured.minor() - page.paid_back() - page.called_back;
        let held: i64 = of_order.map(kept).sum();
        let held = held + self.pages[at].amount.minor();
        let total = self.totals.get(&order).copied().unwrap_or_default();
        if held > total {
            self.broken = Some(format!("{order} costs {total} and was charged {held}"));
        }
        let page = &mut self.pages[at];
        page.state = PaymentState::Succeeded;
        page.captured = page.amount;
        self.tell(at, false);
    }

    pub(super) fn refund(
        &mut self,
        at: usize,
        ours: Option<Uuid>,
        amount: Money,
        state: RefundState,
    ) -> ObservedRefund {
        let name = RefundRef::new(self.name("back"));
        let made = ObservedRefund::new(name, ours, amount, state);
        self.pages[at].refunds.push(made.clone());
        // What we asked for ourselves we see through.
        self.tell(at, ours.is_none());
        made
    }

    pub(super) fn tell(&mut self, at: usize, insistent: bool) {
        let payment = self.pages[at].payment.clone();
        let name = self.name(&format!("evt_{payment}"));
        self.posts.push(Post {
            name,
            payment,
            insistent,
        });
    }
}
