//! Seeing refunds through that take their time, whatever webhooks were lost.
use chrono::{DateTime, Duration, Utc};

use super::{
    Fetching, Lookup, Received, RefundRef, RefundState,
    work::{Worked, next_look},
};
use crate::{Error, Id, portal::Wiring};

impl Wiring {
    /// Asks about a refund that was under way then, until it has ended.
    pub(super) async fn watch_refund(
        &self,
        received: &Id<Received>,
        refund: &RefundRef,
        since: DateTime<Utc>,
    ) -> Result<Worked, Error> {
        let Some(payment) = self.with_refund_under_way(received, refund).await? else {
            return Ok(Worked::Done);
        };
        let (first, now) = (since + Duration::minutes(1), self.clock.now());
        if now < first {
            return Ok(Worked::Again(first, String::new()));
        }
        let mut all = self.payments.iter();
        let provider = all.find(|provider| *provider.merchant() == payment.merchant);
        let provider = provider.ok_or(Error::NotWired("the provider of this payment"))?;
        if provider.traits().fetching != Fetching::Payment {
            // Only its messages tell.
            return Ok(Worked::Done);
        }
        let why = match provider.look_up(&Lookup::Payment(payment.payment)).await {
            Ok(found) => {
                self.take_in(payment.attempt, found).await?;
                "the refund is under way".to_owned()
            }
            Err(e) => e.to_string(),
        };
        if self
            .with_refund_under_way(received, refund)
            .await?
            .is_none()
        {
            return Ok(Worked::Done);
        }
        Ok(match next_look(since, now) {
            Some(next) => Worked::Again(next, why),
            None => Worked::GivenUp(why),
        })
    }

    async fn with_refund_under_way(
        &self,
        received: &Id<Received>,
        refund: &RefundRef,
    ) -> Result<Option<Received>, Error> {
        let found = self.payment_store()?.received(received).await?;
        let mut found = found.map(|found| found.value);
        Ok(found.take_if(|payment| {
            let mut refunds = payment.refunds.iter();
            refunds.any(|r| r.refund == *refund && r.state == RefundState::Pending)
        }))
    }
}
