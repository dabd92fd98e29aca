//! Invoices: made once under our number, found again, and refused with a reason. ([`AccountingSystem::create`](portal_core::accounting::AccountingSystem::create),
//! [`AccountingSystem::find`](portal_core::accounting::AccountingSystem::find))
use portal_core::{
    Clock as _, Money,
    accounting::{DocumentRef, DocumentState, FindDocument, LedgerError, LedgerRefusal},
    adapter::Disposition,
};

use super::{Act, Ended, Skip, Trial, trial::refusal};

/// What is made is what was drafted: number, customer, date, lines, total; and nothing of it is paid.
pub async fn an_invoice_is_made_as_it_was_drafted(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    let found = trial.seen(&made.document).await;
    for document in [&made, &found] {
        assert_eq!(document.number, draft.number);
        assert_eq!(document.state, DocumentState::Open);
        assert_eq!(document.customer, draft.customer);
        assert_eq!(document.date, draft.date);
        assert_eq!((document.total, document.due), (draft.total, draft.total));
        assert!(!document.paid.is_positive() && !document.credited.is_positive());
    }
    let lines: Vec<Money> = found.lines.iter().map(|line| line.amount).collect();
    let drafted: Vec<Money> = draft.lines.iter().map(|line| line.amount).collect();
    assert_eq!(lines, drafted, "line by line");
    let books = trial.candidate().books().await;
    let booked: Vec<Money> = books
        .standing(&draft.number)
        .iter()
        .map(|d| d.total)
        .collect();
    assert_eq!(booked, [draft.total], "and so it is in the books, once");
    Ok(())
}

/// Its number leads to it, and so does the system's own name for it; after a restart, too.
pub async fn it_is_found_by_number_and_by_name(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    let by_number = trial.numbered(&draft.number).await.unwrap();
    let by_name = trial.seen(&made.document).await;
    assert_eq!(
        (&by_number.document, &by_name.document),
        (&made.document, &made.document)
    );
    assert_eq!(
        by_number.lines, by_name.lines,
        "with its lines in either case"
    );
    Ok(())
}

/// A number nobody has is an empty answer, and no error.
pub async fn what_is_not_there_is_nothing(trial: &Trial) -> Ended {
    trial.invoice().await;
    assert_eq!(trial.numbered("K-none").await, None);
    let nobody = DocumentRef::new("22b3fab4-ef56-4d70-a110-a7cc3c1a26cd");
    assert_eq!(trial.find(&FindDocument::Document(nobody)).await, None);
    Ok(())
}

/// A number with signs in it is that number and no question; it finds nobody else's document.
pub async fn an_odd_number_finds_nothing(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    let (other, _) = trial.invoice().await;
    let odd = [
        format!("{},{}", draft.number, other.number),
        format!("{}\" OR Type==\"ACCREC", draft.number),
        format!("{}&Statuses=AUTHORISED", draft.number),
        format!("{}%00", draft.number),
        format!("../{}", made.document.as_str()),
        format!("{}/../..", draft.number),
        format!("{}?", made.document.as_str()),
        "%".to_owned(),
        "*".to_owned(),
        " ".to_owned(),
        String::new(),
    ];
    for name in odd {
        for what in [
            FindDocument::Number(name.as_str().into()),
            FindDocument::Document(DocumentRef::new(name.as_str())),
        ] {
            match trial.system().find(&what).await {
                Ok(found) => assert_eq!(found, None, "{what:?}"),
                Err(no) => assert_ne!(no.disposition(), Disposition::Unknown, "{what:?}: {no}"),
            }
        }
    }
    Ok(())
}

/// A number that is taken is refused as such, whatever else is asked for under it, and nothing there is changed.
pub async fn a_number_is_taken_once(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    let before = (
        trial.candidate().books().await,
        trial.seen(&made.document).await,
    );
    let mut other = trial.draft(&trial.customer().await);
    other.number.clone_from(&draft.number);
    let again = trial.restarted().create(&other, trial.key()).await;
    assert_eq!(
        refusal(again, "a number that is taken"),
        LedgerRefusal::NumberTaken
    );
    let same = trial.restarted().create(&draft, trial.key()).await;
    assert_eq!(
        refusal(same, "a number that is taken"),
        LedgerRefusal::NumberTaken
    );
    let after = trial.candidate().books().await;
    assert_eq!(before.0.documents, after.documents, "nothing is changed");
    assert_eq!(trial.seen(&made.document).await.total, before.1.total);
    Ok(())
}

/// So it is where somebody else gave it to a document by hand.
pub async fn a_number_somebody_else_took_is_refused(trial: &Trial) -> Ended {
    let draft = trial.draft(&trial.customer().await);
    trial
        .play(Act::TakeNumber(&draft.number), "a number taken there")
        .await?;
    let before = trial.candidate().books().await;
    let answer = trial.system().create(&draft, trial.key()).await;
    assert_eq!(
        refusal(answer, "somebody else's number"),
        LedgerRefusal::NumberTaken
    );
    assert_eq!(trial.candidate().books().await.documents, before.documents);
    let theirs = trial.numbered(&draft.number).await.unwrap();
    assert_ne!(
        theirs.total, draft.total,
        "what is found is theirs: it can be told from ours"
    );
    Ok(())
}

/// The same call under the same key is answered alike, or refused as taken. It makes nothing.
pub async fn a_repeated_key_makes_no_second_invoice(trial: &Trial) -> Ended {
    let draft = trial.draft(&trial.customer().await);
    let key = trial.key();
    let made = trial.system().create(&draft, key).await.unwrap();
    match trial.restarted().create(&draft, key).await {
        Ok(again) => assert_eq!(again.document, made.document),
        Err(LedgerError::Refused(why)) => assert_eq!(why, LedgerRefusal::NumberTaken),
        Err(no) => panic!("a repeat is the same answer or NumberTaken, and not {no}"),
    }
    let books = trial.candidate().books().await;
    assert_eq!(books.standing(&draft.number).len(), 1);
    Ok(())
}

