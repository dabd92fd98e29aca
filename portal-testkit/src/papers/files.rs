//! What [`DocumentStore`] promises of files.
use std::sync::Arc;

use portal_core::{
    Contact, DocumentBody, DocumentStore, Id, adapter::AdapterError, chrono::NaiveDate,
    chrono_tz::Tz, documents::StatementFor,
};

use super::{Ended, Kept, Skip, Trial, strange};

type Answer = Result<Option<DocumentBody>, AdapterError>;

/// "The paper": everything that is kept is there, is a file of some length or leads to where this customer is signed in, and is what [`DocumentBody::checked`] takes.
pub async fn what_is_kept_is_handed_over(trial: &Trial) -> Ended {
    let (documents, kept) = (trial.documents()?, trial.kept());
    let mut found = 0;
    for (what, body) in everything(&documents, &kept).await {
        if let Some(body) = body {
            found += 1;
            body.checked().unwrap_or_else(|e| panic!("{what}: {e}"));
        } else {
            // Statements and contracts may be on record alone.
            let on_record = what.starts_with("statement") || what.starts_with("contract");
            assert!(
                on_record && trial.records().is_ok(),
                "{what} is kept, and there is none"
            );
        }
    }
    if found == 0 {
        return Err(Skip::NotPlayed("a file that is kept"));
    }
    Ok(())
}

/// "`None` when it is gone": a key of nothing is no error and finds no other paper, whatever it means to a database or a file system.
pub async fn what_nobody_keeps_is_none_and_no_error(trial: &Trial) -> Ended {
    let documents = trial.documents()?;
    for key in strange() {
        let told = |what: &str, answer: Answer| match answer {
            Ok(None) => {}
            other => panic!("{what} {key:?}: {other:?}"),
        };
        told("document", documents.open(&Id::new(&*key)).await);
        told("invoice", documents.invoice(&Id::new(&*key)).await);
        told("contract", documents.contract(&Id::new(&*key)).await);
        told("statement", documents.statement(&of_nobody(&key)).await);
    }
    Ok(())
}

/// What was handed over once is the same when it is asked for again: a customer who downloads twice has one paper.
pub async fn asked_again_it_is_the_same(trial: &Trial) -> Ended {
    let (documents, kept) = (trial.documents()?, trial.kept());
    let first = everything(&documents, &kept).await;
    assert_eq!(everything(&documents, &kept).await, first);
    Ok(())
}

/// Many customers at once: each has what they asked for.
pub async fn twenty_at_once_do_not_mix(trial: &Trial) -> Ended {
    let (documents, kept) = (trial.documents()?, trial.kept());
    let alone = everything(&documents, &kept).await;
    let crowd = (0..20).map(|_| {
        let (documents, kept) = (Arc::clone(&documents), kept.clone());
        tokio::spawn(async move { everything(&documents, &kept).await })
    });
    for answer in crowd.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap(), alone);
    }
    Ok(())
}

/// A statement of a customer who does not exist.
pub(super) fn of_nobody(key: &str) -> StatementFor {
    let nobody = Contact::new(Id::new(key), Id::new(key), "", "");
    let day = NaiveDate::from_ymd_opt(2027, 2, 28).unwrap();
    StatementFor::new(&nobody, day, Tz::UTC)
}

/// What is answered to everything that is kept.
async fn everything(
    documents: &Arc<dyn DocumentStore>,
    kept: &Kept,
) -> Vec<(String, Option<DocumentBody>)> {
    let mut all = vec![];
    let mut note = |what: String, answer: Answer| match answer {
        Ok(body) => all.push((what, body)),
        Err(e) => panic!("{what} is kept, and cannot be asked for: {e}"),
    };
    for id in &kept.documents {
        note(format!("document {id}"), documents.open(id).await);
    }
    for order in &kept.invoices {
        note(
            format!("invoice of {order}"),
            documents.invoice(order).await,
        );
    }
    for asked in &kept.statements {
        let what = format!("statement of {} at {}", asked.customer, asked.day);
        note(what, documents.statement(asked).await);
    }
    for (id, _) in &kept.contracts {
        note(format!("contract {id}"), documents.contract(id).await);
    }
    all
}
