//! Charging what is kept, without a page: [`MethodCharges`](portal_core::payment::MethodCharges).
use portal_core::{
    Money,
    adapter::{AdapterErrorKind, Disposition},
    payment::{Charged, Found, Lookup, PaymentState, Repeats},
};

use super::{
    Act, Ended, Trial,
    trial::Holder,
    vault::{not_found, unknown},
};

/// Another's card is not there: it is not charged. ([`MethodCharges::charge`](portal_core::payment::MethodCharges::charge))
pub async fn nobody_charges_anothers(trial: &Trial) -> Ended {
    let charges = trial.charges()?;
    let (ana, ben) = (trial.holder("ana").await?, trial.holder("ben").await?);
    for stranger in [ben.card.clone(), unknown(&ana)] {
        let wrong = Holder {
            payer: ana.payer.clone(),
            card: stranger,
        };
        let charge = trial.charge(&wrong);
        let no = charges.charge(&charge).await;
        not_found(&no.expect_err("another's was charged"), "charge");
        trial.has_taken_nothing(charge.attempt).await;
    }
    Ok(())
}

/// Exactly the amount is charged, and said, under our attempt.
pub async fn exactly_what_was_asked_for_is_charged(trial: &Trial) -> Ended {
    trial.charges()?;
    let ana = trial.holder("ana").await?;
    let charge = trial.charge(&ana);
    let Charged::Taken(seen) = trial.charges()?.charge(&charge).await.unwrap() else {
        panic!("a sound card was not charged");
    };
    assert_eq!(seen.captured, charge.amount);
    assert_eq!(seen.attempt, Some(charge.attempt));
    assert_eq!(seen.state, PaymentState::Succeeded);
    assert_eq!(&seen.merchant, trial.adapter().merchant());
    let taken = trial.candidate().books(charge.attempt).await.taken;
    assert_eq!(taken, [charge.amount]);
    Ok(())
}

/// The same attempt charges nothing twice, also after a restart. ("Called again with the same attempt it charges nothing twice and answers how the first one ended." Where
/// nothing is repeated it may answer that it cannot.)
pub async fn one_attempt_is_charged_once(trial: &Trial) -> Ended {
    trial.charges()?;
    let ana = trial.holder("ana").await?;
    let charge = trial.charge(&ana);
    let Charged::Taken(first) = trial.charges()?.charge(&charge).await.unwrap() else {
        panic!("a sound card was not charged");
    };
    let restarted = trial.restarted().vault().unwrap().charges();
    for charges in [trial.charges()?, restarted.unwrap()] {
        match charges.charge(&charge).await {
            Ok(Charged::Taken(again)) => {
                assert_eq!(again.payment, first.payment, "another payment");
            }
            Err(_) if trial.traits().repeats == Repeats::Never => {}
            other => panic!("it was taken, and now it says {other:?}"),
        }
    }
    let taken = trial.candidate().books(charge.attempt).await.taken;
    assert_eq!(taken, [charge.amount], "taken once");
    Ok(())
}

/// A bank's "no" is an answer, not an error, and nothing was taken. ([`Charged::Declined`])
pub async fn a_decline_is_an_answer(trial: &Trial) -> Ended {
    trial.charges()?;
    let ana = trial.holder("ana").await?;
    trial
        .play(Act::DeclineNextCharge, "declining a charge")
        .await?;
    let charge = trial.charge(&ana);
    let ended = trial.charges()?.charge(&charge).await.unwrap();
    assert!(matches!(ended, Charged::Declined { .. }), "{ended:?}");
    trial.has_taken_nothing(charge.attempt).await;
    let next = trial.charge(&ana);
    let ended = trial.charges()?.charge(&next).await.unwrap();
    assert!(
        matches!(ended, Charged::Taken(_)),
        "another attempt: {ended:?}"
    );
    Ok(())
}

/// No charge of nothing, of less, or of what the limits do not take; and none is sent.
pub async fn no_charge_is_outside_the_limits(trial: &Trial) -> Ended {
    trial.charges()?;
    let ana = trial.holder("ana").await?;
    let currency = trial.currency();
    let limits = &trial.traits().limits;
    let mut outside = vec![Money::zero(currency), Money::from_minor(-5_00, currency)];
    let others = ["JPY", "EUR", "USD", "CAD"].map(|code| code.parse().unwrap());
    let others = others.into_iter().filter(|other| !limits.takes(*other));
    outside.extend(others.map(|other| Money::from_minor(50_00, other)));
    if let Some(most) = limits.at_most {
        let least = Money::from_minor(1, currency);
        outside.push(Money::new(most, currency).unwrap().plus(least).unwrap());
    }
    for amount in outside {
        let mut charge = trial.charge(&ana);
        charge.amount = amount;
        let no = trial.charges()?.charge(&charge).await;
        let no = no.expect_err("an amount outside the limits was charged");
        assert_eq!(no.kind(), AdapterErrorKind::Rejected, "{amount}: {no}");
        assert_ne!(no.disposition(), Disposition::Unknown, "{amount}: {no}");
        trial.has_taken_nothing(charge.attempt).await;
    }
    Ok(())
}

/// A bank may want to hear from the payer first: nothing was taken, and nothing can come of it any more, so that they can pay on a page instead. ([`Charged::NeedsPayer`])
pub async fn a_bank_that_wants_the_payer_ends_the_charge(trial: &Trial) -> Ended {
    trial.charges()?;
    let ana = trial.holder("ana").await?;
    trial
        .play(Act::ChallengeNextCharge, "asking for the payer")
        .await?;
    let charge = trial.charge(&ana);
    for what in ["charged", "charged again"] {
        let ended = trial.charges()?.charge(&charge).await.unwrap();
        let Charged::NeedsPayer { payment } = ended else {
            panic!("{what}: {ended:?}");
        };
        trial.has_taken_nothing(charge.attempt).await;
        let Some(payment) = payment else { continue };
        match trial.look_up(&Lookup::Payment(payment)).await {
            Found::Payment(seen) => assert!(seen.state.is_final(), "{what}: {seen:?}"),
            other => assert_eq!(other, Found::Nothing, "{what}"),
        }
    }
    let paid = trial.paid().await?;
    trial.has_taken_once(&paid.asked).await;
    trial.has_taken_nothing(charge.attempt).await;
    Ok(())
}
