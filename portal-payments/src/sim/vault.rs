use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    adapter::AdapterError,
    payment::{
        BeginSetup, Begun, ChargeStored, Charged, DeclineReason, MethodCharges, MethodKind,
        MethodRef, MethodSetup, MethodState, PayerProfile, PayerRef, PaymentState, PaymentVault,
        SessionRef, StoredMethod,
    },
};

use super::{
    Sim, not_found, rejected,
    state::{Payer, Payment, State, key_reused},
};

#[async_trait]
impl PaymentVault for Sim {
    fn keeps(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    fn removes(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn payer(&self, profile: &PayerProfile) -> Result<PayerRef, AdapterError> {
        let name = PayerRef::new(profile.key().to_string());
        let mut state = self.state();
        state.arrives("payer")?;
        if state.payers.iter().all(|p| p.name != name) {
            let methods = vec![];
            let name = name.clone();
            state.payers.push(Payer { name, methods });
        }
        state.answers("payer")?;
        Ok(name)
    }

    async fn methods(&self, payer: &PayerRef) -> Result<Vec<StoredMethod>, AdapterError> {
        let mut state = self.state();
        state.arrives("methods")?;
        let known = state.payers.iter().find(|p| p.name == *payer);
        let methods = known.map(|p| p.methods.clone());
        let methods = methods.ok_or_else(|| not_found("methods"))?;
        state.answers("methods")?;
        Ok(methods)
    }

    async fn remove(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
        let mut state = self.state();
        state.arrives("remove")?;
        state
            .own(payer, method)
            .ok_or_else(|| not_found("remove"))?;
        for p in state.payers.iter_mut().filter(|p| p.name == *payer) {
            p.methods.retain(|m| m.method != *method);
        }
        state.answers("remove")
    }

    async fn make_default(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
        let mut state = self.state();
        state.arrives("make default")?;
        let own = state.own(payer, method);
        own.ok_or_else(|| not_found("make default"))?;
        for p in state.payers.iter_mut().filter(|p| p.name == *payer) {
            for m in &mut p.methods {
                m.is_default = m.method == *method;
            }
        }
        state.answers("make default")
    }

    fn charges(&self) -> Option<Arc<dyn MethodCharges>> {
        Some(Arc::new(self.clone()))
    }

    fn setup(&self) -> Option<Arc<dyn MethodSetup>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl MethodCharges for Sim {
    fn takes(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn charge(&self, charge: &ChargeStored) -> Result<Charged, AdapterError> {
        if !self.traits.limits.accept(charge.amount) || !charge.amount.is_positive() {
            return Err(rejected("charge", "no such amount is taken"));
        }
        let now = self.clock.now();
        let mut state = self.state();
        state.arrives("charge")?;
        let own = state.own(&charge.payer, &charge.method);
        let own = own.ok_or_else(|| not_found("charge"))?;
        if own.state != MethodState::Usable {
            return Err(rejected("charge", "it can no longer be used"));
        }
        let paid_with = format!("{} {}", own.brand, own.last4);
        if state.of(charge.attempt).is_none() {
            let session = SessionRef::new(format!("charge_{}", charge.attempt.0.simple()));
            let mut payment = State::payment(charge.attempt, charge.amount, session, now);
            state.decide(&mut payment, paid_with);
            state.payments.push(payment);
        }
        state.answers("charge")?;
        let payment = state.of(charge.attempt);
        let payment = payment.ok_or_else(|| not_found("charge"))?;
        if payment.requested != charge.amount {
            return Err(key_reused("charge"));
        }
        Ok(ended(payment, self, now))
    }
}

#[async_trait]
impl MethodSetup for Sim {
    fn stores(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn begin(&self, setup: &BeginSetup) -> Result<Begun, AdapterError> {
        if setup.kind != MethodKind::Card {
            return Err(rejected("begin setup", "cards alone are kept"));
        }
        let mut state = self.state();
        state.arrives("begin setup")?;
        if state.payers.iter().all(|p| p.name != setup.payer) {
            return Err(not_found("begin setup"));
        }
        let session = SessionRef::new(format!("setup_{}", setup.attempt));
        if state.setups.iter().all(|(known, _)| *known != session) {
            state.setups.push((session.clone(), setup.payer.clone()));
        }
        state.answers("begin setup")?;
        Ok(Begun::new(session.clone(), self.page(&session)))
    }
}

fn ended(payment: &Payment, sim: &Sim, now: chrono::DateTime<chrono::Utc>) -> Charged {
    match (&payment.decline, payment.state) {
        // Nobody pays it any more: its page was never open.
        (Some(decline), PaymentState::Failed)
            if decline.reason == DeclineReason::AuthenticationRequired =>
        {
            Charged::NeedsPayer {
                payment: Some(payment.name.clone()),
            }
        }
        (Some(decline), PaymentState::Failed) => Charged::Declined {
            decline: decline.clone(),
            payment: Some(payment.name.clone()),
        },
        _ => Charged::Taken(Box::new(payment.observed(&sim.merchant, now))),
    }
}
