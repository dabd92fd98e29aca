//! What goes wrong on the wire: each error says truly whether money may have moved, and a repeat moves none again. ([`Disposition`])
use std::{sync::Arc, time::Duration};

use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    http::Method,
    payment::{
        Attempt, BeginPayment, ChargeStored, Charged, MethodCharges, PaymentProvider, Refund,
        Refunded, Repeats,
    },
};

use super::{Act, Ended, Fault, Skip, Trial};

/// Opening a payment: what each fault means, and that a repeat opens no second one.
pub async fn a_fault_while_beginning_is_told_truly(trial: &Trial) -> Ended {
    each_fault(trial, Op::Begin).await
}

/// Charging something stored: what each fault means, and that a repeat charges nothing twice.
pub async fn a_fault_while_charging_is_told_truly(trial: &Trial) -> Ended {
    each_fault(trial, Op::Charge).await
}

/// Paying back: what each fault means, and that a repeat pays nothing back twice.
pub async fn a_fault_while_paying_back_is_told_truly(trial: &Trial) -> Ended {
    each_fault(trial, Op::Refund).await
}

/// An answer that takes minutes is an answer. A repeat after it is the same to the byte, whatever time it is by then.
pub async fn a_slow_answer_changes_nothing(trial: &Trial) -> Ended {
    let asked = trial.asked();
    if !trial
        .fail_next(Fault::Delay(Duration::from_secs(100)))
        .await
    {
        return Err(Skip::NotPlayed("delays"));
    }
    let begun = trial.begin(&asked).await;
    if !matches!(trial.traits().repeats, Repeats::For(window) if window > Duration::from_secs(100))
    {
        return Err(Skip::NotOffered("repeats after minutes"));
    }
    let again = trial.begin(&asked).await;
    assert_eq!(begun.session, again.session);
    trial.pay(&begun).await?;
    trial.has_taken_once(&asked).await;
    Ok(())
}

#[derive(Debug, Clone, Copy)]
enum Op {
    Begin,
    Charge,
    Refund,
}

/// One call that can be made again.
enum Call {
    Begin(BeginPayment),
    Charge(ChargeStored),
    Refund(Refund, Attempt),
}

impl Call {
    async fn ready(trial: &Trial, op: Op) -> Result<Self, Skip> {
        Ok(match op {
            Op::Begin => Self::Begin(trial.asked()),
            Op::Charge => {
                trial.charges()?;
                let n = trial.asked().attempt;
                let holder = trial.holder(&format!("holder-{n}")).await?;
                Self::Charge(trial.charge(&holder))
            }
            Op::Refund => {
                let refunds = trial.refunds()?;
                let paid = trial.paid().await?;
                trial.candidate().play(Act::CloseTheDay).await;
                let back = trial.some_back(&paid, &*refunds);
                Self::Refund(back, paid.asked.attempt)
            }
        })
    }

    /// Makes it, and answers the name of what was made. A bank was never asked by a fault, so there is no decline.
    async fn send(&self, adapter: &dyn PaymentProvider) -> Result<String, AdapterError> {
        match self {
            Self::Begin(asked) => {
                let begun = adapter.begin(asked).await?;
                Ok(begun.session.to_string())
            }
            Self::Charge(charge) => match charges(adapter).charge(charge).await? {
                Charged::Taken(seen) => Ok(seen.payment.to_string()),
                other => panic!("a sound card was charged: {other:?}"),
            },
            Self::Refund(back, _) => match adapter.refunds().unwrap().refund(back).await? {
                Refunded::Taken(made) => Ok(made.refund.to_string()),
                other @ Refunded::Declined(_) => panic!("a sound refund: {other:?}"),
            },
        }
    }

    /// How often money has moved for it.
    async fn moved(&self, trial: &Trial) -> usize {
        let books = |attempt| trial.candidate().books(attempt);
        match self {
            Self::Begin(asked) => books(asked.attempt).await.taken.len(),
            Self::Charge(charge) => books(charge.attempt).await.taken.len(),
            Self::Refund(_, attempt) => books(*attempt).await.paid_back.len(),
        }
    }

