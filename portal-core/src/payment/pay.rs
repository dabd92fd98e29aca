//! The rule that begins a payment, and the form that asks for it.
use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Duration, Utc};

use super::{
    Attempt, Fetching, MethodRef, MoneyChange, NextStep, PaymentAttempt, PaymentProvider,
    PaymentState, PaymentWork, Received, SaveMethod, Shown,
};
use crate::{
    Ask, CommandId, Decision, EffectKind, Id, Loaded, Order, OrderDetails, RecordRef, Refusals,
    Viewer,
    order::{OpenPayment, OrderChange, OrderRefusal, OrderRules, may_pay},
};

/// How long a provider may take to answer. Whoever did not write its page down by then shows it to nobody.
pub(super) const ANSWERED_WITHIN: Duration = Duration::minutes(2);

/// Pay what is due on an order: all of it, as the page showed it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PayOrder {
    /// The form's own id. The same form sent again leads to the same payment.
    pub command: CommandId,
    /// Which order.
    pub order: Id<Order>,
    /// Through which provider, by its name.
    pub provider: Arc<str>,
    /// What the page showed.
    pub shown: Shown,
    /// Where the payer comes back to.
    pub return_to: String,
    /// Where the payer comes back to who changed their mind.
    pub cancel_to: String,
    /// Where they are, for providers that want it.
    pub payer_ip: Option<IpAddr>,
    /// Whether the card or account is kept for later.
    pub save: SaveMethod,
    /// What is charged, where they pay with something that is kept for them; one of their own.
    pub method: Option<MethodRef>,
}

impl PayOrder {
    /// Pays an order through this provider.
    pub fn new(
        command: CommandId,
        order: Id<Order>,
        provider: impl Into<Arc<str>>,
        shown: Shown,
        return_to: impl Into<String>,
        cancel_to: impl Into<String>,
    ) -> Self {
        Self {
            command,
            order,
            provider: provider.into(),
            shown,
            return_to: return_to.into(),
            cancel_to: cancel_to.into(),
            payer_ip: None,
            save: SaveMethod::No,
            method: None,
        }
    }

    /// From this address.
    #[must_use]
    pub fn from(mut self, ip: Option<IpAddr>) -> Self {
        self.payer_ip = ip;
        self
    }

    /// And keep what it is paid with.
    #[must_use]
    pub fn saving(mut self, save: SaveMethod) -> Self {
        self.save = save;
        self
    }

    /// With something that is kept for them, as the page offered it.
    #[must_use]
    pub fn with(mut self, method: MethodRef) -> Self {
        self.method = Some(method);
        self
    }

    /// The attempt that this form begins.
    pub(super) fn attempt(&self) -> Attempt {
        Attempt(self.command.derive("payment"))
    }

    /// The same, on the provider's page: for whom the bank wants to hear from before it lets anything be charged.
    pub(super) fn on_a_page(&self) -> Self {
        Self {
            command: CommandId(self.command.derive("page")),
            method: None,
            ..self.clone()
        }
    }
}

/// Begins a payment, if it may: writes the attempt down before anybody is asked for money.
pub(super) fn begin(
    facts: &Loaded<OrderDetails>,
    live: Option<&Loaded<PaymentAttempt>>,
    under_review: Option<&Received>,
    form: &PayOrder,
    provider: &dyn PaymentProvider,
    rules: OrderRules<'_>,
    ask: &Ask<'_, Viewer>,
) -> Result<Decision, Refusals> {
    let mut order = facts.value.order.clone();
    let given_up = match live {
        Some(live) if can_be_given_up(&live.value, ask.now) => Some(live),
        Some(live) => return Err(in_progress(&live.value).into()),
        None => None,
    };
    if given_up.is_some() {
        order.payment = None;
    }
    may_pay(&order, ask.by, rules)?;
    if let Some(received) = under_review {
        let amount = received.captured;
        return Err(OrderRefusal::PaymentUnderReview { amount }.into());
    }
    form.shown.still_holds(&facts.value)?;
    let due = order.balance.due();
    let limits = &provider.traits().limits;
    if !limits.takes(due.currency()) {
        return Err(OrderRefusal::CurrencyNotAccepted {
            currency: due.currency(),
        }
        .into());
    }
    if !limits.accept(due) {
        return Err(OrderRefusal::AmountOutsideLimits { due }.into());
    }

    let merchant = provider.merchant().clone();
    let attempt = PaymentAttempt::new(
        form.attempt(),
        order.id.clone(),
        provider.name(),
        merchant,
        due,
        ask.now,
    )
    .begun_by(ask.by.contact.id.clone())
    .charging(form.method.clone());
    let mut decision =
        Decision::new(ask, "order.pay", RecordRef::Order(order.id.clone())).given(facts);
    if let Some(live) = given_up {
        let ended = PaymentAttempt {
            state: PaymentState::Cancelled,
            ..live.value.clone()
        };
        decision = decision
            .given(live)
            .changed(MoneyChange::Attempt(Box::new(ended)));
    }
    // What is charged without a page leads the payer nowhere.
    let stands = match form.method {
        Some(_) => OpenPayment::under_way(ask.now),
        None => OpenPayment::at_payer(ask.now),
    };
    let payment = limits.online.then_some(stands);
    decision = decision.changed(OrderChange::PaymentStands {
        order: order.id,
        payment,
    });
    if provider.traits().fetching != Fetching::Nothing {
        let work = PaymentWork::Watch {
            attempt: attempt.attempt,
        };
        decision = decision.effect("watch", EffectKind::Payment(work));
    }
    Ok(decision.changed(MoneyChange::Attempt(Box::new(attempt))))
}

/// Nobody can be paying it: its page was never written down, so nobody was shown it; or there is no page, only words that tell how to pay. A charge needs no page: only the provider
/// knows how it ended.
pub(crate) fn can_be_given_up(live: &PaymentAttempt, now: DateTime<Utc>) -> bool {
    if live.method.is_some() {
        return false;
    }
    match &live.page {
        None => now - live.begun_at >= ANSWERED_WITHIN,
        Some(page) => matches!(page.next, NextStep::Instructions { .. }),
    }
}

pub(super) fn in_progress(live: &PaymentAttempt) -> OrderRefusal {
    OrderRefusal::PaymentInProgress {
        since: live.begun_at,
    }
}
