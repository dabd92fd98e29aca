//! What documents come to: exact, or refused; never rounded.
use portal_core::{
    Money,
    accounting::{DraftLine, LedgerError},
};

use super::{Ended, Skip, Trial};

/// Whole yen stay whole yen.
pub async fn amounts_without_decimals_are_exact(trial: &Trial) -> Ended {
    exact(trial, 0, &[1, 999, 120_000]).await
}

/// Cents stay cents, the last one too.
pub async fn amounts_with_two_decimals_are_exact(trial: &Trial) -> Ended {
    exact(trial, 2, &[1, 10, 99, 40_10, 1_234_567_89]).await
}

/// Three decimals are kept, or an amount that needs them is refused.
pub async fn amounts_with_three_decimals_are_exact_or_refused(trial: &Trial) -> Ended {
    exact(trial, 3, &[1, 10, 1_234, 12_340]).await
}

/// A hundred lines of a few cents come to exactly their sum.
pub async fn many_lines_add_up(trial: &Trial) -> Ended {
    let amounts: Vec<Money> = (1..=100).map(|n| trial.money(n * 7 % 13 + 1)).collect();
    let draft = trial.draft_of(&trial.customer().await, &amounts);
    let made = trial.made(&draft).await;
    let found = trial.seen(&made.document).await;
    assert_eq!((found.lines.len(), found.total), (100, draft.total));
    Ok(())
}

/// Where lines and tax do not come to the total that was promised, it is refused; or the answer says what it came to in truth, so that the portal sees the difference.
pub async fn a_total_that_does_not_add_up_is_refused_or_told(trial: &Trial) -> Ended {
    let mut draft = trial.draft(&trial.customer().await);
    draft.total = draft.total.plus(trial.money(1)).unwrap();
    let answer = trial.system().create(&draft, trial.key()).await;
    let books = trial.candidate().books().await;
    let booked: Vec<Money> = books
        .standing(&draft.number)
        .iter()
        .map(|d| d.total)
        .collect();
    match answer {
        Ok(made) => {
            assert_ne!(made.total, draft.total, "the lines do not come to that");
            assert_eq!(booked, [made.total], "what is answered is what is there");
        }
        Err(LedgerError::Refused(_)) => assert!(booked.is_empty(), "none stands: {books:?}"),
        Err(no) => panic!("a total that does not add up is refused or told, and not {no}"),
    }
    Ok(())
}

async fn exact(trial: &Trial, exponent: u8, minors: &[i64]) -> Ended {
    let Some(currency) = trial.currency(exponent) else {
        return Err(Skip::NotOffered("a currency of so many decimals"));
    };
    let customer = trial.customer().await;
    for minor in minors {
        let amount = Money::from_minor(*minor, currency);
        let mut draft = trial.draft_of(&customer, &[amount]);
        draft.lines = vec![DraftLine::new("Exactly", amount, trial.codes().line)];
        let made = match trial.system().create(&draft, trial.key()).await {
            Ok(made) => made,
            Err(LedgerError::Refused(_)) if exponent == 3 && minor % 10 != 0 => {
                let books = trial.candidate().books().await;
                assert!(
                    books.standing(&draft.number).is_empty(),
                    "refused is not made"
                );
                continue;
            }
            Err(no) => panic!("{amount} was not taken: {no}"),
        };
        let books = trial.candidate().books().await;
        let booked: Vec<Money> = books
            .standing(&draft.number)
            .iter()
            .map(|d| d.total)
            .collect();
        assert_eq!(booked, [amount], "in the books");
        let found = trial.seen(&made.document).await;
        assert_eq!((found.total, found.due), (amount, amount), "as it is read");
        let posting = trial.posting(&made.document, amount);
        assert_eq!(
            trial.recorded(&posting).await.amount,
            amount,
            "as it is paid"
        );
        let books = trial.candidate().books().await;
        assert_eq!(books.paid(&posting.reference), [amount], "in the books");
    }
    Ok(())
}
