//! What goes wrong on the way: each error says truly whether anything may have been written, and looking before doing it again writes nothing twice.
use std::{sync::Arc, time::Duration};

use portal_core::{
    accounting::{
        AccountingSystem, FindDocument, InvoiceDraft, LedgerCustomer, LedgerError, PaymentPosting,
    },
    adapter::{AdapterErrorKind, Disposition},
    http::Method,
};
use uuid::Uuid;

use super::{Act, Ended, Fault, Skip, Trial};

/// A customer: what each fault means, and that asking again makes no second one.
pub async fn a_fault_while_making_a_customer_is_told_truly(trial: &Trial) -> Ended {
    each_fault(trial, Op::Customer).await
}

/// An invoice: what each fault means, and that looking before making it again makes no second one.
pub async fn a_fault_while_making_an_invoice_is_told_truly(trial: &Trial) -> Ended {
    each_fault(trial, Op::Create).await
}

/// A payment: what each fault means, and that looking before recording it again records nothing twice.
pub async fn a_fault_while_recording_a_payment_is_told_truly(trial: &Trial) -> Ended {
    each_fault(trial, Op::Record).await
}

/// Where nothing was answered, nobody says that there is no such document.
pub async fn no_answer_is_not_an_empty_answer(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    let mut tried = false;
    for what in [
        FindDocument::Number(Arc::clone(&draft.number)),
        FindDocument::Document(made.document.clone()),
    ] {
        for fault in Fault::ALL {
            if !trial.fail_next(fault).await {
                continue;
            }
            tried = true;
            let answer = trial.system().find(&what).await;
            trial.proxy().heal();
            match answer {
                Ok(Some(found)) => assert_eq!(found.document, made.document),
                Ok(None) => panic!("{fault:?}: nobody has said that there is no {what:?}"),
                Err(no) => limited(&no, fault, "looking up"),
            }
        }
    }
    tried.then_some(()).ok_or(Skip::NotPlayed("faults"))
}

/// Where nothing was answered, nobody says that nothing has changed.
pub async fn no_answer_is_not_a_page_without_changes(trial: &Trial) -> Ended {
    let from = trial.now();
    trial.clock().advance(crate::facts::minutes(10));
    let (_, made) = trial.invoice().await;
    let mut tried = false;
    for fault in Fault::ALL {
        if !trial.fail_next(fault).await {
            continue;
        }
        tried = true;
        let answer = trial.system().changes(&from).await;
        trial.proxy().heal();
        if let Err(no) = &answer {
            limited(no, fault, "reading changes");
        }
        let mut told = std::collections::BTreeSet::new();
        let mut at = from.clone();
        if let Ok(page) = answer {
            told.extend(page.touched);
            told.extend(page.documents.into_iter().map(|document| document.document));
            at = page.next;
        }
        told.extend(trial.read(&at).await.0);
        assert!(
            told.contains(&made.document),
            "{fault:?}: a change was lost"
        );
    }
    tried.then_some(()).ok_or(Skip::NotPlayed("faults"))
}

/// Somebody who is told to come back in eighteen hours is told so: no worker waits that long, and none comes back sooner.
pub async fn a_limit_of_many_hours_is_told_to_the_second(trial: &Trial) -> Ended {
    let wait = Duration::from_secs(66_975);
    let draft = trial.draft(&trial.customer().await);
    trial.play(Act::Limit(wait), "limits").await?;
    let answer = trial.system().create(&draft, trial.key()).await;
    let Err(LedgerError::Adapter(no)) = answer else {
        panic!("too many is told, and not {answer:?}");
    };
    let retry_after = Some(wait);
    assert_eq!(no.kind(), AdapterErrorKind::RateLimited { retry_after });
    assert_ne!(no.disposition(), Disposition::Unknown, "nothing was done");
    assert!(trial.candidate().books().await.documents.is_empty());
    Ok(())
}

#[derive(Debug, Clone, Copy)]
enum Op {
    Customer,
    Create,
    Record,
}

/// One call that can be made again.
enum Call {
    Customer(LedgerCustomer),
    Create(InvoiceDraft),
    Record(PaymentPosting),
}

impl Call {
    async fn ready(trial: &Trial, op: Op) -> Self {
        match op {
            Op::Customer => Self::Customer(trial.person()),
            Op::Create => Self::Create(trial.draft(&trial.customer().await)),
            Op::Record => {
                let (_, made) = trial.invoice().await;
                Self::Record(trial.posting(&made.document, trial.money(10_00)))
            }
        }
    }

