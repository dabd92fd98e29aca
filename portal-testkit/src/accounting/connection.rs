//! What becomes of the consent: everything waits for staff, nothing is half done. ([`ConnectionTrouble`])
use portal_core::accounting::{ConnectionTrouble, LedgerError};

use super::{Act, Ended, Trial};

/// A consent that was taken back stops every call, and says so.
pub async fn consent_taken_back_stops_everything(trial: &Trial) -> Ended {
    let (_, made) = trial.invoice().await;
    trial.play(Act::Revoke, "consent taken back").await?;
    let posting = trial.posting(&made.document, trial.money(1_00));
    let system = trial.restarted();
    stopped(system.check().await);
    stopped(system.customer(&trial.person(), trial.key()).await);
    stopped(system.record_payment(&posting, trial.key()).await);
    stopped(system.changes(&trial.now()).await);
    assert!(trial.candidate().books().await.payments.is_empty());
    Ok(())
}

/// Taken back between making the customer and making the invoice: no invoice.
pub async fn consent_taken_back_halfway_makes_nothing(trial: &Trial) -> Ended {
    let draft = trial.draft(&trial.customer().await);
    trial.play(Act::Revoke, "consent taken back").await?;
    stopped(trial.system().create(&draft, trial.key()).await);
    assert!(trial.candidate().books().await.documents.is_empty());
    Ok(())
}

/// So it is where somebody took the portal off the organisation's list.
pub async fn a_disconnected_organisation_stops_everything(trial: &Trial) -> Ended {
    let draft = trial.draft(&trial.customer().await);
    trial.play(Act::Disconnect, "being disconnected").await?;
    stopped(trial.system().create(&draft, trial.key()).await);
    stopped(trial.restarted().check().await);
    assert!(trial.candidate().books().await.documents.is_empty());
    Ok(())
}

/// A consent that does not cover it says so: getting another token mends nothing.
pub async fn a_consent_too_narrow_says_so(trial: &Trial) -> Ended {
    let draft = trial.draft(&trial.customer().await);
    trial.play(Act::Narrow, "a consent too narrow").await?;
    let answer = trial.restarted().create(&draft, trial.key()).await;
    match answer {
        Err(LedgerError::Connection(trouble)) => {
            assert_eq!(trouble, ConnectionTrouble::ScopeMissing);
        }
        other => panic!("a consent too narrow is ScopeMissing, and not {other:?}"),
    }
    assert!(trial.candidate().books().await.documents.is_empty());
    Ok(())
}

fn stopped<T: std::fmt::Debug>(answer: Result<T, LedgerError>) {
    match answer {
        Err(LedgerError::Connection(
            ConnectionTrouble::ConsentNeeded | ConnectionTrouble::Revoked,
        )) => {}
        other => panic!("staff have to connect it anew, and hear {other:?}"),
    }
}
