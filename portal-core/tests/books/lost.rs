//! Answers and requests that get lost, books that cannot be asked, processes that stop.
use std::time::Duration;

use async_trait::async_trait;
use portal_core::{
    Change, Commit, Decision, Id, Settings, Store, StoreError,
    accounting::{Attention, ConnectionTrouble, CustomerRef, ExportState, Health, PushState},
    order::{LedgerLink, OrderChange, OrderRefusal},
};
use portal_testkit::{AnyLedger, Meddler, facts::*};

use super::scene::{NUMBER, Scene};

/// The document was made and nobody heard so: it is found by its number, and is no second one.
#[tokio::test]
async fn a_lost_answer_makes_no_second_document() {
    let at = Scene::new();
    at.ledger.lose_the_next_answer();
    at.export().await.unwrap();
    at.work().await;
    assert_eq!(at.standing().await.state, ExportState::Recovering);
    assert!(matches!(at.link().await, LedgerLink::Exporting { .. }));
    at.after(minutes(3)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    at.document();
    assert_eq!(at.ledger.calls().create, 1);
}

/// Nothing arrived and nobody heard so: it is sent again, once the books would know.
#[tokio::test]
async fn a_lost_request_is_sent_again() {
    let at = Scene::new();
    at.ledger.lose_the_next_request();
    at.export().await.unwrap();
    at.work().await;
    at.after(minutes(1)).await;
    assert_eq!(at.ledger.calls().create, 1);
    at.after(minutes(2)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    at.document();
    assert_eq!(at.ledger.calls().create, 2);
}

/// An empty answer is believed only once the books must know.
#[tokio::test]
async fn slow_books_are_waited_for() {
    let slow = AnyLedger::finding_after(Duration::from_mins(10));
    let at = Scene::of(slow, Settings::default());
    at.ledger.lose_the_next_answer();
    at.export().await.unwrap();
    at.work().await;
    at.ledger.hide(1);
    at.after(minutes(9)).await;
    assert_eq!(at.standing().await.state, ExportState::Recovering);
    assert_eq!(at.ledger.calls().create, 1);
    at.after(minutes(4)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    at.document();
}

/// Whatever step a process stops after, and whoever goes on: one document, one payment.
#[tokio::test]
async fn a_process_that_stops_anywhere_leaves_one_document_and_one_payment() {
    for stops_at in 0..12 {
        let at = Scene::new();
        at.paid().await;
        at.export().await.unwrap();
        // The store is gone for a moment after so many steps, as if the process were.
        for step in 0..40 {
            if step == stops_at {
                at.store.fail_the_next_commit();
            }
            if step == stops_at + 1 {
                at.store.lose_the_next_reply();
            }
            let _ = at.portal.dispatcher().batch(1).run_once().await;
            at.clock.advance(minutes(2));
        }
        at.after(hours(2)).await;
        assert_eq!(
            at.standing().await.state,
            ExportState::Connected,
            "{stops_at}"
        );
        let document = at.document();
        assert_eq!(document.payments.len(), 1, "{stops_at}");
        assert_eq!(at.ledger.calls().create, 1, "{stops_at}");
    }
}

/// A payment that was put there and nobody heard so is found by its reference.
#[tokio::test]
async fn a_payment_whose_answer_was_lost_is_there_once() {
    let at = Scene::new();
    at.paid().await;
    at.export().await.unwrap();
    // The first writing is the document.
    at.portal.dispatcher().batch(1).run_once().await.unwrap();
    at.ledger.lose_the_next_answer();
    at.after(minutes(20)).await;
    assert_eq!(at.document().payments.len(), 1);
    let pushed = &at.standing().await.payments[0];
    assert!(matches!(pushed.state, PushState::Recorded(_)), "{pushed:?}");
}

/// Books that ask to be left alone are, by everybody; and a day is not slept through by a worker.
#[tokio::test]
async fn a_limit_pauses_all_work_for_these_books() {
    let at = Scene::new();
    at.memory.put_order(order("o2").details());
    at.ledger.limit_next(Duration::from_hours(18));
    at.export().await.unwrap();
    at.work().await;
    let books = at.portal.accounting().unwrap();
    books.export(&Id::new("o2")).await.unwrap();
    let asked = at.ledger.asked();
    at.after(hours(17)).await;
    assert_eq!(at.ledger.asked(), asked);
    let paused = books.connection().await.unwrap().unwrap().paused_until;
    assert_eq!(paused, Some(today() + hours(18)));
    at.after(hours(2)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!(at.ledger.documents().len(), 2);
}

/// Books that cannot be reached for a day are for staff; nothing was sent, so the order can be paid again.
#[tokio::test]
async fn books_out_of_reach_for_a_day_unlock_what_never_arrived() {
    let at = Scene::new();
    for _ in 0..200 {
        at.ledger.fail_next();
    }
    at.export().await.unwrap();
    at.after(hours(23)).await;
    assert_eq!(at.refused().await, ["order.export-in-progress"]);
    at.after(hours(3)).await;
    let state = at.standing().await.state;
    assert!(
        matches!(
            state,
            ExportState::NeedsAttention(Attention::Unreached { .. })
        ),
        "{state:?}"
    );
    assert!(at.refused().await.is_empty());
}

/// A5: a connection that was revoked fails closed. What is on its way, or there, stays locked; connected anew, work goes on.
#[tokio::test]
async fn a_revoked_connection_fails_closed_until_it_is_connected_anew() {
    let at = Scene::new();
    at.exported().await;
    at.memory.put_order(order("o2").details());
    at.ledger.shut(Some(ConnectionTrouble::Revoked));
    let books = at.portal.accounting().unwrap();
    books.export(&Id::new("o2")).await.unwrap();
    at.after(hours(30)).await;
    let connection = books.connection().await.unwrap().unwrap();
    assert_eq!(connection.health, Health::Revoked);
    assert_eq!(at.refused().await, ["order.exported-to-accounting"]);
    let second = books.standing(&Id::new("o2")).await.unwrap().unwrap();
    assert_eq!(second.state, ExportState::Exporting);
    assert_eq!(at.ledger.documents().len(), 1);

    at.ledger.shut(None);
    at.admin().check_books().await.unwrap();
    at.after(hours(1)).await;
    assert_eq!(at.ledger.documents().len(), 2);
}

/// 000-48: the books made it, worked its tax out in their own way, and nobody heard so: it is ours, and the order stays locked.
#[tokio::test]
async fn a_lost_answer_about_a_document_of_another_total_unlocks_nothing() {
    let at = Scene::new();
    at.ledger.work_out(eur(120_01));
    at.ledger.lose_the_next_answer();
    at.export().await.unwrap();
    at.work().await;
    at.after(minutes(3)).await;
    let state = at.standing().await.state;
    assert!(
        matches!(
            state,
            ExportState::NeedsAttention(Attention::TotalDiffers { .. })
        ),
        "{state:?}"
    );
    assert!(matches!(at.link().await, LedgerLink::Exporting { .. }));
    assert_eq!(at.refused().await, ["order.export-in-progress"]);
}

/// 000-48: the books made it, somebody there gave it to another customer, and nobody heard of either: it may be ours, and the order stays locked.
#[tokio::test]
async fn a_lost_answer_about_a_document_that_was_edited_unlocks_nothing() {
    let at = Scene::new();
    at.ledger.lose_the_next_answer();
    at.export().await.unwrap();
    at.work().await;
    at.ledger.edit(NUMBER, |document| {
        document.customer = CustomerRef::new("eve");
    });
    at.after(minutes(3)).await;
    let state = at.standing().await.state;
    assert_eq!(state, ExportState::NeedsAttention(Attention::NumberTaken));
    assert_eq!(at.refused().await, ["order.export-in-progress"]);
}

/// A host that will not have its order locked has it as it is.
#[derive(Debug)]
struct Stubborn;

#[async_trait]
impl Meddler for Stubborn {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        let locks = |change: &Change| {
            let Change::Order(OrderChange::LedgerStands { ledger, .. }) = change else {
                return false;
            };
            matches!(ledger, LedgerLink::Exporting { .. })
        };
        if decision.changes.iter().any(locks) {
            let no = OrderRefusal::NothingToPay.into();
            return Err(StoreError::Rejected(Box::new(no)));
        }
        below.commit(decision).await
    }
}

/// 000-48: what could be paid here while its invoice stands there is not sent.
#[tokio::test]
async fn where_the_host_will_not_have_its_order_locked_nothing_is_sent() {
    let at = Scene::before(Stubborn);
    at.press(1).await.unwrap();
    let _ = at.export().await;
    at.till.pay();
    at.after(minutes(30)).await;
    assert_eq!(at.link().await, LedgerLink::NotExported);
    assert_eq!(at.ledger.calls().create, 0);
    assert!(at.ledger.documents().is_empty());
    let state = at.standing().await.state;
    assert!(matches!(state, ExportState::NeedsAttention(_)), "{state:?}");
}

/// What the books swallow every time ends with staff: it is not sent for ever, and stays locked, since something of ours may be there.
#[tokio::test]
async fn what_is_swallowed_every_time_is_for_staff_in_the_end() {
    let mut settings = Settings::default();
    settings.accounting.wait_hours = std::num::NonZeroU16::MIN;
    let at = Scene::with(settings);
    at.export().await.unwrap();
    for _ in 0..100 {
        at.ledger.lose_the_next_request();
    }
    at.after(hours(2)).await;
    let state = at.standing().await.state;
    let stuck = ExportState::NeedsAttention(Attention::OutcomeUnknown);
    assert_eq!(state, stuck);
    assert!(matches!(at.link().await, LedgerLink::Exporting { .. }));
    let sent = at.ledger.calls().create;
    at.after(hours(5)).await;
    assert_eq!(at.ledger.calls().create, sent);
}
