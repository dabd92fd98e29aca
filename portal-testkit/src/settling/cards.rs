//! Cards that the provider keeps: everybody has one, and it is charged once or not at all, or its bank wants its owner.
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    Clock as _, Id, Money, Order,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        ChargeStored, Charged, Decline, DeclineReason, MethodCharges, MethodKind, MethodRef,
        PayerProfile, PayerRef, PaymentRef, PaymentState, PaymentVault, RetryAdvice, SessionRef,
        StoredMethod,
    },
};

use super::till::{Page, State, Till};

/// The one card of whoever is known there by this name.
fn card_of(payer: &PayerRef) -> MethodRef {
    MethodRef::new(format!("card-{payer}"))
}

fn missing(operation: &'static str) -> AdapterError {
    let (kind, rejected) = (AdapterErrorKind::NotFound, Disposition::Rejected);
    AdapterError::new(kind, rejected, "till", operation, "not theirs")
}

impl Till {
    fn charged(&self, page: &Page) -> Charged {
        let payment = Some(page.payment.clone());
        match page.state {
            PaymentState::Failed => Charged::Declined {
                decline: Decline::new(DeclineReason::DoNotHonour, RetryAdvice::OtherMethod, "no"),
                payment,
            },
            PaymentState::Cancelled => Charged::NeedsPayer { payment },
            _ => Charged::Taken(Box::new(self.observed(page))),
        }
    }
}

#[async_trait]
impl PaymentVault for Till {
    fn keeps(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    fn removes(&self) -> Vec<MethodKind> {
        vec![]
    }

    async fn payer(&self, profile: &PayerProfile) -> Result<PayerRef, AdapterError> {
        Ok(PayerRef::new(profile.contact.as_str()))
    }

    async fn methods(&self, payer: &PayerRef) -> Result<Vec<StoredMethod>, AdapterError> {
        let card = StoredMethod::new(card_of(payer), MethodKind::Card, "Visa", "4242");
        Ok(vec![card])
    }

    async fn remove(&self, _: &PayerRef, _: &MethodRef) -> Result<(), AdapterError> {
        Err(missing("remove"))
    }

    async fn make_default(&self, _: &PayerRef, _: &MethodRef) -> Result<(), AdapterError> {
        Err(missing("make default"))
    }

    fn charges(&self) -> Option<Arc<dyn MethodCharges>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl MethodCharges for Till {
    fn takes(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn charge(&self, charge: &ChargeStored) -> Result<Charged, AdapterError> {
        if charge.method != card_of(&charge.payer) {
            return Err(missing("charge"));
        }
        let now = self.clock.now();
        let order: Id<Order> = Id::new(charge.order_number.trim_start_matches("SO-"));
        let done = |state: &mut State| {
            if let Some((at, _)) = self.repeated(state, charge.key()) {
                return Ok(self.charged(&state.pages[at]));
            }
            let nothing = Money::zero(charge.amount.currency());
            let (session, name) = (state.name("charge"), state.name("pay"));
            let of = &self.merchant.account;
            let page = Page {
                attempt: charge.attempt,
                order,
                session: SessionRef::new(format!("{of}-{session}")),
                payment: PaymentRef::new(format!("{of}-{name}")),
                amount: charge.amount,
                state: PaymentState::Open,
                captured: nothing,
                disputed: nothing,
                called_back: 0,
                called_back_at: now,
                refunds: vec![],
                opened_at: now,
                until: now,
            };
            let at = state.pages.len();
            state.keys.insert(charge.key().to_string(), (now, at, None));
            state.pages.push(page);
            let ended = match self.chance.below(10) {
                0..=1 => PaymentState::Failed,
                2..=3 => PaymentState::Cancelled,
                4 => PaymentState::Processing,
                _ => PaymentState::Succeeded,
            };
            if ended == PaymentState::Succeeded {
                state.capture(at);
            } else {
                state.pages[at].state = ended;
                state.tell(at, false);
            }
            Ok(self.charged(&state.pages[at]))
        };
        self.call("charge", done).await
    }
}
