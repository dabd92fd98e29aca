//! What staff decide about money where the portal cannot: what it pays for, what became of a refund, that nobody will pay any more.
use async_trait::async_trait;
use uuid::Uuid;

use super::{
    Applied, AskedState, Attempt, AttemptKey, MoneyChange, ObservedRefund, PaymentAttempt,
    PaymentRefusal, PaymentState, PaymentWork, Received, record::moved,
};
use crate::{
    Acting, Ask, CommandId, Decision, EffectKind, Error, Id, Loaded, Money, Order, OrderDetails,
    RecordRef, Refusal, Refusals,
    command::{sealed::Sealed, written},
    order::OrderChange,
    staff::{Staff, StaffAction, StaffCommand, StaffDesk},
};

/// Let money that waits pay for an order: the one it was meant for, or another.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ApplyMoney {
    /// The form's own id.
    pub command: CommandId,
    /// What was received.
    pub received: Id<Received>,
    /// What it pays for.
    pub order: Id<Order>,
}

/// Say what became of a refund that nobody knows about, after asking the provider.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SettleRefund {
    /// The form's own id.
    pub command: CommandId,
    /// Of what was received.
    pub received: Id<Received>,
    /// Which refund.
    pub refund: Uuid,
    /// It was paid back. Where it was not, it can be asked for again.
    pub paid_back: bool,
}

/// Call an attempt off that would otherwise keep its order from being paid. Money that still comes is written down all the same.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallOffPayment {
    /// The form's own id.
    pub command: CommandId,
    /// Which attempt.
    pub attempt: Attempt,
}

impl ApplyMoney {
    /// This money pays for this order.
    #[must_use]
    pub fn new(command: CommandId, received: Id<Received>, order: Id<Order>) -> Self {
        Self {
            command,
            received,
            order,
        }
    }
}

impl SettleRefund {
    /// The provider was asked, and says this.
    #[must_use]
    pub fn new(command: CommandId, received: Id<Received>, refund: Uuid, paid_back: bool) -> Self {
        Self {
            command,
            received,
            refund,
            paid_back,
        }
    }
}

impl CallOffPayment {
    /// Nobody will pay this any more.
    #[must_use]
    pub fn new(command: CommandId, attempt: Attempt) -> Self {
        Self { command, attempt }
    }
}

impl Sealed for ApplyMoney {}
impl Sealed for SettleRefund {}
impl Sealed for CallOffPayment {}

#[async_trait]
impl StaffCommand for ApplyMoney {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::RecordPayments
    }

    fn form(&self) -> String {
        written(&["apply-money", self.received.as_str(), self.order.as_str()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let wiring = desk.portal().wiring();
        let received = received(desk, &self.received).await?;
        let order = wiring.directory.order(&self.order).await?;
        let decision = apply(&received, &order.ok_or(Error::NotFound)?, ask)?;
        #[cfg(feature = "accounting")]
        let decision = wiring.owed_to_books(decision, None);
        Ok(decision)
    }
}

#[async_trait]
impl StaffCommand for SettleRefund {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::Refund
    }

    fn form(&self) -> String {
        let (refund, how) = (self.refund.to_string(), self.paid_back.to_string());
        written(&["settle-refund", self.received.as_str(), &refund, &how])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let received = received(desk, &self.received).await?;
        let mut now = received.value.clone();
        let waits = now
            .asked
            .iter_mut()
            .find(|asked| asked.refund == self.refund);
        let asked = waits.filter(|asked| asked.state == AskedState::Waiting);
        let asked = asked.ok_or(Error::NotFound)?;
        let amount = asked.amount;
        asked.state = if self.paid_back {
            AskedState::Taken
        } else {
            AskedState::Refused {
                code: "staff".to_owned(),
            }
        };
        // Not every provider says whose a refund is: then it is the one of this amount that is nobody's yet.
        let nameless = |seen: &&mut ObservedRefund| seen.ours.is_none() && seen.amount == amount;
        let named = now.refunds.iter().any(|r| r.ours == Some(self.refund));
        if let (true, false, Some(seen)) =
            (self.paid_back, named, now.refunds.iter_mut().find(nameless))
        {
            seen.ours = Some(self.refund);
        }
        let about = RecordRef::Received(self.received.clone());
        let decision = Decision::new(ask, "payment.settle-refund", about).given(&received);
        Ok(decision.changed(MoneyChange::Received(Box::new(now))))
    }
}

#[async_trait]
impl StaffCommand for CallOffPayment {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::RecordPayments
    }

    fn form(&self) -> String {
        written(&["call-off-payment", &self.attempt.to_string()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let wiring = desk.portal().wiring();
        let key = AttemptKey::Attempt(self.attempt);
        let found = wiring.payment_store()?.attempt(&key).await?;
        let found = found.ok_or(Error::NotFound)?;
        let live = Some(&found.value).filter(|attempt| attempt.is_live());
        let live = live.ok_or_else(|| Refusal::from(PaymentRefusal::NotWaiting))?;
        let ended = PaymentAttempt {
            state: PaymentState::Cancelled,
            ..live.clone()
        };
        let order = wiring.directory.order(&ended.order).await?;
        let decision = Decision::new(ask, "payment.call-off", ended.record()).given(&found);
        Ok(moved(decision, &ended, Some(live.state), order.is_some()))
    }
}

/// Lets money pay for an order, whatever was wrong with it. The rules of paying do not ask: it is there.
fn apply<By: Acting>(
    received: &Loaded<Received>,
    order: &Loaded<OrderDetails>,
    ask: &Ask<'_, By>,
) -> Result<Decision, Refusals> {
    let (known, order_id) = (&received.value, &order.value.order.id);
    let waits = matches!(known.applied, Applied::Not(_)) && known.kept().is_positive();
    if !waits {
        return Err(PaymentRefusal::NotWaiting.into());
    }
    let came = known.captured;
    if order.value.order.balance.due().currency() != came.currency() {
        return Err(PaymentRefusal::OtherCurrency { came }.into());
    }
    let applied = Received {
        applied: Applied::To(order_id.clone()),
        ..known.clone()
    };
    Ok(
        Decision::new(ask, "payment.apply", RecordRef::Received(known.id()))
            .given(received)
            .given(order)
            .changed(OrderChange::PaymentCounted {
                order: order_id.clone(),
                received: known.id(),
                was: Money::zero(came.currency()),
                is: known.kept(),
                paid_with: None,
            })
            .changed(MoneyChange::Received(Box::new(applied)))
            // Somebody may be about to pay for it once more.
            .effect(
                "close",
                EffectKind::Payment(PaymentWork::CloseLive {
                    order: order_id.clone(),
                }),
            ),
    )
}

async fn received(desk: &StaffDesk, id: &Id<Received>) -> Result<Loaded<Received>, Error> {
    let found = desk.portal().wiring().payment_store()?.received(id).await?;
    found.ok_or(Error::NotFound)
}
