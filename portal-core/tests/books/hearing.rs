//! What somebody posts to the books' webhook address: a reason to look, once it is known to be theirs. Nothing of it is believed.
use portal_core::{
    Portal,
    accounting::{DocumentRef, ExportState},
    memory::Memory,
    order::{CutOff, LedgerLink},
    payment::{RawWebhook, WebhookAnswer, WebhookRefused},
};
use portal_testkit::facts::*;

use super::scene::{NUMBER, Scene};

impl Scene {
    /// The books post about the order's document now.
    fn post(&self) -> RawWebhook {
        self.ledger
            .post_about(&[self.document().document], self.now())
    }

    fn now(&self) -> portal_core::chrono::DateTime<portal_core::chrono::Utc> {
        portal_core::Clock::now(&self.clock)
    }

    async fn hears(&self, post: &RawWebhook) -> WebhookAnswer {
        self.portal.ledger_webhook(post).await
    }

    /// How often something was asked there, and all that is written down here.
    async fn known(&self) -> (u32, Vec<String>, ExportState) {
        let (trail, state) = (self.trail().await, self.standing().await.state);
        (self.ledger.asked(), trail, state)
    }
}

/// A5: no poll is due, and the order can be paid again at once.
#[tokio::test]
async fn a_document_that_was_voided_there_is_looked_at_as_soon_as_the_books_post() {
    let at = Scene::new();
    at.exported().await;
    at.ledger.void(NUMBER);
    let answer = at.hears(&at.post()).await;
    assert_eq!((answer.status, answer.body), (202, "heard"));
    assert!(answer.refused.is_none());
    assert_eq!(at.standing().await.state, ExportState::Connected);
    at.work().await;
    let off = CutOff::RemoteVoided;
    assert_eq!(at.standing().await.state, ExportState::Disconnected(off));
    assert_eq!(at.link().await, LedgerLink::cut_off("The Books", off));
    assert!(at.refused().await.is_empty());
}

/// A5: it still stands there, and may be paid there.
#[tokio::test]
async fn a_document_that_was_edited_there_is_cut_off_and_stays_locked() {
    let at = Scene::new();
    at.exported().await;
    at.ledger
        .edit(NUMBER, |document| document.total = eur(130_00));
    at.hears(&at.post()).await;
    at.work().await;
    let off = ExportState::Disconnected(CutOff::RemoteChanged);
    assert_eq!(at.standing().await.state, off);
    assert_eq!(at.refused().await, ["order.exported-to-accounting"]);
}

/// What could not be kept comes again: it is answered so.
#[tokio::test]
async fn a_post_is_acknowledged_only_once_it_is_kept() {
    let at = Scene::new();
    at.exported().await;
    at.ledger.void(NUMBER);
    at.store.fail_the_next_commit();
    let answer = at.hears(&at.post()).await;
    assert_eq!(answer.status, 503);
    assert!(matches!(answer.refused, Some(WebhookRefused::Portal(_))));
    at.work().await;
    assert_eq!(at.standing().await.state, ExportState::Connected);

    // It was kept this time, and nobody heard so: it comes once more, and is one look.
    at.store.lose_the_next_reply();
    assert_eq!(at.hears(&at.post()).await.status, 503);
    assert_eq!(at.hears(&at.post()).await.status, 202);
    let asked = at.ledger.asked();
    at.work().await;
    let off = ExportState::Disconnected(CutOff::RemoteVoided);
    assert_eq!(at.standing().await.state, off);
    // For the document, and for where it can be paid.
    assert_eq!(at.ledger.asked(), asked + 2);
}

/// Nothing of it is believed, and nothing is asked because of it.
#[tokio::test]
async fn a_post_that_is_not_the_books_changes_nothing() {
    let at = Scene::new();
    at.exported().await;
    at.ledger.void(NUMBER);
    let before = at.known().await;
    let named = [at.document().document];
    let forged = at.ledger.forged_post_about(&named, at.now());
    let mut unsigned = at.post();
    unsigned.headers.clear();
    let mut signed_twice = at.post();
    let seal = signed_twice.headers[0].clone();
    signed_twice.headers.push(seal);
    let mut stale = at.ledger.post_about(&named, at.now() - hours(1));
    stale.received_at = at.now();
    let mut garbled = at.post();
    garbled.body = vec![0xff];
    let mut too_large = at.post();
    too_large.body.resize(RawWebhook::LARGEST + 1, b'\n');
    for (post, status) in [
        (forged, 401),
        (unsigned, 401),
        (signed_twice, 401),
        (stale, 400),
        (garbled, 400),
        (too_large, 413),
    ] {
        let answer = at.hears(&post).await;
        assert_eq!((answer.status, answer.body), (status, ""), "{post:?}");
        assert!(matches!(answer.refused, Some(WebhookRefused::Webhook(_))));
        at.work().await;
        assert_eq!(at.known().await, before);
    }
}

/// How books ask whether seals are looked at: it names nothing, and is answered like any other.
#[tokio::test]
async fn a_post_about_nothing_is_answered_and_nothing_is_kept() {
    let at = Scene::new();
    at.exported().await;
    let before = at.known().await;
    let good = at.ledger.post_about(&[], at.now());
    assert_eq!(at.hears(&good).await.status, 202);
    let bad = at.ledger.forged_post_about(&[], at.now());
    assert_eq!(at.hears(&bad).await.status, 401);
    at.work().await;
    assert_eq!(at.known().await, before);
}

/// Somebody keeps other documents there too.
#[tokio::test]
async fn a_document_nobody_exported_is_passed_over() {
    let at = Scene::new();
    at.exported().await;
    let before = at.known().await;
    let theirs = at
        .ledger
        .post_about(&[DocumentRef::new("by-hand")], at.now());
    assert_eq!(at.hears(&theirs).await.status, 202);
    at.work().await;
    assert_eq!(at.known().await, before);
}

/// Posts come twice, late, and in any order: the order stands as the books say now.
#[tokio::test]
async fn a_post_that_comes_again_changes_nothing() {
    let at = Scene::new();
    at.exported().await;
    let post = at.post();
    for _ in 0..3 {
        at.hears(&post).await;
    }
    let asked = at.ledger.asked();
    at.work().await;
    assert_eq!(at.ledger.asked(), asked + 2, "one look");
    assert_eq!(at.standing().await.state, ExportState::Connected);
    at.clock.advance(minutes(4));
    at.hears(&post).await;
    at.work().await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert!(at.tasks().is_empty());
}

/// The look that the first of two posts led to may be over when the second comes.
#[tokio::test]
async fn of_two_posts_in_one_second_each_has_its_look() {
    let at = Scene::new();
    at.exported().await;
    at.hears(&at.post()).await;
    at.work().await;
    at.clock
        .advance(portal_core::chrono::Duration::milliseconds(2));
    at.ledger.void(NUMBER);
    at.hears(&at.post()).await;
    at.work().await;
    let off = ExportState::Disconnected(CutOff::RemoteVoided);
    assert_eq!(at.standing().await.state, off);
}

/// A portal without books has no such address.
#[tokio::test]
async fn without_books_there_is_nobody_to_post_to() {
    let at = Scene::new();
    at.exported().await;
    let memory = Memory::default();
    let portal = Portal::builder(
        std::sync::Arc::new(memory.clone()),
        std::sync::Arc::new(memory),
    );
    let answer = portal.build().unwrap().ledger_webhook(&at.post()).await;
    assert_eq!(answer.status, 404);
    assert!(matches!(
        answer.refused,
        Some(WebhookRefused::NoSuchProvider)
    ));
}
