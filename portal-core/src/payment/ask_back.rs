//! The rule that asks for a refund.
use super::{
    AskedRefund, MoneyChange, PaymentRefusal, PaymentWork, Received, RefundKind, RefundReason,
    Refunds,
};
use crate::{Acting, Ask, Decision, EffectKind, Loaded, Money, RecordRef, Refusals};

/// Asks for a refund, if so much is left. The guard stands on the version of the payment: of two that ask at once, one is told to load anew.
pub(super) fn ask_back<By: Acting>(
    received: &Loaded<Received>,
    amount: Money,
    reason: RefundReason,
    refunds: Option<&dyn Refunds>,
    ask: &Ask<'_, By>,
) -> Result<Decision, Refusals> {
    let refunds = refunds.ok_or(PaymentRefusal::RefundsNotOffered)?;
    let known = &received.value;
    let left = known.left();
    let too_much = amount.currency() != left.currency() || amount.amount() > left.amount();
    if too_much || !amount.is_positive() {
        return Err(PaymentRefusal::MoreThanIsLeft { left }.into());
    }
    let before = !known.refunds.is_empty() || !known.asked.is_empty();
    let fits = match refunds.kind() {
        RefundKind::FullOnly => amount == known.captured,
        RefundKind::Partial => amount == left || !before,
        RefundKind::PartialRepeated => true,
    };
    if !fits {
        return Err(PaymentRefusal::AllOrNothing { whole: left }.into());
    }
    let refund = ask.command.derive("refund");
    let mut asked = known.clone();
    asked
        .asked
        .push(AskedRefund::new(refund, amount, reason, ask.now));
    let work = PaymentWork::PayBack {
        received: known.id(),
        refund,
    };
    let about = RecordRef::Received(known.id());
    Ok(Decision::new(ask, "payment.refund", about)
        .given(received)
        .changed(MoneyChange::Received(Box::new(asked)))
        .effect("pay-back", EffectKind::Payment(work)))
}
