//! What only some systems offer: [`LedgerPapers`], [`Notes`](portal_core::accounting::Notes), [`Voiding`].
use std::sync::Arc;

use portal_core::{
    DocumentBody,
    accounting::{DocumentState, LedgerPapers, LedgerRefusal, Voiding},
};

use super::{Act, Ended, Skip, Trial, trial::refusal};

/// A copy is a file with something in it, or a place over https.
pub async fn a_copy_is_a_file(trial: &Trial) -> Ended {
    let papers = papers(trial)?;
    let (_, made) = trial.invoice().await;
    match papers.copy(&made.document).await.unwrap() {
        DocumentBody::File(file) => assert!(file.size() > 0, "{file:?}"),
        DocumentBody::Redirect(url) => assert!(url.starts_with("https://"), "{url}"),
        other => panic!("a copy is a file or a place, and not {other:?}"),
    }
    Ok(())
}

/// What is open can be paid there, over https; what was taken back cannot.
pub async fn what_can_be_paid_has_a_link(trial: &Trial) -> Ended {
    let papers = papers(trial)?;
    let (_, made) = trial.invoice().await;
    let Some(link) = papers.pay_link(&made.document).await.unwrap() else {
        return Err(Skip::NotOffered("links to pay"));
    };
    assert!(link.starts_with("https://"), "{link}");
    trial
        .play(Act::Void(&made.document), "voiding there")
        .await?;
    assert_eq!(papers.pay_link(&made.document).await.unwrap(), None);
    Ok(())
}

/// A note may be as long as it likes: what is too long is cut.
pub async fn notes_of_any_length_are_taken(trial: &Trial) -> Ended {
    let Some(notes) = trial.system().notes() else {
        return Err(Skip::NotOffered("notes"));
    };
    let (_, made) = trial.invoice().await;
    for note in [
        "Exported by the portal.",
        "Zoë \"quotes\" <b>&amp;</b>\nsecond line",
        &"ä".repeat(5_000),
    ] {
        notes.add(&made.document, note, trial.key()).await.unwrap();
    }
    Ok(())
}

/// A document is taken back, once; again it is taken back already.
pub async fn a_document_is_voided(trial: &Trial) -> Ended {
    let voiding = voiding(trial)?;
    let (_, made) = trial.invoice().await;
    let voided = voiding.void(&made.document, trial.key()).await.unwrap();
    assert_eq!(voided.state, DocumentState::Voided);
    assert_eq!(
        trial.seen(&made.document).await.state,
        DocumentState::Voided
    );
    if let Ok(again) = voiding.void(&made.document, trial.key()).await {
        assert_eq!(again.state, DocumentState::Voided);
    }
    Ok(())
}

/// One with payments against it is refused as such, and stands.
pub async fn a_document_with_payments_is_not_voided(trial: &Trial) -> Ended {
    let voiding = voiding(trial)?;
    let (draft, made) = trial.invoice().await;
    trial
        .recorded(&trial.posting(&made.document, trial.money(1_00)))
        .await;
    let answer = voiding.void(&made.document, trial.key()).await;
    assert_eq!(
        refusal(answer, "taking back what is paid"),
        LedgerRefusal::HasPayments
    );
    let rest = draft.total.minus(trial.money(1_00)).unwrap();
    trial.recorded(&trial.posting(&made.document, rest)).await;
    let answer = voiding.void(&made.document, trial.key()).await;
    assert_eq!(
        refusal(answer, "taking back what is paid in full"),
        LedgerRefusal::HasPayments
    );
    assert!(trial.seen(&made.document).await.state.stands());
    Ok(())
}

/// A payment is taken back: it is due again, and its reference finds nothing.
pub async fn a_payment_is_taken_back(trial: &Trial) -> Ended {
    let voiding = voiding(trial)?;
    let (draft, made) = trial.invoice().await;
    let posting = trial.posting(&made.document, draft.total);
    let payment = trial.recorded(&posting).await;
    voiding
        .take_back(&payment.payment, trial.key())
        .await
        .unwrap();
    let found = trial.seen(&made.document).await;
    assert_eq!((found.state, found.due), (DocumentState::Open, draft.total));
    assert_eq!(found.payment(&posting.reference), None);
    assert!(trial.candidate().books().await.payments.is_empty());
    voiding.void(&made.document, trial.key()).await.unwrap();
    Ok(())
}

fn papers(trial: &Trial) -> Result<Arc<dyn LedgerPapers>, Skip> {
    trial.system().papers().ok_or(Skip::NotOffered("papers"))
}

fn voiding(trial: &Trial) -> Result<Arc<dyn Voiding>, Skip> {
    trial.system().voiding().ok_or(Skip::NotOffered("voiding"))
}
