//! How far orders are in the books: [`AccountingStore::export`](portal_core::accounting::AccountingStore::export).
use std::sync::Arc;

use portal_core::{
    Commit, Decision, Id, RecordRef, StoreError,
    accounting::{DocumentRef, Export, ExportKey, ExportState, OrganisationRef},
};

use super::{
    super::{
        payments::absent,
        scene::{apply, conflict, yes, yes_with_mail},
    },
    scene::{exported, found, kept, write, writing, written},
};
use crate::{
    World,
    facts::{ExportFacts, export, test_books},
};

fn document(of: OrganisationRef, name: &str) -> ExportKey {
    ExportKey::Document(of, DocumentRef::new(name))
}

/// Each [`ExportKey`] leads to the export it is of, and to no other: not to one in another organisation's books, nor in another system's.
pub async fn an_export_is_found_by_each_of_its_keys_and_by_no_other(world: &dyn World) {
    let one = export("o1").known_as("doc_1");
    let other = export("o2").known_as("doc_2");
    let mut elsewhere = export("o3").known_as("doc_1");
    elsewhere.books = OrganisationRef::new("ledger", "org_2");
    for (number, one) in (1..).zip([&one, &other, &elsewhere, &export("o4")]) {
        write(world, number, one).await;
    }
    for (by, expected) in [
        (ExportKey::Order(Id::new("o1")), &one),
        (document(test_books(), "doc_1"), &one),
        (ExportKey::Order(Id::new("o2")), &other),
        (document(test_books(), "doc_2"), &other),
        (document(elsewhere.books.clone(), "doc_1"), &elsewhere),
    ] {
        assert_eq!(
            found(world, by.clone()).await.as_ref(),
            Some(expected),
            "{by:?}"
        );
    }
    let other_system = OrganisationRef::new("other", "org_1");
    for by in [
        ExportKey::Order(Id::new("doc_1")),
        ExportKey::Order(Id::new("o5")),
        document(test_books(), "o1"),
        document(test_books(), "doc_3"),
        document(elsewhere.books, "doc_2"),
        document(other_system, "doc_1"),
    ] {
        assert_eq!(found(world, by.clone()).await, None, "{by:?}");
    }
}

/// A document that became known later leads to the export from then on, and what it had before does not.
pub async fn an_export_is_found_by_the_document_it_was_given_later(world: &dyn World) {
    write(world, 1, &export("o1")).await;
    write(world, 2, &export("o1").known_as("doc_1")).await;
    let last = export("o1").known_as("doc_2").now(ExportState::Connected);
    write(world, 3, &last).await;
    assert_eq!(found(world, document(test_books(), "doc_1")).await, None);
    let by = document(test_books(), "doc_2");
    assert_eq!(found(world, by).await, Some(last));
}

/// "Where another order has its document already the store answers Conflict", and nothing of the decision is written.
pub async fn a_document_of_another_order_is_a_conflict_and_writes_nothing(world: &dyn World) {
    write(world, 1, &export("o1").known_as("doc_1")).await;
    write(world, 2, &export("o2")).await;
    let before = kept(world, "o2", &test_books()).await;
    for (number, taken) in [(3, "o2"), (4, "o3")] {
        let decision = yes_with_mail(number).changed(written(&export(taken).known_as("doc_1")));
        conflict(world, decision).await;
    }
    assert_eq!(kept(world, "o2", &test_books()).await, before);
    assert_eq!(found(world, ExportKey::Order(Id::new("o3"))).await, None);
    // The order that has it may say so again.
    write(world, 5, &export("o1").known_as("doc_1")).await;
}

/// Where an order has a document no longer, another may: none is kept from it by what was.
pub async fn a_document_that_is_given_up_is_anybodys(world: &dyn World) {
    write(world, 1, &export("o1").known_as("doc_1")).await;
    write(world, 2, &export("o1").now(ExportState::Forgotten)).await;
    assert_eq!(found(world, document(test_books(), "doc_1")).await, None);
    let next = export("o2").known_as("doc_1");
    write(world, 3, &next).await;
    let by = document(test_books(), "doc_1");
    assert_eq!(found(world, by).await, Some(next));
}

