use std::sync::Arc;

use async_trait::async_trait;
use http::Method;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind},
    payment::{IdempotencyKey, Refund, RefundKind, Refunded, Refunds},
};

use super::{
    Desk,
    observe::money_back,
    refusal::{Ended, before_sending, ended, not_sent, unintelligible},
    request,
    response::{self, Kind, Status, Transaction},
};

/// Pays back through Helcim: as long as the day's batch is open a payment can only be reversed, whole; after that it is refunded, whole or in parts.
#[derive(Debug)]
pub(super) struct PayingBack(pub(super) Arc<Desk>);

#[async_trait]
impl Refunds for PayingBack {
    fn kind(&self) -> RefundKind {
        RefundKind::PartialRepeated
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, AdapterError> {
        let desk = &self.0;
        let payment = desk.refundable(refund).await.map_err(before_sending)?;
        if refund.whole
            && let Some(already) = desk.paid_back(&payment).await.map_err(before_sending)?
        {
            // Reversed in the evening, asked again in the morning: the batch is closed now, and the other call has another key.
            return Ok(Refunded::Taken(money_back(&already, Some(refund.refund))));
        }
        let ip = refund.payer_ip.unwrap_or(desk.config.own_ip);
        let open = !desk.is_settled(&payment).await.map_err(before_sending)?;
        let request = match (open, refund.whole) {
            (true, true) => {
                let key = IdempotencyKey::derive(refund.refund, "reverse");
                request::reverse(&desk.config, payment.id, ip, key)?
            }
            (true, false) => {
                return Err(not_sent(
                    AdapterErrorKind::Rejected,
                    "refund",
                    "a part can be paid back once the day's batch is closed: try again tomorrow",
                ));
            }
            (false, _) => {
                request::refund(&desk.config, payment.id, refund.amount, ip, refund.key())?
            }
        };
        let response = desk.ask("refund", request).await?;
        match ended("refund", &response)? {
            Ended::Approved(back)
                if back.amount != refund.amount || back.kind != Kind::MoneyBack =>
            {
                Err(unintelligible("refund", "another amount was paid back"))
            }
            Ended::Approved(back) => Ok(Refunded::Taken(money_back(&back, Some(refund.refund)))),
            Ended::Declined(decline, _) => Ok(Refunded::Declined(decline)),
        }
    }
}

impl Desk {
    async fn refundable(&self, refund: &Refund) -> Result<Transaction, AdapterError> {
        let no = |kind, why| Err(not_sent(kind, "refund", why));
        let Some(payment) = self.transaction(&refund.payment).await? else {
            return no(AdapterErrorKind::NotFound, "there is no such payment");
        };
        let taken = payment.status == Status::Approved && payment.kind == Kind::Payment;
        if !taken {
            return no(AdapterErrorKind::Rejected, "it was never taken");
        }
        if payment.amount.currency() != refund.amount.currency()
            || payment.amount.amount() < refund.amount.amount()
            || !refund.amount.is_positive()
            || (refund.whole && payment.amount != refund.amount)
        {
            return no(AdapterErrorKind::Rejected, "that is not what was taken");
        }
        Ok(payment)
    }

    /// What has paid this back whole.
    async fn paid_back(&self, payment: &Transaction) -> Result<Option<Transaction>, AdapterError> {
        let Some(invoice) = &payment.invoice else {
            return Ok(None);
        };
        let all = self.transactions(invoice).await?;
        let alone = all
            .iter()
            .filter(|t| t.kind == Kind::Payment && t.status == Status::Approved)
            .count()
            <= 1;
        Ok(all.into_iter().find(|t| {
            alone
                && t.kind == Kind::MoneyBack
                && t.status == Status::Approved
                && t.amount == payment.amount
        }))
    }

    async fn is_settled(&self, payment: &Transaction) -> Result<bool, AdapterError> {
        let Some(batch) = payment.batch else {
            return Err(unintelligible("refund", "the batch of the payment"));
        };
        let path = format!("/card-batches/{batch}");
        let request = request::bare(&self.config, "refund", Method::GET, &path)?;
        response::batch_is_closed("refund", &self.get("refund", request).await?)
    }
}
