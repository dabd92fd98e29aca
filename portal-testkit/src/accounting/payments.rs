//! Payments: recorded once, with our reference, and never more than is due. ([`AccountingSystem::record_payment`](portal_core::accounting::AccountingSystem::record_payment))
use portal_core::{
    Clock as _,
    accounting::{DocumentState, LedgerRefusal},
};

use super::{Act, Ended, Trial, documents::unknown, trial::refusal};

/// What is recorded is what was posted, and the balance says so.
pub async fn a_payment_is_recorded_as_it_was_posted(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    let part = trial.money(30_01);
    let posting = trial.posting(&made.document, part);
    let payment = trial.recorded(&posting).await;
    assert_eq!((payment.amount, payment.deleted), (part, false));
    let found = trial.seen(&made.document).await;
    assert_eq!((found.state, found.paid), (DocumentState::Open, part));
    assert_eq!(found.due, draft.total.minus(part).unwrap());
    let books = trial.candidate().books().await;
    assert_eq!(books.paid(&posting.reference), [part]);
    Ok(())
}

/// Our reference finds it again on its document, after a restart too: so nothing is ever recorded twice.
pub async fn it_is_found_again_by_our_reference(trial: &Trial) -> Ended {
    let (_, made) = trial.invoice().await;
    let (one, other) = (
        trial.posting(&made.document, trial.money(5_00)),
        trial.posting(&made.document, trial.money(5_00)),
    );
    let first = trial.recorded(&one).await;
    let found = trial.seen(&made.document).await;
    let payment = found
        .payment(&one.reference)
        .unwrap_or_else(|| panic!("{:?} is found by {:?}", found.payments, one.reference));
    assert_eq!(
        (&payment.payment, payment.amount),
        (&first.payment, one.amount)
    );
    assert_eq!(found.payment(&other.reference), None, "and no other is");
    Ok(())
}

/// All of it paid is settled.
pub async fn all_of_it_paid_is_settled(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    trial
        .recorded(&trial.posting(&made.document, draft.total))
        .await;
    let found = trial.seen(&made.document).await;
    assert_eq!(found.state, DocumentState::Settled);
    assert_eq!((found.paid, found.due.is_positive()), (draft.total, false));
    Ok(())
}

/// Three parts that make the whole settle it, to the cent.
pub async fn parts_add_up(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    for part in draft.total.split(3.try_into().unwrap()) {
        trial.recorded(&trial.posting(&made.document, part)).await;
    }
    let found = trial.seen(&made.document).await;
    assert_eq!(
        (found.state, found.payments.len()),
        (DocumentState::Settled, 3)
    );
    Ok(())
}

/// A cent more than is due is refused as such, and nothing is recorded.
pub async fn more_than_is_due_is_refused(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    let most = trial.posting(&made.document, draft.total.plus(trial.money(1)).unwrap());
    let answer = trial.system().record_payment(&most, trial.key()).await;
    assert_eq!(
        refusal(answer, "more than is due"),
        LedgerRefusal::MoreThanDue
    );
    trial
        .recorded(&trial.posting(&made.document, draft.total))
        .await;
    let again = trial.posting(&made.document, trial.money(1));
    let answer = trial.system().record_payment(&again, trial.key()).await;
    match refusal(answer, "anything, where nothing is due") {
        LedgerRefusal::MoreThanDue | LedgerRefusal::NotOpen { .. } => {}
        why => panic!("where nothing is due it is MoreThanDue or NotOpen, and not {why:?}"),
    }
    assert_eq!(trial.candidate().books().await.payments.len(), 1);
    Ok(())
}

/// What was taken back takes no payment.
pub async fn a_document_that_was_taken_back_takes_none(trial: &Trial) -> Ended {
    let (_, made) = trial.invoice().await;
    trial
        .play(Act::Void(&made.document), "voiding there")
        .await?;
    let posting = trial.posting(&made.document, trial.money(1_00));
    let answer = trial.system().record_payment(&posting, trial.key()).await;
    match refusal(answer, "a payment of what was taken back") {
        LedgerRefusal::NotOpen { state } => assert_eq!(state, DocumentState::Voided),
        why => panic!("what was taken back is NotOpen, and not {why:?}"),
    }
    assert!(trial.candidate().books().await.payments.is_empty());
    Ok(())
}

/// An account that money cannot arrive on is refused, and named.
pub async fn an_unknown_bank_account_is_refused(trial: &Trial) -> Ended {
    let (_, made) = trial.invoice().await;
    let mut posting = trial.posting(&made.document, trial.money(1_00));
    posting.account = "no-such".into();
    let answer = trial.system().record_payment(&posting, trial.key()).await;
    unknown(answer, "no-such");
    assert!(trial.candidate().books().await.payments.is_empty());
    Ok(())
}

/// A day in closed books is refused as such: late money needs staff.
pub async fn a_payment_into_a_closed_period_is_refused(trial: &Trial) -> Ended {
    let (_, made) = trial.invoice().await;
    let today = trial.clock().now().date_naive();
    trial.play(Act::Close(today), "closing the books").await?;
    let posting = trial.posting(&made.document, trial.money(1_00));
    let answer = trial.system().record_payment(&posting, trial.key()).await;
    let why = refusal(answer, "a payment into closed books");
    assert!(matches!(why, LedgerRefusal::PeriodLocked { .. }), "{why:?}");
    assert!(trial.candidate().books().await.payments.is_empty());
    Ok(())
}

/// A payment of ours that somebody there removed no longer counts.
pub async fn a_payment_taken_back_there_is_gone(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    let posting = trial.posting(&made.document, draft.total);
    let payment = trial.recorded(&posting).await;
    trial
        .play(Act::Unpay(&payment.payment), "removing a payment there")
        .await?;
    let found = trial.seen(&made.document).await;
    assert_eq!(found.payment(&posting.reference), None);
    assert_eq!((found.state, found.due), (DocumentState::Open, draft.total));
    Ok(())
}

/// A payment that somebody there recorded is seen, and is not taken for one of ours.
pub async fn a_payment_made_there_is_seen(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    let part = trial.money(10_00);
    trial
        .play(Act::Pay(&made.document, part), "paying there")
        .await?;
    let found = trial.seen(&made.document).await;
    assert_eq!(
        (found.paid, found.due),
        (part, draft.total.minus(part).unwrap())
    );
    let ours = trial.posting(&made.document, part);
    assert_eq!(found.payment(&ours.reference), None);
    Ok(())
}