/// What is given up makes room in the same decision.
pub async fn one_decision_hands_a_document_on(world: &dyn World) {
    write(world, 1, &export("o1").known_as("doc_1")).await;
    let before = exported(world, "o1").await;
    let next = export("o2").known_as("doc_1");
    let decision = writing(2, &export("o1")).given(&before);
    apply(world, decision.changed(written(&next))).await;
    assert_eq!(exported(world, "o1").await.value.document, None);
    let by = document(test_books(), "doc_1");
    assert_eq!(found(world, by).await, Some(next));
}

/// "Every `BooksChange` makes it another version", also one that says the same: what was read before it is stale.
pub async fn every_change_of_an_export_is_another_version(world: &dyn World) {
    let one = export("o1");
    write(world, 1, &one).await;
    let first = exported(world, "o1").await;
    assert_eq!(first.seen.len(), 1, "names itself and nothing else");
    write(world, 2, &one).await;
    conflict(world, writing(3, &one).given(&first)).await;
    let second = exported(world, "o1").await;
    let sent = one.now(ExportState::Exporting);
    apply(world, writing(4, &sent).given(&second)).await;
    conflict(world, yes(5).given(&second)).await;
    apply(world, yes(6).given(&exported(world, "o1").await)).await;
}

/// "A record that is not there has the version `0`": whoever saw none may write it, and nobody else may once it is there.
pub async fn an_export_that_is_not_there_has_the_version_zero(world: &dyn World) {
    let (one, none) = (export("o1"), absent(Export::record_of(&Id::new("o1"))));
    apply(world, yes(1).expecting(none.clone())).await;
    apply(world, writing(2, &one).expecting(none.clone())).await;
    let lost = conflict(world, writing(3, &one).expecting(none.clone())).await;
    assert_eq!(lost, none);
    // The order itself is another record, and so is a connection.
    let ledger = RecordRef::Ledger(Id::new("o1"));
    apply(world, yes(4).expecting(absent(ledger))).await;
}

/// Eight saw that an order is not in the books, and begin: one is written.
pub async fn of_eight_who_export_an_order_at_once_one_does(world: &dyn World) {
    let none = absent(Export::record_of(&Id::new("o1")));
    let all = (1..=8).map(|n| {
        let mut one = export("o1");
        one.number = format!("INV-{n}").into();
        let decision = writing(n, &one).expecting(none.clone());
        (one, decision)
    });
    let won = won(world, all.collect()).await;
    assert_eq!(exported(world, "o1").await.value, won);
}

/// Eight orders claim one document at once: one has it, and the others are as if they had not.
pub async fn of_eight_orders_that_take_one_document_at_once_one_has_it(world: &dyn World) {
    let all = (1..=8).map(|n| {
        let one = export(&format!("o{n}")).known_as("doc_1");
        let decision = writing(n, &one);
        (one, decision)
    });
    let won = won(world, all.collect()).await;
    for n in 1..=8 {
        let order = Id::new(format!("o{n}"));
        let has_it = order == won.order;
        let found = found(world, ExportKey::Order(order)).await;
        assert_eq!(found.is_some(), has_it);
    }
    let by = document(test_books(), "doc_1");
    assert_eq!(found(world, by).await, Some(won));
}

/// Commits all of them at once, and answers the one that was written.
async fn won(world: &dyn World, all: Vec<(Export, Decision)>) -> Export {
    let store = world.store();
    let runs: Vec<_> = all
        .into_iter()
        .map(|(export, decision)| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { (export, store.commit(decision).await) })
        })
        .collect();
    let mut written = vec![];
    for run in runs {
        match run.await.unwrap() {
            (export, Ok(Commit::Applied)) => written.push(export),
            (_, Err(StoreError::Conflict(_))) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(written.len(), 1);
    written.remove(0)
}
