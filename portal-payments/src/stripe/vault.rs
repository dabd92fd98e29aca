use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        BeginSetup, Begun, MethodCharges, MethodKind, MethodRef, MethodSetup, PayerProfile,
        PayerRef, PaymentVault, StoredMethod,
    },
};

use super::{
    NAME,
    answer::not_sent,
    begun,
    charges::StripeCharges,
    observe, request,
    response::{Customer, Details, Expandable, List, Named, Session},
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

    fn charges(&self) -> Option<Arc<dyn MethodCharges>> {
        Some(Arc::new(StripeCharges::new(self.wire.clone())))
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
        self.wire.config.kept()
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
