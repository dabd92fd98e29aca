//! Who pays: found by our key whatever they are called, and never mended. ([`AccountingSystem::customer`](portal_core::accounting::AccountingSystem::customer))
use portal_core::accounting::{LedgerCustomer, LedgerError, LedgerRefusal};

use super::{Act, Ended, Trial, trial::refusal};

/// One key is one customer, however often they are asked for, whatever they are called by then, and after a restart.
pub async fn a_customer_is_made_once(trial: &Trial) -> Ended {
    let person = trial.person();
    let first = trial.named(&person).await;
    assert_eq!(trial.named(&person).await, first);
    let mut renamed = person.clone();
    "Somebody Else Entirely".clone_into(&mut renamed.name);
    let again = trial
        .restarted()
        .customer(&renamed, trial.key())
        .await
        .unwrap();
    assert_eq!(again, first, "their key finds them");
    assert_eq!(trial.candidate().books().await.keyed(&person.key), 1);
    Ok(())
}

/// What the system called them when last we knew leads to them.
pub async fn a_customer_is_found_by_what_they_were_called_there(trial: &Trial) -> Ended {
    let person = trial.person();
    let first = trial.named(&person).await;
    let known = person.clone().known_as(Some(first.clone()));
    assert_eq!(trial.named(&known).await, first);
    Ok(())
}

/// Another key is somebody else.
pub async fn another_key_is_another_customer(trial: &Trial) -> Ended {
    assert_ne!(trial.customer().await, trial.customer().await);
    Ok(())
}

/// Two people of one name are told apart, or the second is refused; neither gets the other's invoices.
pub async fn two_of_one_name_are_two_customers(trial: &Trial) -> Ended {
    let (one, mut other) = (trial.person(), trial.person());
    other.name.clone_from(&one.name);
    let first = trial.named(&one).await;
    match trial.system().customer(&other, trial.key()).await {
        Ok(second) => assert_ne!(first, second, "not the first one's"),
        answer => assert_eq!(
            refusal(answer, "a second of one name"),
            LedgerRefusal::CustomerName
        ),
    }
    Ok(())
}

/// Where somebody there has the name, theirs is not taken for ours.
pub async fn a_name_that_is_taken_is_no_reason_to_take_the_other(trial: &Trial) -> Ended {
    let person = trial.person();
    trial
        .play(Act::TakeName(&person.name), "a name taken there")
        .await?;
    match trial.system().customer(&person, trial.key()).await {
        Ok(made) => {
            assert_eq!(
                trial.candidate().books().await.keyed(&person.key),
                1,
                "theirs has no key of ours"
            );
            assert_eq!(trial.named(&person).await, made);
        }
        answer => assert_eq!(
            refusal(answer, "a name that is taken"),
            LedgerRefusal::CustomerName
        ),
    }
    Ok(())
}

/// Whatever people are called: it is fitted to what the system takes, or refused as a name.
pub async fn an_odd_name_is_fitted_or_refused(trial: &Trial) -> Ended {
    let long = "a".repeat(300);
    let odd = [
        "<script>alert(1)</script>",
        "  Zoë   Quillfeather ",
        "Zoë\r\nX-Header: 1",
        "\"; drop table contacts; --",
        "張偉 🎓",
        "\u{202e}desrever",
        "",
        "   ",
        long.as_str(),
    ];
    for name in odd {
        let key = format!("odd-{}", trial.draw());
        let person = LedgerCustomer::new(key, name);
        match trial.system().customer(&person, trial.key()).await {
            Ok(made) => assert_eq!(trial.named(&person).await, made, "{name:?}"),
            Err(LedgerError::Refused(why)) => {
                assert_eq!(why, LedgerRefusal::CustomerName, "{name:?}");
            }
            Err(no) => panic!("{name:?} is fitted or refused as a name, and not {no}"),
        }
    }
    Ok(())
}

/// One who is archived there is refused, by key and by name; nobody is brought back or made anew.
pub async fn an_archived_customer_is_refused(trial: &Trial) -> Ended {
    let person = trial.person();
    let made = trial.named(&person).await;
    trial
        .play(Act::Archive(&made), "archiving a customer")
        .await?;
    for known in [None, Some(made)] {
        let person = person.clone().known_as(known);
        let answer = trial.system().customer(&person, trial.key()).await;
        let why = refusal(answer, "an archived customer");
        assert_eq!(why, LedgerRefusal::CustomerArchived);
    }
    assert_eq!(trial.candidate().books().await.keyed(&person.key), 1);
    Ok(())
}

/// One who was merged into another there is refused: whose invoices those are is for staff to say.
pub async fn a_merged_customer_is_refused(trial: &Trial) -> Ended {
    let person = trial.person();
    let made = trial.named(&person).await;
    let other = trial.customer().await;
    trial
        .play(Act::Merge(&made, &other), "merging customers")
        .await?;
    for known in [None, Some(made)] {
        let person = person.clone().known_as(known);
        let answer = trial.system().customer(&person, trial.key()).await;
        let why = refusal(answer, "a merged customer");
        assert_eq!(why, LedgerRefusal::CustomerMerged);
    }
    Ok(())
}
