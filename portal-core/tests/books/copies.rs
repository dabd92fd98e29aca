//! Copies of invoices come from the books, one request for each: nobody uses up what exports need.
use portal_core::{
    DocumentBody, Error, Id, Refusal,
    chrono::{DateTime, Utc},
    refusal::PortalRefusal,
};
use portal_testkit::facts::*;

use super::scene::Scene;

impl Scene {
    async fn downloads(&self, who: &str) -> Result<DocumentBody, Error> {
        let desk = self.portal.customer(viewer(&contact(who)));
        desk.invoice(&Id::new("o1")).await
    }

    /// One hour's worth for Ana, and when there is more.
    async fn uses_them_up(&self) -> DateTime<Utc> {
        for _ in 0..20 {
            self.downloads("ana").await.unwrap();
        }
        let no = self.downloads("ana").await.unwrap_err();
        match no.refusals().map(portal_core::Refusals::first) {
            Some(Refusal::Portal(PortalRefusal::TooManyDownloads { again_at })) => *again_at,
            other => panic!("{other:?}"),
        }
    }
}

/// T35
#[tokio::test]
async fn one_person_has_twenty_copies_within_an_hour() {
    let at = Scene::new();
    at.exported().await;
    let asked = at.ledger.asked();
    let again_at = at.uses_them_up().await;
    assert_eq!(
        at.ledger.asked(),
        asked + 20,
        "nothing was asked for the last"
    );
    at.clock
        .advance(again_at - portal_core::Clock::now(&at.clock));
    at.downloads("ana").await.unwrap();
}

/// T35
#[tokio::test]
async fn what_one_has_downloaded_keeps_nobody_else_from_it() {
    let at = Scene::new();
    at.exported().await;
    at.uses_them_up().await;
    at.memory.put_contact(contact("bo"));
    let bo = Some(Id::new("bo"));
    at.edit(|details| details.order.billing_contact = bo).await;
    at.downloads("bo").await.unwrap();
}

/// While the books are left alone nothing is asked there, so nothing is counted.
#[tokio::test]
async fn a_download_that_asks_nobody_counts_for_nothing() {
    let at = Scene::new();
    at.exported().await;
    at.ledger
        .shut(Some(portal_core::accounting::ConnectionTrouble::Revoked));
    for _ in 0..30 {
        assert!(matches!(at.downloads("ana").await, Err(Error::Adapter(_))));
    }
    at.ledger.shut(None);
    at.admin().check_books().await.unwrap();
    for _ in 0..19 {
        at.downloads("ana").await.unwrap();
    }
}
