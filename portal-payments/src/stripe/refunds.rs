use async_trait::async_trait;
use portal_core::{
    adapter::AdapterError,
    payment::{Refund, RefundKind, Refunded, Refunds},
};

use super::{
    answer::{Answer, Refused, not_sent},
    request,
    response::{Intent, RefundBody},
    wire::Wire,
};

/// Pays back through Stripe, in parts until all of it is paid back.
#[derive(Debug)]
pub(super) struct StripeRefunds {
    wire: Wire,
}

impl StripeRefunds {
    pub(super) fn new(wire: Wire) -> Self {
        Self { wire }
    }
}

#[async_trait]
impl Refunds for StripeRefunds {
    fn kind(&self) -> RefundKind {
        RefundKind::PartialRepeated
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, AdapterError> {
        let call = request::refund(refund)?;
        // Stripe counts a refund in the currency of its payment, whatever was meant: 100 yen would be one euro.
        let payment: Intent = {
            let call = request::intent(call.operation, refund.payment.as_str())?;
            self.wire.have_first(&call).await?
        };
        let code = refund.amount.currency();
        if !payment.currency.eq_ignore_ascii_case(code.code()) {
            let why = "the payment is in another currency";
            return Err(not_sent(call.operation, why));
        }
        let body: RefundBody = match self.wire.ask(&call).await? {
            Answer::Done(body) => body,
            Answer::Refused(refused) if is_a_no(&refused) => {
                return Ok(Refunded::Declined(refused.error.decline()));
            }
            Answer::Refused(refused) => return Err(refused.into_error(call.operation)),
        };
        let reading = self.wire.reading(call.operation);
        let seen = reading.refund(&body, refund.amount)?;
        if seen.amount != refund.amount || seen.ours != Some(refund.refund) {
            return Err(reading.nonsense("the refund is of another amount, or not ours"));
        }
        Ok(Refunded::Taken(seen))
    }
}

/// It was understood, and this payment cannot be paid back: not a mistake in the request.
fn is_a_no(refused: &Refused) -> bool {
    let no = [
        "charge_already_refunded",
        "charge_disputed",
        "balance_insufficient",
        "insufficient_funds",
        "refund_disputed_payment",
    ];
    let code = refused.error.code.as_deref();
    refused.status.as_u16() == 402 || code.is_some_and(|code| no.contains(&code))
}
