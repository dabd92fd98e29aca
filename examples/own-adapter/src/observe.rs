//! What a payment's JSON says is true right now.
use portal_core::{
    Currency, Money,
    adapter::AdapterError,
    payment::{
        Attempt, Observation, ObservedRefund, PaymentRef, PaymentState, RefundRef, RefundState,
    },
    uuid::Uuid,
};

use super::{
    Wire,
    amount::read,
    answer::{contradicts, decline},
    response::{Back, BackStatus, Payment, Status},
};

impl Wire {
    /// The payment as the portal knows payments; an error where it is not this account's, or says what cannot be.
    pub(crate) fn observe(
        &self,
        operation: &'static str,
        payment: &Payment,
    ) -> Result<Observation, AdapterError> {
        let merchant = &self.config.merchant;
        let ours = payment.account == *merchant.account && payment.mode.is_live() == merchant.live;
        if !ours {
            let why = "it is of another account, or of the other mode";
            return Err(contradicts(operation, why));
        }
        let odd = || contradicts(operation, "an amount is none");
        let currency: Currency = payment.currency.parse().map_err(|_| odd())?;
        let requested = read(&payment.amount, currency).ok_or_else(odd)?;
        let disputed = read(&payment.charged_back, currency).ok_or_else(odd)?;
        let refunds = payment.refunds.iter().map(|back| refund(operation, back));
        let refunds: Vec<ObservedRefund> = refunds.collect::<Result<_, _>>()?;
        let zero = Money::zero(currency);
        let done = refunds.iter().filter(|r| r.state == RefundState::Succeeded);
        let refunded = done.map(|r| r.amount).try_fold(zero, Money::plus);
        let refunded = refunded.map_err(|_| odd())?;
        let (state, captured) = match payment.status {
            Status::Open => (PaymentState::Open, zero),
            Status::Pending => (PaymentState::Processing, zero),
            Status::Paid => (PaymentState::Succeeded, requested),
            Status::Closed => (PaymentState::Expired, zero),
        };
        // Pennyroyal keeps the last decline; what was paid after it was not declined.
        let declined = payment.decline.as_deref().filter(|_| captured == zero);
        let (merchant, now) = (merchant.clone(), self.clock.now());
        let name = PaymentRef::new(payment.id.as_str());
        let mut seen = Observation::new(merchant, name, state, captured, now)
            .of(Uuid::parse_str(&payment.reference).ok().map(Attempt))
            .requested(requested)
            .refunded(refunded, refunds)
            .disputed(disputed)
            .declined(declined.map(decline));
        seen.paid_with.clone_from(&payment.paid_with);
        Ok(seen)
    }
}

/// A refund as the portal knows refunds. One that was made by hand at Pennyroyal has a reference that is none of ours.
pub(crate) fn refund(operation: &'static str, back: &Back) -> Result<ObservedRefund, AdapterError> {
    let amount = back.currency.parse().ok();
    let amount = amount.and_then(|currency| read(&back.amount, currency));
    let amount = amount.ok_or_else(|| contradicts(operation, "an amount is none"))?;
    let state = match back.status {
        BackStatus::Pending => RefundState::Pending,
        BackStatus::Done => RefundState::Succeeded,
        BackStatus::Returned => RefundState::Failed,
    };
    let name = RefundRef::new(back.id.as_str());
    let ours = Uuid::parse_str(&back.reference).ok();
    Ok(ObservedRefund::new(name, ours, amount, state))
}
