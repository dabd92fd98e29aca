//! A payment from its page to its dispute: what is said of it only ever goes forward. ([`Observation`])
use portal_core::payment::{
    Begun, Fetching, Found, Lookup, Observation, PaymentState, RefundState, Refunded,
};

use super::{Act, Ended, Skip, Trial};

/// Open, under way, arrived, paid back in part, called back: as far as anybody can play it, in this order, and never back.
pub async fn what_is_said_only_goes_forward(trial: &Trial) -> Ended {
    let (asked, begun) = trial.open().await;
    let mut told: Vec<Observation> = vec![];
    if trial.candidate().play(Act::PaySlowly(&begun)).await {
        let seen = trial.seen(&asked, &begun).await?;
        assert_eq!(seen.state, PaymentState::Processing, "it takes days");
        assert_eq!(seen.captured.minor(), 0, "nothing has arrived");
        trial.has_taken_nothing(asked.attempt).await;
        told.push(seen);
        trial.play(Act::Arrive(&begun), "arriving").await?;
    } else {
        trial.pay(&begun).await?;
    }
    let seen = trial.seen(&asked, &begun).await?;
    assert_eq!(seen.state, PaymentState::Succeeded);
    let payment = seen.payment.clone();
    told.push(seen.clone());
    if let Some(refunds) = trial.adapter().refunds() {
        trial.candidate().play(Act::CloseTheDay).await;
        let paid = super::trial::Paid {
            asked: asked.clone(),
            begun: begun.clone(),
            seen,
        };
        let back = trial.some_back(&paid, &*refunds);
        let ended = refunds.refund(&back).await.unwrap();
        assert!(matches!(ended, Refunded::Taken(_)), "{ended:?}");
        told.push(trial.seen(&asked, &begun).await?);
    }
    let disputed = asked.amount;
    if trial
        .candidate()
        .play(Act::CallBack(&payment, disputed))
        .await
    {
        let seen = trial.seen(&asked, &begun).await?;
        assert_eq!(seen.disputed, disputed, "a bank has called it back");
        told.push(seen);
    }
    told.push(trial.seen(&asked, &begun).await?);
    for pair in told.windows(2) {
        forward(&pair[0], &pair[1]);
    }
    Ok(())
}

/// A refund that came back is failed, by its name: the money is still here.
pub async fn a_refund_that_came_back_has_failed(trial: &Trial) -> Ended {
    let refunds = trial.refunds()?;
    let paid = trial.paid().await?;
    trial.candidate().play(Act::CloseTheDay).await;
    let back = trial.some_back(&paid, &*refunds);
    let Refunded::Taken(made) = refunds.refund(&back).await.unwrap() else {
        panic!("a sound refund was declined");
    };
    let act = Act::FailRefund(&paid.seen.payment, &made.refund);
    trial.play(act, "failing a refund").await?;
    let seen = trial.seen(&paid.asked, &paid.begun).await?;
    let one = seen.refunds.iter().find(|r| r.refund == made.refund);
    assert_eq!(one.expect("it is told still").state, RefundState::Failed);
    assert_eq!(seen.refunded.minor(), 0, "nothing was paid back");
    assert_eq!(seen.captured, paid.asked.amount, "the money is here");
    Ok(())
}

/// Whom a bank said no to has not paid, and is told why. ([`Decline`](portal_core::payment::Decline))
pub async fn a_payer_who_is_declined_has_not_paid(trial: &Trial) -> Ended {
    hears(trial)?;
    let (asked, begun) = trial.open().await;
    trial.play(Act::Decline(&begun), "declining").await?;
    let seen = trial.seen(&asked, &begun).await?;
    let open = matches!(seen.state, PaymentState::Open | PaymentState::Failed);
    assert!(open, "declined, not {:?}", seen.state);
    assert!(seen.decline.is_some(), "the payer is told why");
    assert_eq!(seen.captured.minor(), 0);
    trial.has_taken_nothing(asked.attempt).await;
    Ok(())
}

