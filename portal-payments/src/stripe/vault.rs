use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        BeginSetup, Begun, ChargeStored, Charged, MethodKind, MethodRef, MethodSetup, PayerProfile,
        PayerRef, PaymentRef, PaymentState, PaymentVault, StoredMethod,
    },
};

use super::{
    NAME,
    answer::{Answer, Complaint, Refused, not_sent},
    begun,
    observe::{self, Beside},
    request,
    response::{Customer, Details, Expandable, Intent, IntentStatus, List, Named, Session},
    wire::Wire,
};

/// Cards and bank accounts that Stripe keeps.
#[derive(Debug)]
pub(super) struct StripeVault {
    wire: Wire,
}

impl StripeVault {
    pub(super) fn new(wire: Wire) -> Self {
        Self { wire }
    }

    /// The customer, who has to be there still.
    async fn customer(&self, operation: &'static str, id: &str) -> Result<Customer, AdapterError> {
        let customer: Customer = self.wire.have(&request::customer(operation, id)?).await?;
        if customer.deleted {
            let (kind, rejected) = (AdapterErrorKind::NotFound, Disposition::Rejected);
            return Err(AdapterError::new(
                kind,
                rejected,
                NAME,
                operation,
                "they were deleted",
            ));
        }
        Ok(customer)
    }

    /// The method, if it is this customer's.
    async fn theirs(
        &self,
        operation: &'static str,
        payer: &PayerRef,
        method: &MethodRef,
    ) -> Result<Details, AdapterError> {
        let call = request::method_of(operation, payer.as_str(), method.as_str())?;
        let found: Details = self.wire.have_first(&call).await?;
        if found.id.as_deref() != Some(method.as_str()) {
            return Err(not_sent(operation, "another method was answered"));
        }
        Ok(found)
    }
}

#[async_trait]
impl PaymentVault for StripeVault {
    fn keeps(&self) -> Vec<MethodKind> {
        self.wire.config.keeps.clone()
    }

    /// Cards alone: customers never remove bank account information.
    fn removes(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn payer(&self, profile: &PayerProfile) -> Result<PayerRef, AdapterError> {
        let call = request::payer(profile);
        let customer: Customer = self.wire.have(&call).await?;
        let reading = self.wire.reading(call.operation);
        reading.mode(customer.livemode.unwrap_or(!reading.merchant.live))?;
        Ok(PayerRef::new(customer.id))
    }

    async fn methods(&self, payer: &PayerRef) -> Result<Vec<StoredMethod>, AdapterError> {
        let customer = self.customer("methods", payer.as_str()).await?;
        let settings = customer.invoice_settings.as_ref();
        let default = settings.and_then(|settings| settings.default_payment_method.as_ref());
        let default = default.map(Expandable::id);
        let today = self.wire.clock.now().date_naive();
        let mut all = vec![];
        for kind in self.keeps().into_iter().filter_map(request::type_of) {
            let mut after: Option<String> = None;
            loop {
                let call = request::methods(payer.as_str(), kind, after.as_deref())?;
                let page: List<Details> = self.wire.have(&call).await?;
                after = page.data.last().and_then(|last| last.id.clone());
                let stored = page.data.iter();
                all.extend(stored.filter_map(|found| observe::method(found, default, today)));
                if !page.has_more || after.is_none() {
                    break;
                }
            }
        }
        Ok(all)
    }

    async fn remove(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
        let found = self.theirs("remove", payer, method).await?;
        let removes = self.removes().into_iter().filter_map(request::type_of);
        if !removes.into_iter().any(|kind| kind == found.kind) {
            return Err(not_sent(
                "remove",
                "customers remove cards, and nothing else",
            ));
        }
        let _: Named = self.wire.have(&request::detach(method.as_str())?).await?;
        Ok(())
    }

    async fn make_default(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
        self.theirs("make_default", payer, method).await?;
        let call = request::make_default(payer.as_str(), method.as_str())?;
        let _: Named = self.wire.have(&call).await?;
        Ok(())
    }

    // Nothing is asked first: a method that was removed after a lost answer would hide that it was charged. Under its key, Stripe repeats what happened.
    async fn charge(&self, charge: &ChargeStored) -> Result<Charged, AdapterError> {
        let call = request::charge(charge, &self.wire.config)?;
        let intent: Intent = match self.wire.ask(&call).await? {
            Answer::Done(intent) => intent,
            Answer::Refused(refused) => return refusal(refused, call.operation),
        };
        let reading = self.wire.reading(call.operation);
        let customer = intent.customer.as_ref().map(Expandable::id);
        if customer != Some(charge.payer.as_str()) {
            return Err(reading.nonsense("the payment is of another customer"));
        }
        let seen = reading.observation(&intent, &Beside::default())?;
        if seen.requested != Some(charge.amount) || seen.attempt != Some(charge.attempt) {
            return Err(reading.nonsense("the payment is of another amount or attempt"));
        }
        let payment = Some(seen.payment.clone());
        Ok(match (intent.status, seen.state) {
            (IntentStatus::RequiresAction, _) => Charged::NeedsPayer {
                payment,
                next: None,
            },
            (_, PaymentState::Failed) => {
                let why = intent.last_payment_error.as_ref().map(Complaint::decline);
                let decline = why.ok_or_else(|| reading.nonsense("it failed without a reason"))?;
                Charged::Declined { decline, payment }
            }
            _ => Charged::Taken(Box::new(seen)),
        })
    }

    fn setup(&self) -> Option<Arc<dyn MethodSetup>> {
        Some(Arc::new(StripeSetup {
            wire: self.wire.clone(),
        }))
    }
}

/// Stores cards and bank accounts on a Checkout page.
#[derive(Debug)]
struct StripeSetup {
    wire: Wire,
}

#[async_trait]
impl MethodSetup for StripeSetup {
    fn stores(&self) -> Vec<MethodKind> {
        let kept = self.wire.config.keeps.iter().copied();
        kept.filter(|kind| request::type_of(*kind).is_some())
            .collect()
    }

    async fn begin(&self, setup: &BeginSetup) -> Result<Begun, AdapterError> {
        if !self.stores().contains(&setup.kind) {
            return Err(not_sent("setup", "this kind of method is not stored here"));
        }
        let call = request::setup(setup)?;
        let session: Session = self.wire.have(&call).await?;
        if session.client_reference_id.as_deref() != Some(&setup.attempt.to_string()) {
            let reading = self.wire.reading(call.operation);
            return Err(reading.nonsense("the page is about another attempt"));
        }
        begun(&self.wire, &session, call.operation)
    }
}

/// A bank's "no" is an answer. A method that is not theirs is not found.
fn refusal(refused: Refused, operation: &'static str) -> Result<Charged, AdapterError> {
    if refused.status.as_u16() == 402 {
        let intent = refused.error.payment_intent.as_ref();
        let payment = intent.map(|intent| PaymentRef::new(intent.id()));
        if refused.error.wants_the_payer() {
            let next = None;
            return Ok(Charged::NeedsPayer { payment, next });
        }
        let decline = refused.error.decline();
        return Ok(Charged::Declined { decline, payment });
    }
    if refused.error.param.as_deref() == Some("payment_method") {
        let (kind, rejected) = (AdapterErrorKind::NotFound, Disposition::Rejected);
        let message = "the customer has no such method";
        return Err(AdapterError::new(kind, rejected, NAME, operation, message));
    }
    Err(refused.into_error(operation))
}