    /// It was made, and money has moved for it once: for a page, once the payer has paid on it.
    async fn is_done_once(&self, trial: &Trial) -> Ended {
        if let Self::Begin(asked) = self {
            let begun = trial.begin(asked).await;
            trial.pay(&begun).await?;
        }
        assert_eq!(self.moved(trial).await, 1, "money moves once");
        Ok(())
    }
}

async fn each_fault(trial: &Trial, op: Op) -> Ended {
    let sample = Call::ready(trial, op).await?;
    let before = trial.proxy().heard().len();
    sample.send(trial.adapter()).await.unwrap();
    let heard: Vec<Method> = trial
        .proxy()
        .heard()
        .split_off(before)
        .into_iter()
        .map(|(method, _)| method)
        .collect();
    // What moves money is the last request that is no question.
    let carrier = heard.iter().rposition(|method| *method != Method::GET);
    let carrier = carrier.unwrap_or(heard.len().saturating_sub(1));
    let mut tried = false;
    for fault in Fault::ALL {
        for at in 0..heard.len().max(1) {
            let call = Call::ready(trial, op).await?;
            if trial.proxy().is_wired() {
                trial.proxy().fail_after(at, fault);
            } else if !trial.candidate().fail_next(fault).await {
                continue;
            }
            tried = true;
            let place = format!("{op:?}, request {} of {}, {fault:?}", at + 1, heard.len());
            one_fault(trial, &call, fault, at == carrier, &place).await?;
        }
    }
    tried.then_some(()).ok_or(Skip::NotPlayed("faults"))
}

async fn one_fault(trial: &Trial, call: &Call, fault: Fault, moves: bool, place: &str) -> Ended {
    let ended = call.send(trial.adapter()).await;
    trial.proxy().heal();
    let times = call.moved(trial).await;
    match &ended {
        Ok(_) if matches!(call, Call::Begin(_)) => {}
        Ok(_) => assert_eq!(times, 1, "{place}: taken for a yes"),
        Err(no) => {
            let sure = no.disposition() != Disposition::Unknown;
            assert!(!sure || times == 0, "{place}: money has moved, and {no}");
            if let Some(said) = meaning(fault, moves) {
                assert_eq!(no.disposition(), said, "{place}: {no}");
            }
            if fault == Fault::TooMany {
                let retry_after = Some(Fault::COME_BACK);
                let limited = AdapterErrorKind::RateLimited { retry_after };
                assert_eq!(no.kind(), limited, "{place}: {no}");
            }
        }
    }
    let repeats = trial.traits().repeats;
    if repeats == Repeats::Never {
        return Ok(());
    }
    if let Repeats::For(window) = repeats {
        // No longer than a page is open, either.
        let open = trial.traits().session_lifetime;
        let most = window.min(open.unwrap_or(Duration::from_hours(24))) * 3 / 4;
        let most = chrono::Duration::from_std(most).unwrap();
        trial.clock().advance(most);
    }
    let again = call.send(&*trial.restarted()).await;
    let again = again.unwrap_or_else(|no| panic!("{place}: a repeat goes through, not {no}"));
    if let Ok(first) = ended {
        assert_eq!(first, again, "{place}: taken for a yes");
    }
    call.is_done_once(trial).await
}

/// What this fault means for the request that moves money; and for one before it, where it is as clear.
fn meaning(fault: Fault, moves: bool) -> Option<Disposition> {
    match fault {
        Fault::Refuse => Some(Disposition::NeverSent),
        Fault::TooMany | Fault::Delay(_) => None,
        _ if moves => Some(Disposition::Unknown),
        // A question that came before was not answered: then nothing was sent, unless somebody is more careful still.
        _ => None,
    }
}

fn charges(adapter: &dyn PaymentProvider) -> Arc<dyn MethodCharges> {
    adapter.vault().unwrap().charges().unwrap()
}
