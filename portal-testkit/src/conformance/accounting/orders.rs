//! What becomes of an order that goes into the books: [`OrderChange::LedgerStands`].
use std::sync::Arc;

use portal_core::{
    Commit, Id, Page, StoreError,
    accounting::{ExportState, LedgerConnection},
    order::{CutOff, LedgerLink, OpenPayment, OrderChange},
    payment::AttemptKey,
};

use super::{
    super::{
        payments::{self, order_of, ordered},
        scene::{apply, conflict, yes, yes_with_mail},
    },
    scene::{connected, exported, found, kept, on_its_way, stands, write, written},
};
use crate::{
    Facts, World,
    facts::{
        ExportFacts, OrderFacts, export, order, payment_attempt, registration, test_books, today,
    },
};

fn every_link() -> Vec<LedgerLink> {
    let mut all = vec![
        on_its_way(),
        LedgerLink::connected("Ledger", "INV-1"),
        LedgerLink::Connected {
            system: "Ledger".into(),
            reference: "INV-1".into(),
            pay_link: Some("https://ledger.example/pay?a=1&b=2".into()),
        },
    ];
    let cut_off = CutOff::ALL.iter();
    all.extend(cut_off.map(|reason| LedgerLink::cut_off("Ledger", *reason)));
    all.push(LedgerLink::NotExported);
    all.push(on_its_way());
    all
}

/// "Keep this as `Order::ledger`, whatever was there": nothing else of the order changes.
pub async fn an_order_stands_in_the_books_as_it_was_told(world: &dyn World) {
    ordered(world, "o1").await;
    for (number, ledger) in (1..).zip(every_link()) {
        apply(world, yes(number).changed(stands("o1", &ledger))).await;
        let mut expected = order("o1");
        expected.ledger = ledger;
        assert_eq!(order_of(world, "o1").await, expected);
    }
}

/// "An order changed by this is another version of its record": what was decided on the order as it was is in conflict.
pub async fn an_order_that_stands_otherwise_is_another_version(world: &dyn World) {
    ordered(world, "o1").await;
    for (number, ledger) in (1..).zip(every_link()) {
        let directory = world.directory();
        let before = directory.order(&Id::new("o1")).await.unwrap().unwrap();
        let decision = yes(10 * number).given(&before);
        apply(world, decision.changed(stands("o1", &ledger))).await;
        conflict(world, yes(10 * number + 1).given(&before)).await;
        let now = directory.order(&Id::new("o1")).await.unwrap().unwrap();
        apply(world, yes(10 * number + 2).given(&now)).await;
    }
}

/// The order, the list of orders and a registration on it tell the same of how it stands.
pub async fn everyone_is_told_the_same_of_an_order_in_the_books(world: &dyn World) {
    let o1 = order("o1").details();
    let on_order = registration("r1").on_order(o1.order.clone());
    let facts = Facts::new().order(o1).registration(on_order);
    world.put(facts).await;
    let ledger = LedgerLink::connected("Ledger", "INV-1");
    let decision = yes(1).changed(stands("o1", &ledger));
    let connected = export("o1").now(ExportState::Connected);
    apply(world, decision.changed(written(&connected))).await;

    let now = order_of(world, "o1").await;
    assert_eq!(now.ledger, ledger);
    let page = Page::default();
    let listed = world.directory().orders(&Id::new("ana"), &page).await;
    assert_eq!(listed.unwrap().items, std::slice::from_ref(&now));
    let found = world.courses().registration(&Id::new("r1")).await;
    assert_eq!(found.unwrap().unwrap().value.order, Some(now));
}

/// A change of an order that nobody has undoes all of the decision: the export, the connection, what is owed.
pub async fn an_export_of_nobodys_order_undoes_the_whole_decision(world: &dyn World) {
    leaves_nothing(world, stands("nobody's", &on_its_way()).into()).await;
}

/// A document that is another order's, at the end of a decision, undoes what came before it in it: the order is not locked.
pub async fn a_change_that_cannot_be_made_leaves_nothing_in_the_books(world: &dyn World) {
    write(world, 9, &export("o9").known_as("doc_1")).await;
    leaves_nothing(world, written(&export("o8").known_as("doc_1")).into()).await;
}

/// Commits a decision about `o1` that cannot end well, because of its last change.
async fn leaves_nothing(world: &dyn World, last: portal_core::Change) {
    ordered(world, "o1").await;
    let before = kept(world, "o1", &test_books()).await;
    let decision = yes_with_mail(1)
        .changed(written(&export("o1").now(ExportState::Exporting)))
        .changed(connected(&LedgerConnection::new(test_books(), today())))
        .changed(payments::came(&crate::facts::income("pi_1", "o1")))
        .changed(stands("o1", &on_its_way()))
        .changed(last);
    let ended = world.store().commit(decision).await;
    assert!(ended.is_err(), "{ended:?}");
    assert_eq!(kept(world, "o1", &test_books()).await, before);
}

/// Four see an order and export it while four see it and pay: one of the eight does, since each makes it another order for the others.
pub async fn of_exports_and_payments_begun_at_once_for_an_order_one_is(world: &dyn World) {
    ordered(world, "o1").await;
    let seen = world.directory().order(&Id::new("o1")).await;
    let seen = seen.unwrap().unwrap();
    let store = world.store();
    let paid = OrderChange::PaymentStands {
        order: Id::new("o1"),
        payment: Some(OpenPayment::at_payer(today())),
    };
    let exporting = export("o1").now(ExportState::Exporting);
    let runs: Vec<_> = (1..=8)
        .map(|n| {
            let decision = yes(n).given(&seen);
            let decision = if n % 2 == 0 {
                let decision = decision.changed(stands("o1", &on_its_way()));
                decision.changed(written(&exporting))
            } else {
                let attempt = payments::written(&payment_attempt(n, "o1"));
                decision.changed(paid.clone()).changed(attempt)
            };
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.commit(decision).await })
        })
        .collect();
    let mut begun = 0;
    for run in runs {
        match run.await.unwrap() {
            Ok(Commit::Applied) => begun += 1,
            Err(StoreError::Conflict(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(begun, 1);
    let now = order_of(world, "o1").await;
    let by = AttemptKey::LiveOf(Id::new("o1"));
    let live = world.payments().attempt(&by).await.unwrap();
    assert_eq!(live.is_some(), now.payment.is_some());
    let by = portal_core::accounting::ExportKey::Order(Id::new("o1"));
    let is_exported = found(world, by).await.is_some();
    assert_eq!(is_exported, now.ledger == on_its_way());
    assert_ne!(is_exported, live.is_some());
    if is_exported {
        assert_eq!(exported(world, "o1").await.value, exporting);
    }
}
