use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind},
    payment::{ChargeStored, Charged, Initiator, MethodCharges, MethodKind, PaymentRef},
};
use secrecy::ExposeSecret;

use super::{
    Desk,
    observe::just_taken,
    refusal::{Ended, before_sending, ended, not_sent, unintelligible},
    request::{self, Charge},
    response::Kind,
    vault::Own,
};

/// Charges cards that Helcim keeps.
#[derive(Debug)]
pub(super) struct Charges(pub(super) Arc<Desk>);

#[async_trait]
impl MethodCharges for Charges {
    fn takes(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn charge(&self, charge: &ChargeStored) -> Result<Charged, AdapterError> {
        let rejected = |why| not_sent(AdapterErrorKind::Rejected, "charge", why);
        let currency = self.0.config.country.currency().ok();
        if Some(charge.amount.currency()) != currency || !charge.amount.is_positive() {
            return Err(rejected("the account takes no such amount"));
        }
        let ip = match (charge.payer_ip, charge.initiator) {
            (Some(ip), _) => ip,
            (None, Initiator::PayerPresent) => {
                return Err(rejected("the payer is there: say their address"));
            }
            (None, _) => self.0.config.own_ip,
        };
        let own = self.0.own("charge", &charge.payer, &charge.method).await;
        let Own::Card { card, .. } = own.map_err(before_sending)? else {
            return Err(rejected(
                "bank accounts are not charged through this adapter",
            ));
        };
        let asked = Charge {
            attempt: charge.attempt,
            amount: charge.amount,
            customer_code: charge.payer.as_str(),
            card_token: card.token.expose_secret(),
            order_number: &charge.order_number,
            ip,
        };
        let request = request::purchase(&self.0.config, &asked, charge.key())?;
        let response = self.0.ask("charge", request).await?;
        match ended("charge", &response)? {
            Ended::Approved(taken) => {
                let invoice = charge.attempt.to_string();
                if taken.amount != charge.amount || taken.kind != Kind::Payment {
                    return Err(unintelligible("charge", "another amount was taken"));
                }
                if taken
                    .invoice
                    .as_ref()
                    .is_some_and(|other| *other != invoice)
                {
                    return Err(unintelligible(
                        "charge",
                        "it is filed under another invoice",
                    ));
                }
                let found = just_taken(&self.0.config.merchant, &taken, self.0.clock.now());
                let found = found.of(Some(charge.attempt)).requested(charge.amount);
                Ok(Charged::Taken(Box::new(found)))
            }
            Ended::Declined(decline, payment) => Ok(Charged::Declined {
                decline,
                payment: payment.map(|id| PaymentRef::new(id.to_string())),
            }),
        }
    }
}
