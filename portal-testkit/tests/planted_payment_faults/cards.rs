//! Cards, and paying back.
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    http::{Bytes, Method, Response},
    payment::{
        ChargeStored, Charged, MethodCharges, MethodKind, MethodRef, ObservedRefund, PayerProfile,
        PayerRef, PaymentRef, PaymentVault, Refund, RefundKind, RefundRef, RefundState, Refunded,
        Refunds, StoredMethod,
    },
    uuid::Uuid,
};

use super::{
    adapter::{Acme, decline},
    fault::Fault as F,
    provider::pairs,
};

#[async_trait]
impl Refunds for Acme {
    fn kind(&self) -> RefundKind {
        RefundKind::PartialRepeated
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, AdapterError> {
        let (payment, ours) = (&refund.payment, refund.refund);
        let written = self.written(refund.amount);
        let mut body = format!("payment={payment}&refund={ours}&{written}");
        let mut key = refund.key().to_string();
        if self.has(F::CountsRefundsByTheirAmount) {
            let same = format!("{payment} {}", refund.amount);
            key = Uuid::new_v5(&Uuid::NAMESPACE_OID, same.as_bytes()).to_string();
            body = format!("payment={payment}&refund={}&{written}", Uuid::nil());
        }
        let key = self.key(&key);
        let answer = self.ask(Method::POST, "/refunds", Some(key), body).await?;
        match answer.status().as_u16() {
            200 => {}
            404 => return Err(self.no(Kind::NotFound, Disposition::Rejected, "no payment")),
            _ => return Err(self.no(Kind::Rejected, Disposition::Rejected, "no such amount")),
        }
        let said = str::from_utf8(answer.body()).unwrap_or_default();
        let said = pairs(said);
        let minor = self.written(refund.amount);
        let other = said
            .get("amount")
            .is_some_and(|said| !minor.starts_with(&format!("amount={said}&")));
        if other && !self.has(F::BelievesAnyRefund) {
            return Err(self.something_else());
        }
        let name = said.get("refund").copied();
        let odd = || self.no(Kind::Unintelligible, Disposition::Unknown, "no refund");
        let name = RefundRef::new(name.ok_or_else(odd)?);
        let state = RefundState::Succeeded;
        Ok(Refunded::Taken(ObservedRefund::new(
            name,
            Some(ours),
            refund.amount,
            state,
        )))
    }
}

#[async_trait]
impl PaymentVault for Acme {
    fn keeps(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    fn removes(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn payer(&self, profile: &PayerProfile) -> Result<PayerRef, AdapterError> {
        let body = format!("contact={}", profile.contact);
        let answer = self.ask(Method::POST, "/payers", None, body).await?;
        let said = str::from_utf8(answer.body()).unwrap_or_default();
        let name = pairs(said).get("payer").copied();
        let odd = || self.no(Kind::Unintelligible, Disposition::Unknown, "no payer");
        Ok(PayerRef::new(name.ok_or_else(odd)?))
    }

    async fn methods(&self, payer: &PayerRef) -> Result<Vec<StoredMethod>, AdapterError> {
        let everybody = ["cus_0", "cus_1"];
        let payers = if self.has(F::ListsForEverybody) {
            everybody.map(PayerRef::new).to_vec()
        } else {
            vec![payer.clone()]
        };
        let mut all = vec![];
        for payer in payers {
            let path = format!("/payers/{payer}/cards");
            let answer = self.ask(Method::GET, &path, None, String::new()).await?;
            if answer.status() == 404 {
                continue;
            }
            let said = str::from_utf8(answer.body()).unwrap_or_default();
            let said = pairs(said);
            let cards = said.get("cards").copied().unwrap_or_default();
            for name in cards.split('|').filter(|name| !name.is_empty()) {
                let card =
                    StoredMethod::new(MethodRef::new(name), MethodKind::Card, "Visa", "4242");
                all.push(card.defaulting(said.get("default") == Some(&name)));
            }
        }
        Ok(all)
    }

    async fn remove(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
        let path = if self.has(F::RemovesAnybodys) {
            format!("/cards/{method}")
        } else {
            format!("/payers/{payer}/cards/{method}")
        };
        let answer = self.ask(Method::DELETE, &path, None, String::new()).await?;
        self.theirs(&answer)
    }

    async fn make_default(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
        let path = format!("/payers/{payer}/default/{method}");
        let answer = self.ask(Method::PUT, &path, None, String::new()).await?;
        self.theirs(&answer)
    }

    fn charges(&self) -> Option<Arc<dyn MethodCharges>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl MethodCharges for Acme {
    fn takes(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn charge(&self, charge: &ChargeStored) -> Result<Charged, AdapterError> {
        self.takes(charge.amount)?;
        let (payer, card, attempt) = (&charge.payer, &charge.method, charge.attempt);
        let written = self.written(charge.amount);
        let body = format!("payer={payer}&card={card}&attempt={attempt}&{written}");
        let key = (!self.has(F::ChargesTwice)).then(|| self.key(&charge.key()));
        let answer = self.ask(Method::POST, "/charges", key, body).await?;
        self.theirs(&answer)?;
        let again = !self.repeated.lock().unwrap().insert(attempt);
        if again && self.has(F::AnswersARepeatAsDeclined) {
            let (decline, payment) = (decline("duplicate"), None);
            return Ok(Charged::Declined { decline, payment });
        }
        let said = str::from_utf8(answer.body()).unwrap_or_default();
        let said = pairs(said);
        let waits = said.get("payment").map(|name| PaymentRef::new(*name));
        if said.get("no") == Some(&"payer") && !self.has(F::CallsAChallengeADecline) {
            if let Some(payment) = waits
                .as_ref()
                .filter(|_| !self.has(F::LeavesAChallengeOpen))
            {
                let path = format!("/payments/{payment}/close");
                self.ask(Method::POST, &path, None, String::new()).await?;
            }
            return Ok(Charged::NeedsPayer { payment: waits });
        }
        if answer.status() == 402 {
            if self.has(F::CallsADeclineAnError) {
                return Err(self.no(Kind::Rejected, Disposition::Rejected, "declined"));
            }
            return Ok(Charged::Declined {
                decline: decline("funds"),
                payment: None,
            });
        }
        Ok(Charged::Taken(Box::new(self.observation(&answer)?)))
    }
}

impl Acme {
    fn theirs(&self, answer: &Response<Bytes>) -> Result<(), AdapterError> {
        if answer.status() == 404 {
            return Err(self.no(Kind::NotFound, Disposition::Rejected, "none of theirs"));
        }
        Ok(())
    }
}
