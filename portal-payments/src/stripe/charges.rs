use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        ChargeStored, Charged, MethodCharges, MethodKind, Observation, PaymentRef, PaymentState,
    },
};

use super::{
    NAME,
    answer::{Answer, Complaint, Refused},
    observe::{Beside, Reading},
    request,
    response::{Expandable, Intent, IntentStatus},
    wire::Wire,
};

/// Charges cards and bank accounts that Stripe keeps.
#[derive(Debug)]
pub(super) struct StripeCharges {
    wire: Wire,
}

#[async_trait]
impl MethodCharges for StripeCharges {
    fn takes(&self) -> Vec<MethodKind> {
        self.wire.config.kept()
    }

    // Nothing is asked first: a method that was removed after a lost answer would hide that it was charged. Under its key, Stripe repeats what happened.
    async fn charge(&self, charge: &ChargeStored) -> Result<Charged, AdapterError> {
        let call = request::charge(charge, &self.wire.config)?;
        let intent: Intent = match self.wire.ask(&call).await? {
            Answer::Done(intent) => intent,
            Answer::Refused(refused) => return self.refused(charge, refused).await,
        };
        let reading = self.wire.reading(call.operation);
        let seen = ours(&reading, charge, &intent)?;
        let payment = Some(seen.payment.clone());
        Ok(match (intent.status, seen.state) {
            (IntentStatus::RequiresAction, _) => return self.call_off(charge, &intent.id).await,
            (_, PaymentState::Failed) => {
                let why = intent.last_payment_error.as_ref().map(Complaint::decline);
                let decline = why.ok_or_else(|| reading.nonsense("it failed without a reason"))?;
                Charged::Declined { decline, payment }
            }
            _ => Charged::Taken(Box::new(seen)),
        })
    }
}

impl StripeCharges {
    pub(super) fn new(wire: Wire) -> Self {
        Self { wire }
    }

    /// A bank's "no" is an answer. A method that is not theirs is not found.
    async fn refused(
        &self,
        charge: &ChargeStored,
        refused: Refused,
    ) -> Result<Charged, AdapterError> {
        let operation = "charge";
        let intent = refused.error.payment_intent.as_ref().map(Expandable::id);
        if refused.error.wants_the_payer() {
            return match intent {
                Some(intent) => self.call_off(charge, intent).await,
                None => Ok(Charged::NeedsPayer { payment: None }),
            };
        }
        if refused.status.as_u16() == 402 {
            return Ok(Charged::Declined {
                decline: refused.error.decline(),
                payment: intent.map(PaymentRef::new),
            });
        }
        if refused.error.param.as_deref() == Some("payment_method") {
            let (kind, rejected) = (AdapterErrorKind::NotFound, Disposition::Rejected);
            let message = "the customer has no such method";
            return Err(AdapterError::new(kind, rejected, NAME, operation, message));
        }
        Err(refused.into_error(operation))
    }

    /// The payer is to pay on a page instead: the first payment is cancelled, so that it can never be paid, too. Whatever keeps it from being so leaves the charge unknown.
    async fn call_off(&self, charge: &ChargeStored, id: &str) -> Result<Charged, AdapterError> {
        let cancelled = match self.wire.ask(&request::cancel(id)?).await {
            Ok(Answer::Done(intent)) => Ok(intent),
            // Cancelled before, or paid after all.
            Ok(Answer::Refused(_)) => self.wire.have(&request::intent("charge", id)?).await,
            Err(e) => Err(e),
        };
        let intent: Intent = cancelled.map_err(unknown)?;
        let reading = self.wire.reading("charge");
        let seen = ours(&reading, charge, &intent)?;
        match intent.status {
            IntentStatus::Canceled => Ok(Charged::NeedsPayer {
                payment: Some(seen.payment),
            }),
            IntentStatus::Succeeded | IntentStatus::Processing => {
                Ok(Charged::Taken(Box::new(seen)))
            }
            _ => Err(reading.nonsense("it waits for the payer, and cannot be cancelled")),
        }
    }
}

/// The payment, if it is the one that was asked for.
fn ours(
    reading: &Reading<'_>,
    charge: &ChargeStored,
    intent: &Intent,
) -> Result<Observation, AdapterError> {
    let customer = intent.customer.as_ref().map(Expandable::id);
    if customer != Some(charge.payer.as_str()) {
        return Err(reading.nonsense("the payment is of another customer"));
    }
    let seen = reading.observation(intent, &Beside::default())?;
    if seen.requested != Some(charge.amount) || seen.attempt != Some(charge.attempt) {
        return Err(reading.nonsense("the payment is of another amount or attempt"));
    }
    Ok(seen)
}

/// The charge itself was sent, and may still come to something.
fn unknown(error: AdapterError) -> AdapterError {
    let (kind, unknown) = (error.kind(), Disposition::Unknown);
    AdapterError::new(kind, unknown, NAME, "charge", "it could not be called off")
        .with_source(error)
}
