//! What a customer can see and do about paying.
use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    Attempt, AttemptKey, Found, Lookup, MethodRef, PayOrder, PayPageView, PaymentAttempt,
    PaymentProvider, PaymentStep, PaymentView, ReturnParams, Shown, WayToPay,
    charging::Pressed,
    pay::{self, can_be_given_up, in_progress},
    views::is_open,
};
use crate::{
    Acting, Actor, Ask, CommandId, CustomerDesk, Decision, Error, Id, Loaded, Order, OrderDetails,
    Refusals,
    command::written,
    order::{may_pay, relation},
    submit::Form,
};

/// A pay form in a customer's hand.
struct InHand<'a> {
    desk: &'a CustomerDesk,
    form: &'a PayOrder,
    provider: &'a dyn PaymentProvider,
}

impl CustomerDesk {
    /// What the page shows on which an order is paid.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is not there or not theirs; [`Error::NotWired`] where nothing is kept about payments.
    pub async fn pay_page(&self, order: &Id<Order>) -> Result<PayPageView, Error> {
        let details = self.visible_order(order).await?.value;
        let live = AttemptKey::LiveOf(order.clone());
        let live = self.wiring().payment_store()?.attempt(&live).await?;
        let mine = live.filter(|live| live.value.by.as_ref() == Some(self.me()));
        let under_way = match mine {
            Some(live) => Some(self.payment_view(live.value).await?),
            None => None,
        };
        let (due, shown) = (details.order.balance.due(), Shown::of(&details));
        let takes = |provider: &&Arc<dyn PaymentProvider>| provider.traits().limits.accept(due);
        let mut ways = vec![];
        let pays = due.is_positive() && self.may_pay_but_for_payments(&details.order).is_ok();
        for provider in self.wiring().payments.iter().filter(takes) {
            let kept = if pays {
                self.kept_to_pay_with(provider.as_ref()).await?
            } else {
                vec![]
            };
            ways.push(WayToPay {
                provider: provider.name().to_owned(),
                style: provider.traits().pay,
                kept,
            });
        }
        Ok(PayPageView {
            due,
            ways,
            shown,
            under_way,
            order: self.view(details.order).ok_or(Error::NotFound)?,
        })
    }

    /// Begins to pay an order, or goes on with the payment that is open. The attempt is written down before the provider is asked, and its page before the payer is sent there.
    ///
    /// There is one live payment for an order. Who presses twice comes to the same page; where the amount changed in between, the page is closed first.
    ///
    /// A form that [names what is kept](PayOrder::with) has that charged there and then. A bank's "no" is [`super::PaymentStanding::Failed`], and they may try again; where the bank wants to hear
    /// from them first, the step leads to the provider's page instead, as another payment.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an order, a card or a bank account that is not there or not theirs. [`Error::Refused`]: the rules of the order, what changed since the page was shown, or somebody else's payment under way. [`Error::Adapter`] where the provider would not open
    /// a payment: nothing was taken. An answer that was lost is none: the payment is then [`super::PaymentStanding::Checking`].
    pub async fn pay(&self, form: &PayOrder) -> Result<PaymentStep, Error> {
        self.open()?;
        let provider = self
            .wiring()
            .provider(&form.provider)
            .ok_or(Error::NotFound)?;
        let facts = self.visible_order(&form.order).await?;
        self.may_pay_but_for_payments(&facts.value.order)?;
        if let Some(attempt) = self.meets(form, &facts.value).await? {
            let payment = self.payment_view(attempt).await?;
            return Ok(PaymentStep {
                payment,
                again: true,
            });
        }
        let hand = InHand {
            desk: self,
            form,
            provider: provider.as_ref(),
        };
        let done = self.wiring().take(&hand).await?;
        match &form.method {
            _ if done.replayed => {}
            None => self.open_page(form, provider.as_ref()).await?,
            Some(_) => match self.charge_kept(form).await? {
                Pressed::Charged => {}
                Pressed::NeedsPage => self.pay_on_a_page(&hand).await?,
            },
        }
        let attempt = self.comes_to(form).await?;
        let payment = self.payment_view(attempt).await?;
        Ok(PaymentStep {
            payment,
            again: done.replayed,
        })
    }

