//! Paying back: [`Refunds`](portal_core::payment::Refunds).
use portal_core::{
    Money,
    adapter::{AdapterErrorKind, Disposition},
    payment::{PaymentRef, RefundKind, RefundState, Refunded},
};

use super::{
    Act, Ended, Skip, Trial,
    trial::{Paid, part},
};

/// What is paid back is what was asked for, under our own key, and is seen on the payment.
pub async fn exactly_what_was_asked_for_is_paid_back(trial: &Trial) -> Ended {
    let paid = settled(trial).await?;
    let refunds = trial.refunds()?;
    let back = trial.some_back(&paid, &*refunds);
    let Refunded::Taken(made) = refunds.refund(&back).await.unwrap() else {
        panic!("a sound refund was declined");
    };
    assert_eq!(made.amount, back.amount);
    assert_eq!(made.ours, Some(back.refund), "our own key");
    assert_ne!(made.state, RefundState::Failed);
    has_paid_back(trial, &paid, &[back.amount]).await;
    let seen = trial.seen(&paid.asked, &paid.begun).await?;
    assert_eq!(seen.captured, paid.asked.amount, "what was taken stays");
    let same = seen.refunds.iter().find(|r| r.refund == made.refund);
    let same = same.expect("it is seen on the payment");
    assert_eq!(same.amount, made.amount);
    if made.state == RefundState::Succeeded {
        assert_eq!(seen.refunded, made.amount);
    }
    Ok(())
}

/// The same refund pays nothing back twice, also after a restart. ("Called again with the same refund it pays nothing twice.")
pub async fn one_refund_is_paid_back_once(trial: &Trial) -> Ended {
    let paid = settled(trial).await?;
    let refunds = trial.refunds()?;
    let back = trial.some_back(&paid, &*refunds);
    let Refunded::Taken(first) = refunds.refund(&back).await.unwrap() else {
        panic!("a sound refund was declined");
    };
    for refunds in [refunds, trial.restarted().refunds().unwrap()] {
        if let Ok(Refunded::Taken(again)) = refunds.refund(&back).await {
            assert_eq!(again.refund, first.refund, "another refund");
        }
    }
    has_paid_back(trial, &paid, &[back.amount]).await;
    Ok(())
}

/// All of it can be paid back, once.
pub async fn all_of_it_can_be_paid_back(trial: &Trial) -> Ended {
    let refunds = trial.refunds()?;
    let paid = trial.paid().await?;
    let all = trial.back(&paid, paid.asked.amount, true);
    let ended = refunds.refund(&all).await.unwrap();
    assert!(matches!(ended, Refunded::Taken(_)), "{ended:?}");
    has_paid_back(trial, &paid, &[paid.asked.amount]).await;
    let more = trial.back(&paid, part(paid.asked.amount), false);
    assert!(!matches!(
        refunds.refund(&more).await,
        Ok(Refunded::Taken(_))
    ));
    has_paid_back(trial, &paid, &[paid.asked.amount]).await;
    Ok(())
}

/// Parts are paid back where the adapter says so, and as often as it says. ([`RefundKind`])
pub async fn parts_are_paid_back_as_it_says(trial: &Trial) -> Ended {
    let paid = settled(trial).await?;
    let refunds = trial.refunds()?;
    let some = part(paid.asked.amount);
    let one = refunds.refund(&trial.back(&paid, some, false)).await;
    if refunds.kind() == RefundKind::FullOnly {
        assert!(!matches!(one, Ok(Refunded::Taken(_))), "all or nothing");
        has_paid_back(trial, &paid, &[]).await;
        return Ok(());
    }
    assert!(matches!(one, Ok(Refunded::Taken(_))), "{one:?}");
    let two = refunds.refund(&trial.back(&paid, some, false)).await;
    if refunds.kind() == RefundKind::PartialRepeated {
        assert!(matches!(two, Ok(Refunded::Taken(_))), "{two:?}");
        has_paid_back(trial, &paid, &[some, some]).await;
    } else {
        assert!(!matches!(two, Ok(Refunded::Taken(_))), "once, it says");
        has_paid_back(trial, &paid, &[some]).await;
    }
    Ok(())
}

/// Never more than there is, nor nothing, nor in another currency; and never of a payment nobody knows.
pub async fn no_more_is_paid_back_than_there_is(trial: &Trial) -> Ended {
    let paid = settled(trial).await?;
    let refunds = trial.refunds()?;
    let (amount, currency) = (paid.asked.amount, paid.asked.amount.currency());
    let other = ["JPY", "EUR", "USD"].map(|code| code.parse().unwrap());
    let other = other.into_iter().find(|other| *other != currency).unwrap();
    for wrong in [
        amount.plus(Money::from_minor(1, currency)).unwrap(),
        Money::zero(currency),
        Money::from_minor(-1_00, currency),
        Money::from_minor(100, other),
    ] {
        let back = trial.back(&paid, wrong, false);
        match refunds.refund(&back).await {
            Ok(Refunded::Declined(_)) => {}
            Ok(Refunded::Taken(made)) => panic!("{wrong} was paid back: {made:?}"),
            // What the provider was sent in another currency it may have done in its own: then nobody knows.
            Err(no) => assert_ne!(no.disposition(), Disposition::Unknown, "{wrong}: {no}"),
        }
        has_paid_back(trial, &paid, &[]).await;
    }
    let mut of_nobody = trial.back(&paid, part(amount), false);
    of_nobody.payment = PaymentRef::new(format!("{}909", paid.seen.payment));
    let no = refunds.refund(&of_nobody).await;
    let no = no.expect_err("what nobody has paid was paid back");
    assert_eq!(no.kind(), AdapterErrorKind::NotFound, "{no}");
    Ok(())
}

/// A payment whose parts can be paid back by now.
async fn settled(trial: &Trial) -> Result<Paid, Skip> {
    trial.refunds()?;
    let paid = trial.paid().await?;
    trial.candidate().play(Act::CloseTheDay).await;
    Ok(paid)
}

async fn has_paid_back(trial: &Trial, paid: &Paid, amounts: &[Money]) {
    let books = trial.candidate().books(paid.asked.attempt).await;
    assert_eq!(books.paid_back, amounts, "paid back");
    assert_eq!(books.taken, [paid.asked.amount], "taken");
}
