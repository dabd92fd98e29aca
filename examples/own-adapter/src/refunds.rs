//! Paying back.
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{Refund, RefundKind, Refunded, Refunds},
};

use super::{
    NAME, Wire,
    answer::{Answer, contradicts},
    observe, request,
    response::Back,
};

/// Pays back in parts, until all of it is back.
#[derive(Debug)]
pub(crate) struct PayingBack(pub(crate) Arc<Wire>);

#[async_trait]
impl Refunds for PayingBack {
    fn kind(&self) -> RefundKind {
        RefundKind::PartialRepeated
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, AdapterError> {
        if !request::is_id(refund.payment.as_str()) {
            let (kind, never) = (AdapterErrorKind::NotFound, Disposition::NeverSent);
            let why = "that is no payment";
            return Err(AdapterError::new(kind, never, NAME, "refund", why));
        }
        let request = request::pay_back(&self.0.config, refund)?;
        let back: Back = match self.0.ask("refund", request).await? {
            Answer::Done(back) => back,
            Answer::Refused(no) => {
                let declined = no.decline().map(Refunded::Declined);
                return declined.ok_or_else(|| no.into_error("refund"));
            }
        };
        let made = observe::refund("refund", &back)?;
        if made.ours != Some(refund.refund) || made.amount != refund.amount {
            return Err(contradicts("refund", "it is another refund or amount"));
        }
        Ok(Refunded::Taken(made))
    }
}
