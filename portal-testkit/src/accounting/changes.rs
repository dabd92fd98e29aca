//! What changed there: nothing is lost, whatever happens while it is read. ([`AccountingSystem::changes`](portal_core::accounting::AccountingSystem::changes))
use portal_core::accounting::DocumentState;

use super::{Act, Ended, Trial};
use crate::facts::minutes;

/// What was made since then is told.
pub async fn what_was_made_is_told(trial: &Trial) -> Ended {
    let from = trial.now();
    trial.clock().advance(minutes(20));
    let (_, one) = trial.invoice().await;
    let (_, other) = trial.invoice().await;
    let (told, _) = trial.read(&from).await;
    assert!(told.contains(&one.document) && told.contains(&other.document));
    Ok(())
}

/// What people there did since then is told: an edit, a payment, taking back, throwing away; as it is now.
pub async fn what_was_done_there_is_told(trial: &Trial) -> Ended {
    let mut documents = vec![];
    for _ in 0..4 {
        documents.push(trial.invoice().await.1.document);
    }
    let acts = [
        (Act::Edit(&documents[0]), "an edit"),
        (Act::Pay(&documents[1], trial.money(1_00)), "a payment"),
        (Act::Void(&documents[2]), "taking back"),
        (Act::Delete(&documents[3]), "throwing away"),
    ];
    let mut tried = false;
    let (_, mut at) = trial.read(&trial.now()).await;
    for (n, (act, what)) in acts.into_iter().enumerate() {
        trial.clock().advance(minutes(20));
        if !trial.candidate().play(act).await {
            continue;
        }
        tried = true;
        let (told, next) = trial.read(&at).await;
        assert!(told.contains(&documents[n]), "{what} is told");
        at = next;
        if matches!(act, Act::Void(_)) {
            let found = trial.seen(&documents[n]).await;
            assert_eq!(found.state, DocumentState::Voided);
        }
    }
    tried
        .then_some(())
        .ok_or(super::Skip::NotPlayed("people there"))
}

/// More than a page, and the first of them changes while the pages are read, so that others move: each is told.
pub async fn nothing_is_lost_between_two_pages(trial: &Trial) -> Ended {
    let from = trial.now();
    let customer = trial.customer().await;
    let mut made = vec![];
    for _ in 0..trial.candidate().more_than_a_page() {
        trial.clock().advance(minutes(10));
        made.push(trial.made(&trial.draft(&customer)).await.document);
    }
    let (mut told, mut at, mut more) = trial.page(&from).await;
    if !more {
        // Everything at once is no page, and loses nothing between two.
        assert!(made.iter().all(|document| told.contains(document)));
        return Ok(());
    }
    let mut edits = made.iter();
    while more {
        // People go on working while they are read.
        if let Some(document) = edits.next() {
            let _ = trial.candidate().play(Act::Edit(document)).await;
        }
        let (page, next, and_more) = trial.page(&at).await;
        told.extend(page);
        (at, more) = (next, and_more);
    }
    // What moved while it was read may be told by the next reading, and no later.
    trial.clock().advance(minutes(15));
    told.extend(trial.read(&at).await.0);
    let lost: Vec<_> = made
        .iter()
        .filter(|document| !told.contains(document))
        .collect();
    assert!(lost.is_empty(), "never told: {lost:?}");
    Ok(())
}

/// Where a page could not be kept, its cursor is handed back, and the same is told again.
pub async fn a_cursor_handed_back_gives_the_same_again(trial: &Trial) -> Ended {
    let from = trial.now();
    let customer = trial.customer().await;
    for _ in 0..trial.candidate().more_than_a_page() {
        trial.clock().advance(minutes(1));
        trial.made(&trial.draft(&customer)).await;
    }
    let mut at = from;
    for _ in 0..3 {
        let (first, next, more) = trial.page(&at).await;
        let (again, _, _) = trial.page(&at).await;
        assert!(again.is_superset(&first), "never fewer");
        at = next;
        if !more {
            break;
        }
    }
    Ok(())
}

/// The end of one reading is where the next one begins: later changes are told, and a reading without news ends.
pub async fn a_reading_goes_on_where_the_last_one_ended(trial: &Trial) -> Ended {
    let (_, at) = trial.read(&trial.now()).await;
    trial.clock().advance(minutes(20));
    let (_, one) = trial.invoice().await;
    let (told, at) = trial.read(&at).await;
    assert!(told.contains(&one.document));
    trial.clock().advance(minutes(60));
    // Looking back a little, the next reading may tell it once more; the one after that has no reason to.
    let (_, at) = trial.read(&at).await;
    trial.clock().advance(minutes(60));
    let (told, at) = trial.read(&at).await;
    assert!(!told.contains(&one.document), "hours later that is no news");
    trial.clock().advance(minutes(60));
    let (_, other) = trial.invoice().await;
    let (told, _) = trial.read(&at).await;
    assert!(told.contains(&other.document));
    Ok(())
}
