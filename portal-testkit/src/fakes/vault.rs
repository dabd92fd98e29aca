use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        ChargeStored, Charged, MethodCharges, MethodKind, MethodRef, PayerProfile, PayerRef,
        PaymentVault, StoredMethod,
    },
};

/// Everybody has one card, `card-` and their own key, whatever becomes of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct AnyVault;

fn own(payer: &PayerRef) -> MethodRef {
    MethodRef::new(format!("card-{payer}"))
}

fn theirs(payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
    if *method == own(payer) {
        return Ok(());
    }
    let (kind, rejected) = (AdapterErrorKind::NotFound, Disposition::Rejected);
    Err(AdapterError::new(
        kind,
        rejected,
        "any",
        "vault",
        "not theirs",
    ))
}

#[async_trait]
impl PaymentVault for AnyVault {
    fn keeps(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    fn removes(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn payer(&self, profile: &PayerProfile) -> Result<PayerRef, AdapterError> {
        Ok(PayerRef::new(profile.contact.as_str()))
    }

    async fn methods(&self, payer: &PayerRef) -> Result<Vec<StoredMethod>, AdapterError> {
        let card = StoredMethod::new(own(payer), MethodKind::Card, "Visa", "4242");
        Ok(vec![card])
    }

    async fn remove(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
        theirs(payer, method)
    }

    async fn make_default(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
        theirs(payer, method)
    }

    fn charges(&self) -> Option<Arc<dyn MethodCharges>> {
        Some(Arc::new(*self))
    }
}

#[async_trait]
impl MethodCharges for AnyVault {
    fn takes(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn charge(&self, charge: &ChargeStored) -> Result<Charged, AdapterError> {
        theirs(&charge.payer, &charge.method)?;
        Ok(Charged::NeedsPayer { payment: None })
    }
}