/// Who was declined and pays after all has paid: a failure is never the last word. ([`PaymentState::Succeeded`])
pub async fn a_payer_may_pay_after_a_decline(trial: &Trial) -> Ended {
    hears(trial)?;
    let (asked, begun) = trial.open().await;
    trial.play(Act::Decline(&begun), "declining").await?;
    let first = trial.seen(&asked, &begun).await?;
    trial
        .play(Act::Pay(&begun), "paying after a decline")
        .await?;
    let seen = trial.seen(&asked, &begun).await?;
    assert_eq!(seen.state, PaymentState::Succeeded);
    assert_eq!(seen.captured, asked.amount);
    assert!(first.state < seen.state, "forward");
    trial.has_taken_once(&asked).await;
    Ok(())
}

/// A page that ran out has taken nothing and is not open any more.
pub async fn a_page_that_ran_out_is_not_open(trial: &Trial) -> Ended {
    hears(trial)?;
    let (asked, begun) = trial.open().await;
    trial.play(Act::RunOut(&begun), "running out").await?;
    is_over(trial, &begun).await;
    let late = trial.candidate().play(Act::Pay(&begun)).await;
    assert!(!late, "somebody paid on a page that ran out");
    trial.has_taken_nothing(asked.attempt).await;
    Ok(())
}

/// A page that is closed before its time can be paid on no more. ([`Sessions::close`](portal_core::payment::Sessions::close))
pub async fn a_closed_page_takes_nothing(trial: &Trial) -> Ended {
    let sessions = trial.adapter().sessions();
    let sessions = sessions.ok_or(Skip::NotOffered("closing pages"))?;
    let (asked, begun) = trial.open().await;
    let found = sessions.close(&begun.session).await.unwrap();
    over(&found);
    is_over(trial, &begun).await;
    let late = trial.candidate().play(Act::Pay(&begun)).await;
    assert!(!late, "somebody paid on a page that was closed");
    trial.has_taken_nothing(asked.attempt).await;
    over(&sessions.close(&begun.session).await.unwrap());
    Ok(())
}

/// Closing a page that was paid meanwhile says so. ("somebody may have paid meanwhile")
pub async fn closing_a_paid_page_says_that_it_is_paid(trial: &Trial) -> Ended {
    let sessions = trial.adapter().sessions();
    let sessions = sessions.ok_or(Skip::NotOffered("closing pages"))?;
    let paid = trial.paid().await?;
    match sessions.close(&paid.begun.session).await.unwrap() {
        Found::Payment(seen) => assert_eq!(seen.captured, paid.asked.amount),
        other => panic!("it was paid, and is {other:?}"),
    }
    trial.has_taken_once(&paid.asked).await;
    Ok(())
}

fn hears(trial: &Trial) -> Ended {
    let hears = trial.hears().then_some(());
    hears.ok_or(Skip::NotOffered("hearing of payments"))
}

async fn is_over(trial: &Trial, begun: &Begun) {
    // Who cannot be asked is judged by the provider's books alone.
    if trial.traits().fetching == Fetching::Nothing {
        return;
    }
    over(&trial.look_up(&Lookup::Session(begun.session.clone())).await);
}

/// Nobody pays there any more, and nobody has.
fn over(found: &Found) {
    let state = match found {
        // Some forget a page on which nobody tried to pay.
        Found::Nothing => return,
        Found::Session { state, .. } | Found::Setup { state, .. } => *state,
        Found::Payment(seen) => {
            assert_eq!(seen.captured.minor(), 0, "nobody has paid");
            seen.state
        }
    };
    let ended = matches!(state, PaymentState::Expired | PaymentState::Cancelled);
    assert!(ended, "it is over, not {state:?}");
}

fn forward(before: &Observation, after: &Observation) {
    assert_eq!(before.payment, after.payment, "one payment");
    assert_eq!(before.attempt, after.attempt, "one attempt");
    assert_eq!(before.merchant, after.merchant, "one account");
    assert!(before.state <= after.state, "{before:?} then {after:?}");
    let sums = |seen: &Observation| {
        [
            seen.captured.minor(),
            seen.refunded.minor(),
            seen.disputed.minor(),
        ]
    };
    let (first, second) = (sums(before), sums(after));
    let grows = first.iter().zip(second).all(|(a, b)| *a <= b);
    assert!(grows, "{before:?} then {after:?}");
    assert!(before.observed_at <= after.observed_at);
    for refund in &before.refunds {
        let same = after.refunds.iter().find(|r| r.refund == refund.refund);
        let same = same.expect("a refund is not forgotten");
        assert!(refund.state <= same.state && refund.amount == same.amount);
    }
}
