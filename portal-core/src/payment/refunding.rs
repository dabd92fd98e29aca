//! Having the provider pay back what staff asked for.
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{
    AskedRefund, AskedState, Lookup, MoneyChange, Observation, ObservedRefund, PaymentProvider,
    PaymentState, Received, Refund, Refunded, Repeats, fence::unless_late, pay::ANSWERED_WITHIN,
    work::Worked,
};
use crate::{
    Ask, CommandId, Decision, EffectKind, Error, Id, Loaded, RecordRef, StoreError, Upkeep,
    adapter::Disposition, command::written, effect::StaffTask, portal::Wiring,
};

/// A lost race loads and writes anew this often.
const ATTEMPTS: u8 = 20;

/// What the ids of what becomes of refunds derive from.
const PAID_BACK: Uuid = Uuid::from_u128(0x41f9_7d20_8ce3_4b5a_b06e_5f12_d7a8_93ce);

impl Wiring {
    /// Has a refund made that staff asked for. Nothing is sent a second time once the provider may have forgotten the first.
    pub(super) async fn pay_back(
        &self,
        received: &Id<Received>,
        refund: Uuid,
    ) -> Result<Worked, Error> {
        let Some((found, asked)) = self.asked(received, refund).await? else {
            return Ok(Worked::Done);
        };
        let payment = &found.value;
        let provider = self
            .payments
            .iter()
            .find(|p| *p.merchant() == payment.merchant);
        let provider = provider.ok_or(Error::NotWired("the provider of this payment"))?;
        let refunds = provider.refunds().ok_or(Error::NotWired("refunds"))?;

        let now = self.clock.now();
        let is_over = |sent| now - sent >= window(provider.as_ref(), LOOK_FROM);
        if asked.sent_at.is_some_and(is_over) {
            return self.look_for(provider.as_ref(), received, refund).await;
        }
        let sent = |asked: &mut AskedRefund| {
            asked.sent_at.get_or_insert(now);
            asked.sends = asked.sends.saturating_add(1);
            true
        };
        self.note(received, refund, "sent", sent, None).await?;
        let Some((_, asked)) = self.asked(received, refund).await? else {
            return Ok(Worked::Done);
        };
        // Somebody else may have sent it since it was read.
        let sent_before = asked.sends > 1;
        let whole = asked.amount == payment.captured;
        let call =
            Refund::new(refund, payment.payment.clone(), asked.amount, whole).because(asked.reason);
        let until = last_step(provider.as_ref(), asked.sent_at.unwrap_or(now), now);
        let ended = unless_late(self.clock.as_ref(), until, refunds.refund(&call)).await;
        if let Err(e) = &ended
            && !sent_before
            && e.disposition() != Disposition::Unknown
            && e.is_temporary()
        {
            // Nothing was sent: the time in which repeats are harmless has not begun.
            let unsent = |asked: &mut AskedRefund| {
                let alone = asked.sends == 1;
                if alone {
                    (asked.sent_at, asked.sends) = (None, 0);
                }
                alone
            };
            self.note(received, refund, "unsent", unsent, None).await?;
        }
        match ended {
            Ok(Refunded::Taken(mut seen)) => {
                seen.ours = Some(refund);
                // Until it is in the books, what was asked for counts as paid back.
                self.refund_seen(received, seen).await?;
                self.note(received, refund, "taken", was_taken, None)
                    .await?;
                Ok(Worked::Done)
            }
            Ok(Refunded::Declined(decline)) => {
                self.refused(received, refund, decline.code, u32::MAX)
                    .await?;
                Ok(Worked::Done)
            }
            Err(e) if e.disposition() == Disposition::Unknown || e.is_temporary() => Err(e.into()),
            // What became of the first try is not said by how the second was turned away.
            Err(_) if sent_before => self.look_for(provider.as_ref(), received, refund).await,
            Err(e) => {
                self.refused(received, refund, e.to_string(), 1).await?;
                Ok(Worked::Done)
            }
        }
    }

    /// After the time in which a repeat is harmless, only looking is.
    async fn look_for(
        &self,
        provider: &dyn PaymentProvider,
        received: &Id<Received>,
        refund: Uuid,
    ) -> Result<Worked, Error> {
        let Some((found, asked)) = self.asked(received, refund).await? else {
            return Ok(Worked::Done);
        };
        let payment = &found.value;
        let looked = provider
            .look_up(&Lookup::Payment(payment.payment.clone()))
            .await?;
        self.take_in(payment.attempt, looked).await?;
        let Some((found, _)) = self.asked(received, refund).await? else {
            return Ok(Worked::Done);
        };
        if found
            .value
            .refunds
            .iter()
            .any(|seen| seen.ours == Some(refund))
        {
            self.note(received, refund, "taken", was_taken, None)
                .await?;
            return Ok(Worked::Done);
        }
        let why = format!(
            "nobody knows whether {} were paid back: ask the provider",
            asked.amount
        );
        let as_it_is = |_: &mut AskedRefund| true;
        let task = Some(StaffTask::RefundFailed);
        self.note(received, refund, "stuck", as_it_is, task).await?;
        Ok(Worked::GivenUp(why))
    }