    /// The bank wants to hear from them, and they are here. The charge is over by now: what they pay on the page is another payment, under the same rules as any.
    async fn pay_on_a_page(&self, charged: &InHand<'_>) -> Result<(), Error> {
        let form = &charged.form.on_a_page();
        let hand = InHand { form, ..*charged };
        if self.wiring().take(&hand).await?.replayed {
            return Ok(());
        }
        self.open_page(form, hand.provider).await
    }

    /// The payment that a form has led to: where the bank wanted to hear from the payer, the one on the page.
    async fn comes_to(&self, form: &PayOrder) -> Result<PaymentAttempt, Error> {
        if form.method.is_some() {
            let page = self.attempt_of(Some(form.on_a_page().attempt())).await?;
            if let Some(page) = page {
                return Ok(page.value);
            }
        }
        Ok(self.attempt(form.attempt()).await?.value)
    }

    /// How the payment stands that a browser comes back from. It asks the provider, believes nothing of what the browser says, and may be visited never, once or often.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what names no payment of theirs.
    pub async fn pay_return(
        &self,
        provider: &str,
        params: &ReturnParams,
    ) -> Result<PaymentView, Error> {
        self.open()?;
        let provider = self.wiring().provider(provider).ok_or(Error::NotFound)?;
        let merchant = provider.merchant().clone();
        let what = provider.returned(params).ok_or(Error::NotFound)?;
        let key = match &what {
            Lookup::Attempt { attempt, .. } => AttemptKey::Attempt(*attempt),
            Lookup::Session(session) => AttemptKey::Session(merchant, session.clone()),
            Lookup::Payment(payment) => AttemptKey::Payment(merchant, payment.clone()),
        };
        let mut found = self.wiring().payment_store()?.attempt(&key).await?;
        if let (None, Lookup::Payment(_)) = (&found, &what) {
            // A payment that nobody has heard of: the provider says whose it is.
            found = match provider.look_up(&what).await? {
                Found::Payment(seen) => self.attempt_of(seen.attempt).await?,
                _ => None,
            };
        }
        let attempt = self.theirs(found).await?;
        // What cannot be asked now is asked later, by whoever watches it.
        let asked = match self.wiring().look_after(&attempt).await {
            Ok(_) | Err(Error::Adapter(_)) => Ok(()),
            Err(broken) => Err(broken),
        };
        asked?;
        let attempt = self.attempt(attempt.attempt).await?;
        self.payment_view(attempt.value).await
    }

    /// The payments of an order, the one begun last first: those of whoever looks after its money, and one's own.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is not there or not theirs.
    pub async fn payments(&self, order: &Id<Order>) -> Result<Vec<PaymentView>, Error> {
        let facts = self.visible_order(order).await?;
        let attempts = self.wiring().payment_store()?.attempts(order).await?;
        let mut views = vec![];
        for attempt in attempts {
            if self.may_know(&attempt, &facts.value.order) {
                views.push(self.payment_view(attempt).await?);
            }
        }
        Ok(views)
    }

    /// Whether they may pay at all, before any provider is asked about payments of theirs or others'. Nothing due may be what a receipt is still asked for.
    fn may_pay_but_for_payments(&self, order: &Order) -> Result<(), Error> {
        let mut order = order.clone();
        order.payment = None;
        match may_pay(&order, self.viewer(), self.order_rules()) {
            Err(no) if no.codes() != ["order.nothing-to-pay"] => Err(no.into()),
            _ => Ok(()),
        }
    }

