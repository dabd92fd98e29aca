//! What [`PaperRecords`](portal_core::documents::PaperRecords) promises.
use portal_core::{Contact, Id};

use super::{Ended, Skip, Trial, files::of_nobody, strange};

/// The facts are of whom and for when they were asked for, and can be so: [`Statement::check`](portal_core::documents::Statement::check),
/// [`Contract::check`](portal_core::documents::Contract::check).
pub async fn what_is_on_record_is_what_was_asked_for_and_adds_up(trial: &Trial) -> Ended {
    let (records, kept) = (trial.records()?, trial.kept());
    if kept.statements.is_empty() && kept.contracts.is_empty() {
        return Err(Skip::NotPlayed("a statement or contract on record"));
    }
    // What is there as a file need not be on record, but for contracts: only the record says whose one is.
    let files = trial.documents().is_ok();
    for asked in &kept.statements {
        let Some(found) = records.statement(asked).await.unwrap() else {
            assert!(files, "there is none of {}", asked.customer);
            continue;
        };
        assert_eq!(found.customer, asked.customer, "it is somebody else's");
        assert_eq!(found.until, asked.day, "it is of another day");
        found
            .check()
            .unwrap_or_else(|why| panic!("{found:?}: {why}"));
    }
    for (id, reader) in &kept.contracts {
        let found = records.contract(id, reader).await.unwrap();
        let found = found.unwrap_or_else(|| panic!("there is no {id}"));
        assert_eq!(found.id, *id, "it is another");
        found.check().unwrap_or_else(|why| panic!("{id}: {why}"));
    }
    Ok(())
}

/// "`None` where there is none": a key of nothing is no error, and finds nothing else.
pub async fn what_is_not_on_record_is_none_and_no_error(trial: &Trial) -> Ended {
    let (records, kept) = (trial.records()?, trial.kept());
    let somebody = kept.contracts.first().map(|(_, reader)| reader.clone());
    let somebody = somebody.unwrap_or_else(|| Id::<Contact>::new("somebody"));
    for key in strange() {
        let found = records.statement(&of_nobody(&key)).await;
        let found = found.unwrap_or_else(|e| panic!("{key:?}: {e}"));
        assert_eq!(found, None, "{key:?}");
        let found = records.contract(&Id::new(&*key), &somebody).await;
        let found = found.unwrap_or_else(|e| panic!("{key:?}: {e}"));
        assert_eq!(found, None, "{key:?}");
    }
    Ok(())
}

/// The customer decides whose account it is, and not who reads it, nor the day.
pub async fn another_customers_account_is_another(trial: &Trial) -> Ended {
    let (records, kept) = (trial.records()?, trial.kept());
    for asked in &kept.statements {
        let mut another = asked.clone();
        another.customer = Id::new(format!("not {}", asked.customer));
        assert_eq!(records.statement(&another).await.unwrap(), None);
    }
    Ok(())
}

/// Nothing is changed by looking at it.
pub async fn asked_again_the_records_say_the_same(trial: &Trial) -> Ended {
    let (records, kept) = (trial.records()?, trial.kept());
    for asked in &kept.statements {
        let first = records.statement(asked).await.unwrap();
        assert_eq!(records.statement(asked).await.unwrap(), first);
    }
    for (id, reader) in &kept.contracts {
        let first = records.contract(id, reader).await.unwrap();
        assert_eq!(records.contract(id, reader).await.unwrap(), first);
    }
    Ok(())
}
