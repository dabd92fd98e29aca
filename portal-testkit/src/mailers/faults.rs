//! What an error means: whether the message is given up, comes again, or all of them wait. ([`Mailer`](portal_core::mail::Mailer))
use portal_core::adapter::{AdapterError, AdapterErrorKind as Kind, Disposition};

use super::{Ended, Fate, Skip, Trial, Trouble, run::ANA};

/// There is no such mailbox, and there will be none: this message is given up, and no other. It was the server that said so, which shows that it is there.
pub async fn a_refused_reader_is_this_messages_end(trial: &Trial) -> Ended {
    given_up(&trial.refused(Fate::Refused).await?);
    Ok(())
}

/// What it says is not taken, and will not be.
pub async fn content_that_is_refused_is_this_messages_end(trial: &Trial) -> Ended {
    given_up(&trial.refused(Fate::RefusedContent).await?);
    Ok(())
}

/// Not now: this message comes again, others go on, and nobody thinks that it may have arrived.
pub async fn what_is_put_off_comes_again(trial: &Trial) -> Ended {
    let error = trial.refused(Fate::PutOff).await?;
    let said = (error.kind(), error.disposition());
    assert_eq!(said, (Kind::Unavailable, Disposition::Rejected));
    Ok(())
}

/// A server that takes nothing at the moment: no message is to blame.
pub async fn a_server_that_is_closing_is_waited_for(trial: &Trial) -> Ended {
    let error = trial.refused(Fate::Closing).await?;
    waited_for(error.kind(), error.disposition());
    Ok(())
}

/// It may have been taken: so it says, and sends the same message again.
pub async fn taken_and_unheard_is_in_doubt_and_comes_again_as_the_same(trial: &Trial) -> Ended {
    let mut ids = vec![];
    for _ in 0..2 {
        let error = trial.refused(Fate::Unheard).await?;
        assert_eq!(error.disposition(), Disposition::Unknown, "{error:?}");
        assert!(error.is_temporary(), "{error:?}");
        ids.extend(
            trial
                .candidate()
                .taken()
                .await
                .into_iter()
                .map(|t| t.message_id),
        );
    }
    assert!(!ids.is_empty(), "it was taken");
    ids.dedup();
    assert_eq!(ids.len(), 1, "one message: {ids:?}");
    Ok(())
}

/// It took the message, and says nothing for ever: whoever sends hears in time that it may have been taken.
pub async fn a_server_that_never_answers_is_given_up_in_time(trial: &Trial) -> Ended {
    let error = trial.refused(Fate::Silent).await?;
    assert!(error.is_temporary(), "{error:?}");
    // A slow machine may give up before anything has left, and be sure of it.
    if !trial.candidate().taken().await.is_empty() {
        assert_eq!(error.disposition(), Disposition::Unknown, "{error:?}");
    }
    Ok(())
}

/// Nobody answers: all messages wait, and none is to blame.
pub async fn a_server_nobody_reaches_is_waited_for(trial: &Trial) -> Ended {
    let error = trial.stopped(Trouble::Unreachable).await?;
    waited_for(error.kind(), error.disposition());
    Ok(())
}

/// Somebody takes the call and never says a word: whoever sends hears of it in time, and nothing has left.
pub async fn a_server_that_never_says_a_word_is_waited_for(trial: &Trial) -> Ended {
    let error = trial.stopped(Trouble::Silent).await?;
    waited_for(error.kind(), error.disposition());
    Ok(())
}

/// All messages wait until somebody has mended it.
pub async fn a_wrong_secret_is_no_messages_fault(trial: &Trial) -> Ended {
    let error = trial.stopped(Trouble::WrongSecret).await?;
    held(error.kind(), error.disposition());
    Ok(())
}

/// So they do where no secret is wrong, but something else that nobody but the host can mend.
pub async fn a_wrong_configuration_is_no_messages_fault(trial: &Trial) -> Ended {
    let error = trial.stopped(Trouble::Misconfigured).await?;
    held(error.kind(), error.disposition());
    Ok(())
}

/// An error that is sure that nothing was taken is right.
pub async fn what_failed_did_not_arrive(trial: &Trial) -> Ended {
    let mut errors = vec![];
    for fate in Fate::ALL {
        if let Ok(error) = trial.refused(fate).await {
            errors.push((fate.what(), error, trial.candidate().taken().await));
        }
    }
    for trouble in Trouble::ALL {
        if let Ok(error) = trial.stopped(trouble).await {
            errors.push((trouble.what(), error, trial.candidate().taken().await));
        }
    }
    if errors.is_empty() {
        return Err(Skip::NotPlayed("anything that fails"));
    }
    for (what, error, taken) in errors {
        let sure = error.disposition() != Disposition::Unknown;
        let lied = sure && !taken.is_empty();
        assert!(!lied, "{what}: {error:?}, and yet it arrived: {taken:?}");
    }
    Ok(())
}

/// What went wrong with one message is over with it.
pub async fn after_trouble_the_next_one_arrives(trial: &Trial) -> Ended {
    let mut tried = 0;
    // The transport that gives up soon is another one.
    let fates = Fate::ALL.into_iter().filter(|fate| *fate != Fate::Silent);
    for (n, fate) in (2..).zip(fates) {
        if trial.refused(fate).await.is_err() {
            continue;
        }
        tried += 1;
        trial.candidate().taken().await;
        let taken = trial.arrives(&Trial::mail(n, ANA)).await;
        assert_eq!(taken.to, [ANA], "after {fate:?}");
    }
    if tried == 0 {
        return Err(Skip::NotPlayed("anything that fails"));
    }
    Ok(())
}

fn given_up(error: &AdapterError) {
    let said = (error.kind(), error.disposition());
    assert_eq!(said, (Kind::Rejected, Disposition::Rejected), "{error:?}");
}

fn waited_for(kind: Kind, disposition: Disposition) {
    let waits = match kind {
        Kind::RateLimited { .. } => disposition != Disposition::Unknown,
        kind => (kind, disposition) == (Kind::Unavailable, Disposition::NeverSent),
    };
    assert!(
        waits,
        "all messages wait, and hear {kind:?}, {disposition:?}"
    );
}

fn held(kind: Kind, disposition: Disposition) {
    assert!(
        matches!(kind, Kind::Unauthorized | Kind::Misconfigured),
        "staff have to mend it, and hear {kind:?}"
    );
    assert_eq!(disposition, Disposition::NeverSent);
}