    /// The open payment to go on with, if there is one; none where nothing stands in the way of a new one. Asks the provider where only it knows.
    async fn meets(
        &self,
        form: &PayOrder,
        details: &OrderDetails,
    ) -> Result<Option<PaymentAttempt>, Error> {
        let store = self.wiring().payment_store()?;
        let live = AttemptKey::LiveOf(form.order.clone());
        let Some(live) = store.attempt(&live).await? else {
            return Ok(None);
        };
        let (live, now) = (live.value, self.wiring().clock.now());
        let mine = live.by.as_ref() == Some(self.me());
        if live.attempt == form.attempt() || live.attempt == form.on_a_page().attempt() {
            return if mine {
                self.looked_after(live).await.map(Some)
            } else {
                Err(Error::FormReused)
            };
        }
        let same = live.provider == form.provider && live.amount == details.order.balance.due();
        // Who wants what is kept to be charged does not want the page that is open.
        let same = same && form.method.is_none();
        if mine && same && is_open(&live, now) {
            form.shown.still_holds(details).map_err(Refusals::from)?;
            return Ok(Some(live));
        }
        if can_be_given_up(&live, now) {
            return Ok(None);
        }
        if live.page.is_none() || (!mine && is_open(&live, now)) {
            return Err(Error::Refused(in_progress(&live).into()));
        }
        self.wiring().close(&live).await?;
        match self.attempt(live.attempt).await?.value {
            still if still.is_live() => Err(Error::Refused(in_progress(&still).into())),
            _ => Ok(None),
        }
    }

    /// A charge of which nobody knows how it ended is asked about when its payer asks; everything else is as it is.
    async fn looked_after(&self, live: PaymentAttempt) -> Result<PaymentAttempt, Error> {
        if live.method.is_none() {
            return Ok(live);
        }
        match self.wiring().look_after(&live).await {
            Ok(_) | Err(Error::Adapter(_)) => Ok(self.attempt(live.attempt).await?.value),
            Err(broken) => Err(broken),
        }
    }

    async fn attempt_of(
        &self,
        attempt: Option<Attempt>,
    ) -> Result<Option<Loaded<PaymentAttempt>>, Error> {
        let Some(attempt) = attempt else {
            return Ok(None);
        };
        let key = AttemptKey::Attempt(attempt);
        Ok(self.wiring().payment_store()?.attempt(&key).await?)
    }

    pub(super) async fn attempt(&self, attempt: Attempt) -> Result<Loaded<PaymentAttempt>, Error> {
        let key = AttemptKey::Attempt(attempt);
        let found = self.wiring().payment_store()?.attempt(&key).await?;
        found.ok_or(Error::NotFound)
    }

    async fn theirs(&self, found: Option<Loaded<PaymentAttempt>>) -> Result<PaymentAttempt, Error> {
        let attempt = found.ok_or(Error::NotFound)?.value;
        let facts = self.visible_order(&attempt.order).await?;
        if self.may_know(&attempt, &facts.value.order) {
            Ok(attempt)
        } else {
            Err(Error::NotFound)
        }
    }

    /// Who pays an order may know of each payment of it; everybody of their own.
    fn may_know(&self, attempt: &PaymentAttempt, order: &Order) -> bool {
        let roles = self.wiring().settings.orders.money_actions.roles();
        let role = relation(order, self.viewer());
        attempt.by.as_ref() == Some(self.me()) || role.is_some_and(|role| roles.contains(&role))
    }
}

#[async_trait]
impl Form for InHand<'_> {
    fn id(&self) -> CommandId {
        self.form.command
    }

    fn fingerprint(&self) -> Uuid {
        let PayOrder {
            order,
            provider,
            shown,
            method,
            ..
        } = self.form;
        let shown = shown.to_string();
        let mut said = vec![order.as_str(), provider.as_ref(), &shown];
        said.extend(method.as_ref().map(MethodRef::as_str));
        self.form.command.derive(&written(&said))
    }

    fn by(&self) -> Actor {
        self.desk.viewer().actor()
    }

    async fn decide(&self) -> Result<Decision, Error> {
        let wiring = self.desk.wiring();
        let facts = self.desk.visible_order(&self.form.order).await?;
        let live = AttemptKey::LiveOf(self.form.order.clone());
        let live = wiring.payment_store()?.attempt(&live).await?;
        let under_review = wiring.under_review(&self.form.order).await?;
        let ask = Ask::new(self.desk.viewer(), wiring.clock.now(), self.form.command);
        let rules = self.desk.order_rules();
        let decision = pay::begin(
            &facts,
            live.as_ref(),
            under_review.as_ref(),
            self.form,
            self.provider,
            rules,
            &ask,
        )?;
        if let Some(method) = &self.form.method {
            self.desk.may_charge(self.provider, method).await?;
        }
        Ok(decision)
    }
}
