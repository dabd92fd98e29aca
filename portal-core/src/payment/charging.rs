//! Paying with a card or bank account that is kept: one's own, charged once, whatever became of the answer.
use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Duration, Utc};

use super::{
    ChargeStored, Charged, Decline, DeclineReason, Found, Initiator, MethodCharges, MethodRef,
    MethodState, PayOrder, PaymentAttempt, PaymentProvider, PaymentRef, PaymentRefusal,
    PaymentState, Repeats, RetryAdvice, StoredMethod, fence::unless_late, pay::ANSWERED_WITHIN,
};
use crate::{
    CustomerDesk, Error, Refusals,
    adapter::{AdapterErrorKind, Disposition},
    order::LedgerLink,
    portal::Wiring,
};

/// After that nobody charges for an attempt any more, so that an empty answer can come to mean that nobody did.
pub(super) const CHARGED_WITHIN: Duration = Duration::minutes(10);

/// What comes of a press that charges.
pub(super) enum Pressed {
    /// It ended, or nobody knows yet.
    Charged,
    /// The bank wants to hear from the payer, who is here: a page is to be opened.
    NeedsPage,
}

impl CustomerDesk {
    /// What is kept for them there and can be charged now. Where the provider cannot be asked, or was asked for them again and again, there is nothing to
    /// offer; its page is still there.
    pub(super) async fn kept_to_pay_with(
        &self,
        provider: &dyn PaymentProvider,
    ) -> Result<Vec<StoredMethod>, Error> {
        let Some(charges) = charges(provider) else {
            return Ok(vec![]);
        };
        let Some(payer) = self.known_payer(provider.merchant()).await? else {
            return Ok(vec![]);
        };
        let Some(vault) = provider.vault() else {
            return Ok(vec![]);
        };
        if !self.may_ask_what_is_kept(provider.name()) {
            return Ok(vec![]);
        }
        let mut kept = vault.methods(&payer).await.unwrap_or_default();
        kept.retain(|kept| may_pay_with(kept, charges.as_ref()).is_ok());
        Ok(kept)
    }

    /// Proves that this is theirs, and can be charged.
    pub(super) async fn may_charge(
        &self,
        provider: &dyn PaymentProvider,
        method: &MethodRef,
    ) -> Result<(), Error> {
        let vault = provider.vault().ok_or(Error::NotFound)?;
        let charges = vault.charges().ok_or(Error::NotFound)?;
        let payer = self.known_payer(provider.merchant()).await?;
        let kept = vault.methods(&payer.ok_or(Error::NotFound)?).await;
        let kept = match kept {
            Err(e) if e.kind() == AdapterErrorKind::NotFound => return Err(Error::NotFound),
            answer => answer?,
        };
        let own = kept.iter().find(|kept| kept.method == *method);
        may_pay_with(own.ok_or(Error::NotFound)?, charges.as_ref())?;
        Ok(())
    }

    /// Charges what the form names, after the attempt is written down. Only who wrote it down does so, and not once others may have.
    pub(super) async fn charge_kept(&self, form: &PayOrder) -> Result<Pressed, Error> {
        let wiring = self.wiring();
        let attempt = self.attempt(form.attempt()).await?.value;
        let until = attempt.begun_at + ANSWERED_WITHIN;
        match wiring.charge(&attempt, form.payer_ip, until).await {
            Ok(charged) => {
                let needs_page = matches!(charged, Charged::NeedsPayer { .. });
                wiring.take_in_charged(&attempt, charged).await?;
                Ok(if needs_page {
                    Pressed::NeedsPage
                } else {
                    Pressed::Charged
                })
            }
            Err(Error::Adapter(e)) if e.disposition() == Disposition::Unknown => {
                Ok(Pressed::Charged)
            }
            // By now somebody else may have sent it, too: how this one ended is not the last word.
            Err(Error::Adapter(_)) if wiring.clock.now() >= until => Ok(Pressed::Charged),
            Err(Error::Adapter(e)) => {
                let ended = PaymentState::Failed;
                wiring.page_stands(attempt.attempt, ended).await?;
                Err(if e.kind() == AdapterErrorKind::NotFound {
                    Error::NotFound
                } else {
                    e.into()
                })
            }
            Err(e) => Err(e),
        }
    }
}

