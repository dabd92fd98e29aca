//! The portal keeps the books of another organisation from now on.
use portal_core::{
    Id,
    accounting::{Attention, EnteredByHand, ExportState, PushState, RelinkOrder},
    order::{CutOff, LedgerLink},
    staff::{Staff, StaffRole},
};
use portal_testkit::{AnyLedger, facts::*};

use super::scene::{NUMBER, Scene, with_books, works};

/// The invoice stands in the former books, and may be paid there: the order stays locked until staff have looked.
#[tokio::test]
async fn an_order_in_other_books_is_cut_off_and_stays_locked() {
    let at = Scene::new();
    at.exported().await;
    let others = AnyLedger::of("org-2");
    let portal = with_books(&at, &others);

    let desk = portal.staff(Staff::new("sam", StaffRole::Admin));
    let export = desk.look_into_books(&Id::new("o1")).await.unwrap();
    let off = CutOff::OtherBooks;
    assert_eq!(export.state, ExportState::Disconnected(off));
    assert_eq!(at.link().await, LedgerLink::cut_off("The Books", off));
    assert_eq!(at.refused().await, ["order.exported-to-accounting"]);
    let again = desk.look_into_books(&Id::new("o1")).await.unwrap();
    assert_eq!(again, export);

    // A document there of the same name is another one.
    let relink = RelinkOrder::new(command(7), Id::new("o1"));
    assert!(desk.submit(&relink).await.is_err());
    assert!(others.documents().is_empty());
}

/// A payment that is still to go there cannot: staff are told, and say so once they have put it there by hand.
#[tokio::test]
async fn a_payment_that_cannot_go_there_is_entered_by_hand() {
    let at = Scene::new();
    at.paid().await;
    at.export().await.unwrap();
    // The first writing is the document.
    at.portal.dispatcher().batch(1).run_once().await.unwrap();
    let portal = with_books(&at, &AnyLedger::of("org-2"));
    works(&portal).await;
    let export = at.standing().await;
    let off = ExportState::Disconnected(CutOff::OtherBooks);
    assert_eq!(export.state, off);
    let push = &export.payments[0];
    let waits = PushState::NeedsAttention(Attention::NotConnected, None);
    assert_eq!(push.state, waits);

    let desk = portal.staff(Staff::new("sam", StaffRole::Admin));
    let form = EnteredByHand::new(command(7), Id::new("o1"), push.received.clone());
    desk.submit(&form).await.unwrap();
    let push = at.standing().await.payments[0].clone();
    assert!(matches!(push.state, PushState::ByHand { .. }), "{push:?}");
    let again = EnteredByHand::new(command(8), Id::new("o1"), push.received);
    assert!(desk.submit(&again).await.is_err());
}

/// What was on its way, and had not been sent, goes into the books that are wired in.
#[tokio::test]
async fn what_was_not_sent_yet_goes_into_the_new_books() {
    let at = Scene::new();
    at.export().await.unwrap();
    let others = AnyLedger::of("org-2");
    let portal = with_books(&at, &others);
    works(&portal).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert!(at.ledger.documents().is_empty());
    assert_eq!(&*others.documents()[0].number, NUMBER);
}