    /// Nothing was paid back, as far as whoever sent it so often can say.
    async fn refused(
        &self,
        received: &Id<Received>,
        refund: Uuid,
        code: String,
        sends: u32,
    ) -> Result<(), Error> {
        let no = |asked: &mut AskedRefund| {
            // Where somebody else has sent it meanwhile, this refusal is not the last word.
            let last_word = asked.sends <= sends;
            if last_word {
                asked.state = AskedState::Refused { code: code.clone() };
            }
            last_word
        };
        let task = Some(StaffTask::RefundFailed);
        self.note(received, refund, "refused", no, task).await
    }

    /// What the provider answered about a refund, as if it had been seen in the payment.
    async fn refund_seen(
        &self,
        received: &Id<Received>,
        refund: ObservedRefund,
    ) -> Result<(), Error> {
        let Some(found) = self.payment_store()?.received(received).await? else {
            return Ok(());
        };
        let known = found.value;
        let mut seen = Observation::new(
            known.merchant,
            known.payment,
            PaymentState::Succeeded,
            known.captured,
            known.disputed_as_of,
        )
        .of(known.attempt)
        // It says nothing about disputes, so it repeats what was known.
        .disputed(known.disputed);
        seen.refunds = vec![refund];
        self.settle(&seen).await
    }

    /// A refund that still waits, with its payment.
    async fn asked(
        &self,
        received: &Id<Received>,
        refund: Uuid,
    ) -> Result<Option<(Loaded<Received>, AskedRefund)>, Error> {
        let Some(found) = self.payment_store()?.received(received).await? else {
            return Ok(None);
        };
        let waits =
            |asked: &&AskedRefund| asked.refund == refund && asked.state == AskedState::Waiting;
        let asked = found.value.asked.iter().find(waits).cloned();
        Ok(asked.map(|asked| (found, asked)))
    }

    /// Notes something about a refund that still waits. Where `change` says that it does not come to that, nothing is noted, and nobody told.
    async fn note(
        &self,
        received: &Id<Received>,
        refund: Uuid,
        what: &str,
        change: impl Fn(&mut AskedRefund) -> bool + Send + Sync,
        task: Option<StaffTask>,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let Some((found, _)) = self.asked(received, refund).await? else {
                return Ok(());
            };
            let mut now = found.value.clone();
            let asked = now.asked.iter_mut().find(|asked| asked.refund == refund);
            if !asked.is_some_and(&change) {
                return Ok(());
            }
            // Staff are told of something once; everything else happens as often as it does.
            let seen = found.seen.first().filter(|_| task.is_none());
            let version = seen.map_or("", |(_, version)| version.as_str());
            let name = written(&[&refund.to_string(), what, version]);
            let command = CommandId(Uuid::new_v5(&PAID_BACK, name.as_bytes()));
            let ask = Ask::new(&Upkeep, self.clock.now(), command);
            let about = RecordRef::Received(received.clone());
            let mut decision = Decision::new(&ask, "payment.refund-moved", about.clone())
                .given(&found)
                .changed(MoneyChange::Received(Box::new(now)));
            if let Some(kind) = task {
                decision = decision.effect("staff", EffectKind::StaffTask { kind, about });
            }
            match self.store.commit(decision).await {
                Err(StoreError::Conflict(_)) => {}
                Ok(_) => return Ok(()),
                Err(e) => return Err(e.into()),
            }
        }
        Err(Error::Contended)
    }
}

fn was_taken(asked: &mut AskedRefund) -> bool {
    asked.state = AskedState::Taken;
    true
}

/// After so many tenths of the time in which a repeat is harmless, nothing is sent any more.
const LOOK_FROM: u32 = 8;

/// What was begun before goes on until so many tenths: what is left then is for bytes that are on their way.
const LAST_STEP: u32 = 9;

/// So many tenths of the time in which a repeat of the same call is harmless.
fn window(provider: &dyn PaymentProvider, tenths: u32) -> Duration {
    match provider.traits().repeats {
        Repeats::For(time) => {
            Duration::from_std((time / 10).saturating_mul(tenths)).unwrap_or(Duration::MAX)
        }
        Repeats::Never | Repeats::Unsaid => Duration::zero(),
    }
}

/// Until when a call may go on that was written down `now`, of a refund that was `first` sent then. By the time that anybody looks or staff decide, it goes on no more.
fn last_step(
    provider: &dyn PaymentProvider,
    first: DateTime<Utc>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let soon = now + ANSWERED_WITHIN;
    match provider.traits().repeats {
        Repeats::For(_) => soon.min(first + window(provider, LAST_STEP)),
        Repeats::Never | Repeats::Unsaid => soon,
    }
}