/// A number may have as many characters as the traits say, and every one of them counts.
pub async fn a_number_as_long_as_it_says_is_kept(trial: &Trial) -> Ended {
    let most = trial.traits().number_len;
    let customer = trial.customer().await;
    let (mut one, mut other) = (trial.draft(&customer), trial.draft(&customer));
    one.number = format!("{}1", "N".repeat(most - 1)).into();
    other.number = format!("{}2", "N".repeat(most - 1)).into();
    let (one_made, other_made) = (trial.made(&one).await, trial.made(&other).await);
    assert_ne!(one_made.document, other_made.document);
    let found = trial.numbered(&one.number).await.unwrap();
    assert_eq!(
        (found.document, found.number),
        (one_made.document, one.number)
    );
    Ok(())
}

/// What was taken back there is found, and said to be taken back.
pub async fn a_voided_one_is_found_voided(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    trial
        .play(Act::Void(&made.document), "voiding there")
        .await?;
    let found = trial.seen(&made.document).await;
    assert_eq!(found.state, DocumentState::Voided);
    assert!(!found.due.is_positive(), "nobody owes it any more");
    if let Some(by_number) = trial.numbered(&draft.number).await {
        assert!(!by_number.state.stands(), "by its number, too");
    }
    Ok(())
}

/// What was thrown away there does not stand.
pub async fn a_deleted_one_is_found_deleted_or_not_at_all(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    trial
        .play(Act::Delete(&made.document), "deleting there")
        .await?;
    let by_name = trial
        .find(&FindDocument::Document(made.document.clone()))
        .await;
    for found in [by_name, trial.numbered(&draft.number).await]
        .into_iter()
        .flatten()
    {
        assert!(!found.state.stands(), "{:?}", found.state);
    }
    Ok(())
}

/// Where a number was given again after its document was thrown away, it leads to the one that stands.
pub async fn of_several_the_one_that_stands_is_found(trial: &Trial) -> Ended {
    let (draft, made) = trial.invoice().await;
    trial
        .play(Act::Delete(&made.document), "deleting there")
        .await?;
    match trial.system().create(&draft, trial.key()).await {
        Ok(second) => {
            let found = trial.numbered(&draft.number).await.unwrap();
            assert_eq!(found.document, second.document);
            assert!(found.state.stands());
            Ok(())
        }
        answer => {
            assert_eq!(
                refusal(answer, "a number that was used"),
                LedgerRefusal::NumberTaken
            );
            Err(Skip::NotOffered("numbers given again"))
        }
    }
}

/// A date in closed books is refused as such, and checking tells up to when they are closed.
pub async fn a_closed_period_is_refused(trial: &Trial) -> Ended {
    let draft = trial.draft(&trial.customer().await);
    let today = trial.clock().now().date_naive();
    trial.play(Act::Close(today), "closing the books").await?;
    let answer = trial.system().create(&draft, trial.key()).await;
    let why = refusal(answer, "a date in closed books");
    assert!(
        matches!(why, LedgerRefusal::PeriodLocked { until: None })
            || why == LedgerRefusal::PeriodLocked { until: Some(today) },
        "{why:?}"
    );
    assert!(trial.candidate().books().await.documents.is_empty());
    let organisation = trial.system().check().await.unwrap();
    assert_eq!(organisation.locked_until, Some(today));
    let mut later = draft.clone();
    later.date = today + chrono::Days::new(1);
    trial.made(&later).await;
    Ok(())
}

/// An account that is not in the chart is refused, and named.
pub async fn an_unknown_account_is_refused(trial: &Trial) -> Ended {
    let mut draft = trial.draft(&trial.customer().await);
    draft.lines[0].codes.account = "no-such".into();
    let answer = trial.system().create(&draft, trial.key()).await;
    unknown(answer, "no-such");
    assert!(trial.candidate().books().await.documents.is_empty());
    Ok(())
}

/// A tax rate that is not known is refused, and named.
pub async fn an_unknown_tax_rate_is_refused(trial: &Trial) -> Ended {
    let mut draft = trial.draft(&trial.customer().await);
    draft.lines[1].codes.tax = Some("NOSUCHTAX".into());
    let answer = trial.system().create(&draft, trial.key()).await;
    unknown(answer, "NOSUCHTAX");
    assert!(trial.candidate().books().await.documents.is_empty());
    Ok(())
}

/// A currency that the organisation does not keep is refused, and named.
pub async fn a_currency_it_lacks_is_refused(trial: &Trial) -> Ended {
    let Some(lacking) = trial.codes().lacking else {
        return Err(Skip::NotOffered("lacking a currency"));
    };
    let amount = Money::from_minor(100, lacking);
    let draft = trial.draft_of(&trial.customer().await, &[amount]);
    let answer = trial.system().create(&draft, trial.key()).await;
    let why = refusal(answer, "a currency it lacks");
    assert_eq!(why, LedgerRefusal::Currency { currency: lacking });
    assert!(trial.candidate().books().await.documents.is_empty());
    Ok(())
}

pub(super) fn unknown<T: std::fmt::Debug>(answer: Result<T, LedgerError>, code: &str) {
    match refusal(answer, "a code that is not known") {
        LedgerRefusal::UnknownCode { code: named } => {
            assert!(named.contains(code), "{named:?} names {code:?}");
        }
        why => panic!("a code that is not known is UnknownCode, and not {why:?}"),
    }
}
