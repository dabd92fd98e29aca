//! Where something stands: [`look_up`](portal_core::payment::PaymentProvider::look_up).
use portal_core::payment::{
    Attempt, Fetching, Finding, Found, Lookup, PaymentRef, PaymentState, SessionRef,
};
use uuid::Uuid;

use super::{Ended, Fault, Skip, Trial, trial::Paid};

/// A payment is found by its session, and by its own name, and is the same.
pub async fn a_payment_is_found_by_session_and_by_name(trial: &Trial) -> Ended {
    fetches(trial)?;
    let paid = trial.paid().await?;
    let what = Lookup::Payment(paid.seen.payment.clone());
    let Found::Payment(seen) = trial.look_up(&what).await else {
        panic!("it is not found by its own name");
    };
    assert_eq!(seen.payment, paid.seen.payment);
    assert_eq!(
        seen.attempt,
        Some(paid.asked.attempt),
        "it is of our attempt"
    );
    assert_eq!(seen.state, PaymentState::Succeeded);
    assert_eq!(seen.captured, paid.asked.amount);
    Ok(())
}

/// A payment is found by our own name for it, once the time is over that the traits name. ([`Finding`])
pub async fn a_payment_is_found_by_its_attempt(trial: &Trial) -> Ended {
    finds(trial)?;
    let paid = trial.paid().await?;
    wait(trial);
    let seen = match trial.look_up(&by_attempt(&paid)).await {
        Found::Payment(seen) => seen,
        other => panic!("an attempt that was paid is not found, but {other:?}"),
    };
    assert_eq!(seen.payment, paid.seen.payment);
    assert_eq!(seen.captured, paid.asked.amount);
    let alone = trial.asked().attempt;
    let what = Lookup::Attempt {
        attempt: alone,
        since: paid.asked.since.unwrap(),
    };
    assert_eq!(trial.look_up(&what).await, Found::Nothing, "never begun");
    Ok(())
}

/// Before anybody paid, nothing has been taken, and nobody says so.
pub async fn an_open_page_has_taken_nothing(trial: &Trial) -> Ended {
    if trial.traits().fetching == Fetching::Nothing {
        return Err(Skip::NotOffered("asking"));
    }
    let (asked, begun) = trial.open().await;
    match trial.look_up(&Lookup::Session(begun.session)).await {
        // Some know of a page only once somebody has tried to pay on it.
        Found::Nothing => {}
        Found::Session { state, .. } => assert_eq!(state, PaymentState::Open),
        Found::Payment(seen) => {
            assert_eq!(seen.state, PaymentState::Open);
            assert_eq!(seen.captured.minor(), 0, "nobody has paid");
        }
        other @ Found::Setup { .. } => panic!("a payment, not {other:?}"),
    }
    trial.has_taken_nothing(asked.attempt).await;
    Ok(())
}

/// What is not there is nothing: an answer, not an error. ([`Found::Nothing`])
pub async fn what_is_not_there_is_nothing(trial: &Trial) -> Ended {
    if trial.traits().fetching == Fetching::Nothing {
        return Err(Skip::NotOffered("asking"));
    }
    let paid = trial.paid().await?;
    for other in unknown(&paid) {
        let found = trial.look_up(&other).await;
        assert_eq!(found, Found::Nothing, "{other:?}");
    }
    Ok(())
}

/// A name that is none finds nothing, and leads to no other address of the provider's.
pub async fn an_odd_name_finds_nothing(trial: &Trial) -> Ended {
    for odd in ODD {
        for what in [
            Lookup::Payment(PaymentRef::new(odd)),
            Lookup::Session(SessionRef::new(odd)),
        ] {
            let found = trial.adapter().look_up(&what).await;
            assert!(matches!(found, Ok(Found::Nothing) | Err(_)), "{found:?}");
        }
    }
    leads_nowhere(trial);
    Ok(())
}

/// Looking is not touching: however often somebody asks, and however it ends, no money moves.
pub async fn asking_moves_nothing(trial: &Trial) -> Ended {
    fetches(trial)?;
    let paid = trial.paid().await?;
    for fault in Fault::ALL {
        trial.fail_next(fault).await;
        let what = Lookup::Session(paid.begun.session.clone());
        let _ = trial.adapter().look_up(&what).await;
        trial.proxy().heal();
    }
    trial.has_taken_once(&paid.asked).await;
    let seen = trial.seen(&paid.asked, &paid.begun).await?;
    assert_eq!(seen.captured, paid.asked.amount);
    Ok(())
}

/// An answer that did not come, or was not understood, says nothing: it is an error, and never "there is nothing" or "it failed".
pub async fn no_answer_is_not_an_empty_answer(trial: &Trial) -> Ended {
    fetches(trial)?;
    let paid = trial.paid().await?;
    wait(trial);
    let mut asked = vec![
        Lookup::Session(paid.begun.session.clone()),
        Lookup::Payment(paid.seen.payment.clone()),
    ];
    if trial.traits().finding != Finding::Never {
        asked.push(by_attempt(&paid));
    }
    let mut tried = false;
    for fault in Fault::ALL.into_iter().chain([Fault::Html(404)]) {
        for what in &asked {
            if !trial.fail_next(fault).await {
                continue;
            }
            tried = true;
            match trial.adapter().look_up(what).await {
                Err(_) => {}
                // Half of an answer may be all of it, and asking again is no sin.
                Ok(Found::Payment(seen)) => assert_eq!(seen.captured, paid.asked.amount),
                Ok(other) => panic!("{fault:?} was taken for {other:?}"),
            }
            trial.proxy().heal();
        }
    }
    tried.then_some(()).ok_or(Skip::NotPlayed("faults"))
}

const ODD: [&str; 9] = [
    "",
    " ",
    "..",
    "../../v1/refunds",
    "a/b",
    "a?b=c&d",
    "a#b",
    "a\r\nx-evil: 1",
    "%2e%2e%2f\u{0}",
];

/// Nothing that was asked left its place in an address.
pub(super) fn leads_nowhere(trial: &Trial) {
    for (_, address) in trial.proxy().heard() {
        let path = address.split('?').next().unwrap_or_default();
        assert!(!path.contains(".."), "{address}");
        assert!(!path.ends_with("/v1/refunds/"), "{address}");
    }
}

fn by_attempt(paid: &Paid) -> Lookup {
    Lookup::Attempt {
        attempt: paid.asked.attempt,
        since: paid.asked.since.unwrap(),
    }
}

/// Names that look like the real ones and are nobody's.
pub(super) fn unknown(paid: &Paid) -> [Lookup; 3] {
    [
        Lookup::Payment(PaymentRef::new(format!("{}909", paid.seen.payment))),
        Lookup::Session(SessionRef::new(format!("{}909", paid.begun.session))),
        Lookup::Attempt {
            attempt: Attempt(Uuid::from_u128(0xdead)),
            since: paid.asked.since.unwrap(),
        },
    ]
}

/// Lets the time pass after which an attempt is found.
fn wait(trial: &Trial) {
    if let Finding::Eventually(lag) = trial.traits().finding {
        let lag = chrono::Duration::from_std(lag).unwrap();
        trial.clock().advance(lag);
    }
}

fn fetches(trial: &Trial) -> Ended {
    match trial.traits().fetching {
        Fetching::Payment => Ok(()),
        _ => Err(Skip::NotOffered("asking for a payment")),
    }
}

fn finds(trial: &Trial) -> Ended {
    match trial.traits().finding {
        Finding::Never => Err(Skip::NotOffered("finding an attempt")),
        _ => Ok(()),
    }
}
