//! The fakes do what their switches say, and nothing else.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::Arc;

use portal_core::{
    CommandId, Commit, Document, DocumentBody, DocumentStore, Effect, Error, Expectation, Id,
    Portal, Store, StoreError,
    adapter::{AdapterErrorKind, Disposition},
    courses::CancelRegistration,
    effect::EffectKind,
    memory::Memory,
    outbox::HostLink,
    payment::PaymentProvider,
};
use portal_testkit::{
    AnyProvider, Facts, FlakyStore, PaperShelf, RecordingHost, StoppedClock, World, facts::*,
};
use uuid::Uuid;

fn freed(n: u128) -> Effect {
    let session = Id::new("s1");
    Effect::new(Uuid::from_u128(n), EffectKind::PlaceFreed { session })
}

#[tokio::test]
async fn a_host_notes_what_it_is_told_and_fails_as_told() {
    let host = RecordingHost::default();
    host.fail_next(2);
    for _ in 0..2 {
        let no = host.deliver(&freed(1)).await.unwrap_err();
        assert_eq!(no.disposition(), Disposition::NeverSent);
        assert!(no.is_temporary());
    }
    host.reject_next();
    let no = host.deliver(&freed(1)).await.unwrap_err();
    assert_eq!(no.kind(), AdapterErrorKind::Rejected);
    assert!(host.delivered().is_empty());

    host.lose_the_reply();
    let no = host.deliver(&freed(1)).await.unwrap_err();
    assert_eq!(no.disposition(), Disposition::Unknown);
    host.deliver(&freed(1)).await.unwrap();
    host.clone().deliver(&freed(2)).await.unwrap();
    assert_eq!(host.delivered(), [freed(1), freed(1), freed(2)]);
}

#[tokio::test]
async fn a_shelf_has_what_was_put_on_it() {
    let shelf = PaperShelf::default();
    shelf.put_pdf("p1");
    shelf.put(
        "p2",
        DocumentBody::Redirect("https://host.example/p2".into()),
    );
    let [p1, p2, p3] = ["p1", "p2", "p3"].map(Id::<Document>::new);
    let found = shelf.open(&p1).await.unwrap();
    assert!(matches!(found, Some(DocumentBody::File(file)) if file.file_name.as_str() == "p1.pdf"));
    let found = shelf.open(&p2).await.unwrap();
    assert!(matches!(found, Some(DocumentBody::Redirect(_))));
    assert_eq!(shelf.open(&p3).await.unwrap(), None);
    shelf.fail_next(1);
    assert!(shelf.open(&p1).await.unwrap_err().is_temporary());
    assert!(shelf.open(&p1).await.is_ok());
    assert_eq!(shelf.opened(), [&p1, &p2, &p3, &p1, &p1].map(Clone::clone));
}

#[test]
fn a_provider_takes_its_currencies_alone() {
    let provider = AnyProvider::taking(["EUR", "KWD"]);
    let limits = &provider.traits().limits;
    assert!(limits.accept(eur(120_00)));
    assert!(limits.accept(money(1, "KWD")));
    assert!(!limits.accept(money(1, "JPY")));
}

#[tokio::test]
async fn a_flaky_store_counts_and_fails_before_and_after_the_commit() {
    let (memory, form) = a_registration().await;
    let flaky = FlakyStore::over(memory.store());
    let desk = desk(&memory, &flaky);

    flaky.fail_the_next_commit();
    let failed = desk.submit(&form).await;
    assert!(matches!(
        failed,
        Err(Error::Store(StoreError::Unavailable(_)))
    ));
    assert_eq!(memory.receipt(form.command).await.unwrap(), None);

    flaky.lose_the_next_reply();
    let found = desk.submit(&form).await.unwrap();
    assert!(found.replayed, "the reply was lost, the receipt was not");
    assert!(memory.receipt(form.command).await.unwrap().is_some());

    assert!(desk.submit(&form).await.unwrap().replayed);
    assert_eq!(
        flaky.calls().commit,
        2,
        "the third was refused, and found its receipt"
    );
    assert_eq!(flaky.calls().receipt, 3);
}

#[tokio::test]
async fn a_flaky_store_conflicts_as_often_as_told() {
    let (memory, form) = a_registration().await;
    let flaky = FlakyStore::over(memory.store());
    let desk = desk(&memory, &flaky);

    flaky.conflict_next(4);
    assert!(!desk.submit(&form).await.unwrap().replayed);
    assert_eq!(flaky.calls().commit, 5, "four races lost, the fifth won");

    flaky.conflict_next(1);
    let decision = decision();
    let lost = flaky.commit(decision.clone()).await.unwrap_err();
    let StoreError::Conflict(lost) = lost else {
        panic!("{lost:?}")
    };
    assert!(matches!(*lost, Expectation::Unchanged(..)));
    assert_eq!(flaky.commit(decision).await.unwrap(), Commit::Applied);
}

#[tokio::test]
async fn a_flaky_store_that_is_switched_off_does_nothing() {
    let memory = Memory::default();
    let flaky = FlakyStore::over(memory.store());
    flaky.switch(false);
    assert!(flaky.commit(decision()).await.is_err());
    assert!(flaky.receipt(CommandId(Uuid::nil())).await.is_err());
    assert!(flaky.outbox(&portal_core::Page::default()).await.is_err());
    flaky.switch(true);
    assert_eq!(flaky.commit(decision()).await.unwrap(), Commit::Applied);
    assert_eq!((flaky.calls().commit, flaky.calls().outbox), (2, 1));
}

fn decision() -> portal_core::Decision {
    let by = viewer(&contact("ana"));
    let ask = portal_core::Ask::new(&by, today(), command(7));
    let about = portal_core::RecordRef::Contact(Id::new("ana"));
    portal_core::Decision::new(&ask, "test.yes", about)
}

async fn a_registration() -> (Memory, CancelRegistration) {
    let memory = Memory::default();
    memory
        .put(Facts::new().registration(registration("r1")))
        .await;
    let form = CancelRegistration::new(command(1), Id::new("r1"), Id::new("s1"), SURNAME);
    (memory, form)
}

fn desk(memory: &Memory, store: &FlakyStore) -> portal_core::CustomerDesk {
    let portal = Portal::builder(Arc::new(store.clone()), memory.directory())
        .courses(memory.courses())
        .clock(Arc::new(StoppedClock::default()))
        .build()
        .unwrap();
    portal.customer(viewer(&contact("ana")))
}