    async fn send(&self, system: &dyn AccountingSystem, key: Uuid) -> Result<String, LedgerError> {
        Ok(match self {
            Self::Customer(person) => system.customer(person, key).await?.as_str().to_owned(),
            Self::Create(draft) => system
                .create(draft, key)
                .await?
                .document
                .as_str()
                .to_owned(),
            Self::Record(posting) => system
                .record_payment(posting, key)
                .await?
                .payment
                .as_str()
                .to_owned(),
        })
    }

    /// Asks for what may be there; none where it is not.
    async fn look(&self, trial: &Trial) -> Option<String> {
        match self {
            // The port itself looks before it makes one.
            Self::Customer(_) => None,
            Self::Create(draft) => {
                let found = trial.numbered(&draft.number).await?;
                assert_eq!(found.total, draft.total, "what is found is ours");
                Some(found.document.as_str().to_owned())
            }
            Self::Record(posting) => {
                let found = trial.seen(&posting.document).await;
                found
                    .payment(&posting.reference)
                    .map(|p| p.payment.as_str().to_owned())
            }
        }
    }

    /// How often it is in the books.
    async fn times(&self, trial: &Trial) -> usize {
        let books = trial.candidate().books().await;
        match self {
            Self::Customer(person) => books.keyed(&person.key),
            Self::Create(draft) => books.standing(&draft.number).len(),
            Self::Record(posting) => books.paid(&posting.reference).len(),
        }
    }
}

async fn each_fault(trial: &Trial, op: Op) -> Ended {
    let sample = Call::ready(trial, op).await;
    let before = trial.proxy().heard().len();
    sample.send(trial.system(), trial.key()).await.unwrap();
    let heard: Vec<Method> = trial
        .proxy()
        .heard()
        .split_off(before)
        .into_iter()
        .map(|(method, _)| method)
        .collect();
    // What writes is the last request that is no question.
    let carrier = heard.iter().rposition(|method| *method != Method::GET);
    let carrier = carrier.unwrap_or(heard.len().saturating_sub(1));
    let mut tried = false;
    for fault in Fault::ALL {
        for at in 0..heard.len().max(1) {
            let call = Call::ready(trial, op).await;
            if trial.proxy().is_wired() {
                trial.proxy().fail_after(at, fault);
            } else if !trial.candidate().fail_next(fault).await {
                continue;
            }
            tried = true;
            let place = format!("{op:?}, request {} of {}, {fault:?}", at + 1, heard.len());
            one_fault(trial, &call, fault, at == carrier, &place).await;
        }
    }
    tried.then_some(()).ok_or(Skip::NotPlayed("faults"))
}

async fn one_fault(trial: &Trial, call: &Call, fault: Fault, writes: bool, place: &str) {
    let ended = call.send(trial.system(), trial.key()).await;
    trial.proxy().heal();
    let times = call.times(trial).await;
    match &ended {
        Ok(_) => assert_eq!(times, 1, "{place}: taken for a yes"),
        Err(no) => {
            let sure = no.disposition() != Disposition::Unknown;
            assert!(!sure || times == 0, "{place}: it is written, and {no}");
            if fault == Fault::Refuse {
                assert!(sure, "{place}: nothing was sent, and {no}");
            }
            let maybe = !matches!(fault, Fault::Refuse | Fault::TooMany | Fault::InProgress);
            assert!(
                !(maybe && writes && sure),
                "{place}: it may be written, and {no}"
            );
            limited(no, fault, place);
        }
    }
    // As the portal does it: look, and only then once more.
    let found = call.look(trial).await;
    let now = if let Some(found) = found {
        found
    } else {
        let again = call.send(&*trial.restarted(), trial.key()).await;
        again.unwrap_or_else(|no| panic!("{place}: after looking it goes through, and not {no}"))
    };
    if let Ok(first) = ended {
        assert_eq!(first, now, "{place}: taken for a yes");
    }
    assert_eq!(call.times(trial).await, 1, "{place}: written once");
}

/// Too many is told with when to come back.
fn limited(no: &LedgerError, fault: Fault, place: &str) {
    if fault != Fault::TooMany {
        return;
    }
    let retry_after = Some(Fault::COME_BACK);
    match no {
        LedgerError::Adapter(no) => assert_eq!(
            no.kind(),
            AdapterErrorKind::RateLimited { retry_after },
            "{place}: {no}"
        ),
        other => panic!("{place}: too many is RateLimited, and not {other:?}"),
    }
}
