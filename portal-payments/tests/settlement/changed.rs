//! What changed between the page and the press: nothing is charged, and it says what.
use std::sync::Arc;

use portal_core::{Error, Id, Portal, memory::Memory, order::LedgerLink, payment::Shown};
use portal_testkit::facts::*;

use crate::scene::{AtSim, codes};

/// 000-50
#[tokio::test]
async fn another_amount_than_was_shown_is_not_charged() {
    let at = AtSim::new();
    let form = at.form(1).await;
    at.edit(|details| details.order = details.order.clone().costing(eur(150_00)))
        .await;
    let refused = at.desk("ana").pay(&form).await;
    assert_eq!(codes(refused), ["order.amount-changed"]);
    assert!(at.attempts().await.is_empty());
}

/// 000-50
#[tokio::test]
async fn another_order_than_was_shown_is_not_charged_though_it_costs_the_same() {
    let at = AtSim::new();
    let form = at.form(1).await;
    at.edit(|details| details.lines[0].description = "Another place".to_owned())
        .await;
    let refused = at.desk("ana").pay(&form).await;
    assert_eq!(codes(refused), ["order.changed"]);
    assert!(at.attempts().await.is_empty());
}

/// 000-50
#[tokio::test]
async fn an_order_locked_between_page_and_press_is_not_charged() {
    let at = AtSim::new();
    let form = at.form(1).await;
    at.export().await;
    let refused = at.desk("ana").pay(&form).await;
    assert_eq!(codes(refused), ["order.exported-to-accounting"]);
    assert!(at.attempts().await.is_empty());
}

/// 000-50
#[tokio::test]
async fn an_order_on_its_way_to_the_ledger_is_not_charged() {
    let at = AtSim::new();
    let form = at.form(1).await;
    at.edit(|details| {
        let system = "Xero".into();
        details.order.ledger = LedgerLink::Exporting { system };
    })
    .await;
    let refused = at.desk("ana").pay(&form).await;
    assert_eq!(codes(refused), ["order.export-in-progress"]);
}

/// The order was locked after the page opened: nobody is sent there again.
#[tokio::test]
async fn an_open_page_is_not_gone_on_with_once_the_order_is_locked() {
    let at = AtSim::new();
    at.opened(1).await;
    at.export().await;
    assert_eq!(codes(at.press(2).await), ["order.exported-to-accounting"]);
}

#[tokio::test]
async fn an_open_page_is_not_gone_on_with_by_a_form_that_showed_another_order() {
    let at = AtSim::new();
    at.opened(1).await;
    let form = at.form(2).await;
    at.edit(|details| details.lines[0].description = "Another place".to_owned())
        .await;
    let refused = at.desk("ana").pay(&form).await;
    assert_eq!(codes(refused), ["order.changed"]);
}

/// The edit slips in after the rules have said yes: the commit is lost, and the rules are asked again.
#[tokio::test]
async fn an_edit_in_the_last_moment_is_seen() {
    let at = AtSim::new();
    let form = at.form(1).await;
    let memory = at.memory.clone();
    at.store.before_the_next_commit(move || {
        memory.put_order(order("o1").costing(eur(150_00)).details());
    });
    let refused = at.desk("ana").pay(&form).await;
    assert_eq!(codes(refused), ["order.amount-changed"]);
    assert!(at.attempts().await.is_empty());
}

#[tokio::test]
async fn what_was_shown_is_read_back_as_it_was_written() {
    let at = AtSim::new();
    let shown = at.form(1).await.shown;
    let read: Shown = shown.to_string().parse().unwrap();
    assert_eq!(read, shown);
    for forged in [
        "",
        "EUR",
        "EUR.12000",
        "EUR.1e4.x",
        "EUR.12000.0.0",
        "XYZ?.1.2",
    ] {
        assert!(forged.parse::<Shown>().is_err(), "{forged}");
    }
}

/// 000-20, 000-47
#[tokio::test]
async fn without_a_provider_there_is_no_way_to_pay() {
    let memory = Memory::default();
    memory.put_contact(contact("ana"));
    memory.put_order(order("o1").details());
    let portal = Portal::builder(Arc::new(memory.clone()), Arc::new(memory.clone()))
        .payment_store(Arc::new(memory))
        .build()
        .unwrap();
    let ana = portal.customer(viewer(&contact("ana")));
    let page = ana.pay_page(&Id::new("o1")).await.unwrap();
    assert!(page.ways.is_empty());
    let verdict = page.order.verdict(portal_core::order::OrderAction::Pay);
    assert!(!verdict.unwrap().is_open());
    let form = AtSim::new().form(1).await;
    assert!(matches!(ana.pay(&form).await, Err(Error::NotFound)));
}
