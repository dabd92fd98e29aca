//! Reading what changed in the books: it begins with whatever makes them known, is one, and stops at nothing.
use portal_core::{
    Ask, Decision, EffectKind, Id, Order, Page, Store as _, Upkeep,
    accounting::{
        AccountingWork, BooksChange, ConnectionTrouble, Export, ExportState, LedgerConnection,
    },
    effect::StaffTask,
    order::CutOff,
    store::QueueState,
};
use portal_testkit::{AnyLedger, facts::*};

use super::{
    records::Torn,
    scene::{NUMBER, Scene, with_books, works},
};

const VOIDED: ExportState = ExportState::Disconnected(CutOff::RemoteVoided);

impl Scene {
    /// How often reading is owed.
    async fn readings(&self) -> usize {
        let owed = self.memory.outbox(&Page::first(100)).await.unwrap().items;
        let pull = EffectKind::Accounting(AccountingWork::Pull);
        owed.iter().filter(|q| q.effect.kind == pull).count()
    }

    /// It is seen that somebody took the document back there, though nobody posts so.
    async fn hears_of_a_void(&self) {
        self.ledger.void(NUMBER);
        self.after(hours(1)).await;
        assert_eq!(self.standing().await.state, VOIDED);
    }

    async fn another_exported(&self, id: &str) -> Id<Order> {
        self.memory.put_order(order(id).invoiced(today()).details());
        let books = self.portal.accounting().unwrap();
        books.export(&Id::new(id)).await.unwrap();
        self.work().await;
        Id::new(id)
    }
}

/// A5
#[tokio::test]
async fn books_that_staff_checked_before_the_first_export_are_read() {
    let at = Scene::new();
    at.admin().check_books().await.unwrap();
    at.exported().await;
    at.hears_of_a_void().await;
}

/// A5
#[tokio::test]
async fn books_that_could_not_be_used_before_the_first_export_are_read() {
    let at = Scene::new();
    at.ledger.shut(Some(ConnectionTrouble::Revoked));
    at.admin().check_books().await.unwrap_err();
    at.ledger.shut(None);
    at.admin().check_books().await.unwrap();
    at.exported().await;
    at.hears_of_a_void().await;
}

/// Books that became known without anybody being told to read them.
#[tokio::test]
async fn books_that_nobody_reads_are_read_from_the_next_export_on() {
    let at = Scene::new();
    let organisation = portal_core::accounting::AccountingSystem::organisation(&at.ledger);
    let unread = LedgerConnection::new(organisation.clone(), today());
    let ask = Ask::new(&Upkeep, today(), command(90));
    let decision = Decision::new(&ask, "ledger.connection", unread.record());
    let decision = decision.changed(BooksChange::Connection(Box::new(unread)));
    at.memory.commit(decision).await.unwrap();
    at.exported().await;
    at.hears_of_a_void().await;
}

#[tokio::test]
async fn however_often_reading_is_owed_there_is_one() {
    let at = Scene::new();
    at.admin().check_books().await.unwrap();
    let books = at.portal.accounting().unwrap();
    for id in ["o2", "o3"] {
        at.memory.put_order(order(id).invoiced(today()).details());
        books.export(&Id::new(id)).await.unwrap();
    }
    assert!(at.readings().await > 1);
    at.after(hours(1)).await;
    assert_eq!(at.readings().await, 1);
}

/// However often the organisation is changed.
#[tokio::test]
async fn the_reading_goes_on_with_the_books_that_are_wired_in() {
    let at = Scene::new();
    at.exported().await;
    let mut known = vec![];
    for (organisation, id) in [("org-2", "o2"), ("org-3", "o3"), ("org-2", "o4")] {
        let ledger = match known.iter().find(|(name, _)| *name == organisation) {
            Some((_, ledger)) => AnyLedger::clone(ledger),
            None => AnyLedger::of(organisation),
        };
        known.push((organisation, ledger.clone()));
        let portal = with_books(&at, &ledger);
        at.memory.put_order(order(id).invoiced(today()).details());
        let (books, id) = (portal.accounting().unwrap(), Id::new(id));
        books.export(&id).await.unwrap();
        works(&portal).await;
        at.clock.advance(hours(1));
        works(&portal).await;
        assert_eq!(at.readings().await, 1);
        ledger.void(&format!("SO-{id}"));
        at.clock.advance(hours(1));
        works(&portal).await;
        let export = books.standing(&id).await.unwrap().unwrap();
        assert_eq!(export.state, VOIDED);
    }
}

/// Staff have it, by the name of its document, and whatever comes behind it is seen.
#[tokio::test]
async fn an_order_that_cannot_be_read_stops_nothing() {
    let at = Scene::new();
    at.exported().await;
    let o2 = at.another_exported("o2").await;
    at.records.tear(Some(("o1", Torn::ForGood)));
    at.ledger.void(NUMBER);
    at.ledger.void("SO-o2");
    at.after(hours(6)).await;
    let books = at.portal.accounting().unwrap();
    let export = books.standing(&o2).await.unwrap().unwrap();
    assert_eq!(export.state, VOIDED);
    // One for each of the two.
    let review = StaffTask::LedgerReview;
    assert_eq!(at.tasks(), [review, review]);
    let (told, torn) = (at.host.delivered(), Export::record_of(&Id::new("o1")));
    let about = told.iter().filter(|effect| match &effect.kind {
        EffectKind::StaffTask { about, .. } => *about == torn,
        _ => false,
    });
    assert_eq!(about.count(), 1);
    let owed = at.memory.outbox(&Page::first(100)).await.unwrap().items;
    let document = at.standing().await.document.unwrap();
    let look = EffectKind::Accounting(AccountingWork::LookAt { document });
    let look = owed.iter().find(|queued| queued.effect.kind == look);
    assert!(matches!(look.unwrap().state, QueueState::Dead(_)));
}

/// Mended in time, nothing of it was lost.
#[tokio::test]
async fn an_order_that_is_mended_is_looked_at() {
    let at = Scene::new();
    at.exported().await;
    at.records.tear(Some(("o1", Torn::ForGood)));
    at.ledger.void(NUMBER);
    at.after(minutes(20)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    at.records.tear(None);
    at.after(hours(2)).await;
    assert_eq!(at.standing().await.state, VOIDED);
}

/// What passes is waited out, and nobody is asked.
#[tokio::test]
async fn records_that_cannot_be_reached_are_waited_for() {
    let at = Scene::new();
    at.exported().await;
    at.records.tear(Some(("o1", Torn::ForNow)));
    at.ledger.void(NUMBER);
    at.after(hours(6)).await;
    assert!(at.tasks().is_empty());
    at.records.tear(None);
    at.after(minutes(5)).await;
    assert_eq!(at.standing().await.state, VOIDED);
}