impl Wiring {
    /// Sends a charge, as long as it is not `until` yet. Sent again it is the same to the byte.
    async fn charge(
        &self,
        attempt: &PaymentAttempt,
        payer_ip: Option<IpAddr>,
        until: DateTime<Utc>,
    ) -> Result<Charged, Error> {
        let provider = self.provider(&attempt.provider);
        let theirs = provider.filter(|provider| *provider.merchant() == attempt.merchant);
        let provider = theirs.ok_or(Error::NotWired("the account of this payment"))?;
        let charges = charges(provider.as_ref()).ok_or(Error::NotWired("charging what is kept"))?;
        let (Some(method), Some(by)) = (&attempt.method, &attempt.by) else {
            return Err(Error::NotFound);
        };
        let payer = self.payment_store()?.payer(by, &attempt.merchant).await?;
        let order = self.directory.order(&attempt.order).await?;
        let call = ChargeStored::new(
            attempt.attempt,
            attempt.amount,
            payer.ok_or(Error::NotFound)?,
            method.clone(),
            Initiator::PayerPresent,
            order.ok_or(Error::NotFound)?.value.order.number.to_string(),
        )
        .from(payer_ip.filter(|_| provider.traits().wants_payer_ip));
        let ended = unless_late(self.clock.as_ref(), until, charges.charge(&call)).await;
        Ok(ended?)
    }

    /// Sends a charge once more of which nobody knows whether it arrived, where the provider repeats what it answered. How it is turned away says nothing about the first.
    pub(super) async fn charge_again(&self, attempt: &PaymentAttempt) -> Result<bool, Error> {
        let Some(until) = self.repeats_until(attempt).await? else {
            return Ok(false);
        };
        let charged = self.charge(attempt, None, until).await?;
        self.take_in_charged(attempt, charged).await?;
        Ok(true)
    }

    /// Until when a charge may be sent again; none where it may not. The press itself has its time first.
    async fn repeats_until(
        &self,
        attempt: &PaymentAttempt,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        let now = self.clock.now();
        let unsettled = attempt.is_live() && attempt.state < PaymentState::Processing;
        let Some(provider) = self.provider(&attempt.provider) else {
            return Ok(None);
        };
        let traits = provider.traits();
        let Repeats::For(window) = traits.repeats else {
            return Ok(None);
        };
        let window = Duration::from_std(window / 10 * 8).unwrap_or(CHARGED_WITHIN);
        let until = attempt.begun_at + window.min(CHARGED_WITHIN);
        let its_time = now >= attempt.begun_at + ANSWERED_WITHIN && now < until;
        if attempt.method.is_none() || !unsettled || !its_time || traits.wants_payer_ip {
            return Ok(None);
        }
        let Some(order) = self.directory.order(&attempt.order).await? else {
            return Ok(None);
        };
        let order = order.value.order;
        let due = order.balance.due();
        let wanted = due.currency() == attempt.amount.currency()
            && due.amount() >= attempt.amount.amount()
            && !matches!(order.ledger, LedgerLink::Connected { .. });
        Ok(wanted.then_some(until))
    }

    /// Writes down how a charge ended.
    async fn take_in_charged(
        &self,
        attempt: &PaymentAttempt,
        charged: Charged,
    ) -> Result<(), Error> {
        match charged {
            Charged::Taken(seen) => {
                self.take_in(Some(attempt.attempt), Found::Payment(seen))
                    .await
            }
            Charged::Declined { decline, payment } => {
                self.was_declined(attempt, decline, payment).await
            }
            Charged::NeedsPayer { payment } => {
                let (why, advice) = (
                    DeclineReason::AuthenticationRequired,
                    RetryAdvice::PayerPresent,
                );
                let decline = Decline::new(why, advice, "authentication_required");
                self.was_declined(attempt, decline, payment).await
            }
        }
    }

    async fn was_declined(
        &self,
        attempt: &PaymentAttempt,
        decline: Decline,
        payment: Option<PaymentRef>,
    ) -> Result<(), Error> {
        self.change_attempt(attempt.attempt, "declined", |now| {
            let declined = PaymentAttempt {
                state: PaymentState::Failed,
                decline: Some(decline.clone()),
                payment: now.payment.clone().or_else(|| payment.clone()),
                ..now.clone()
            };
            (now.state < PaymentState::Failed).then_some(declined)
        })
        .await
    }
}

/// Whether this can be charged now.
fn may_pay_with(kept: &StoredMethod, charges: &dyn MethodCharges) -> Result<(), Refusals> {
    let usable = kept.state == MethodState::Usable && charges.takes().contains(&kept.kind);
    if !usable {
        return Err(PaymentRefusal::MethodNotUsable.into());
    }
    Ok(())
}

fn charges(provider: &dyn PaymentProvider) -> Option<Arc<dyn MethodCharges>> {
    provider.vault()?.charges()
}
