use std::sync::Arc;

use portal_core::{
    Change, Clock as _, EffectKind, Error, Id, Page, Portal, Refusal, Settings, Store,
    chrono::{DateTime, Utc},
    courses::{CourseAction, actions},
    effect::{MailKind, Recipient},
    memory::Memory,
    order::{EmailInvoice, LedgerLink, OrderAction, OrderRules, may_get_invoice},
    refusal::PortalRefusal,
    settings::{MoneyActions, OrderSettings},
};
use portal_testkit::{FlakyStore, StoppedClock, facts::*};

use super::support::*;

/// 000-15, 000-16, 000-17: an invoice was sent, and the viewer is the billing contact; one rule on both screens.
#[test]
fn an_invoice_can_be_had_by_the_billing_contact_once_it_was_sent() {
    let settings = Settings::default();
    for (what, order, who, expected) in [
        ("sent", order("o1").invoiced(today()), "ana", vec![]),
        (
            "sent and paid",
            order("o1").invoiced(today()).paid(),
            "ana",
            vec![],
        ),
        (
            "not sent",
            order("o1"),
            "ana",
            vec!["order.invoice-not-sent"],
        ),
        (
            "another's to pay",
            order("o1").invoiced(today()),
            "bob",
            vec!["order.not-billing-contact"],
        ),
        (
            "neither",
            order("o1"),
            "bob",
            vec!["order.not-billing-contact", "order.invoice-not-sent"],
        ),
    ] {
        let by = viewer(&contact(who));
        let rules = OrderRules::new(&settings.orders, ANYTHING);
        assert_eq!(
            codes(may_get_invoice(&order, &by, rules)),
            expected,
            "{what}"
        );
        let r = registration("r1").of(&contact(who)).on_order(order);
        let offers = actions(&r, &by, super::support::rules(&settings), today());
        let button = offers
            .iter()
            .find(|o| o.action == CourseAction::GetInvoice)
            .unwrap();
        assert_eq!(verdict_codes(&button.verdict), expected, "{what}");
    }
}

/// 000-49: an exported order's invoice can still be had.
#[test]
fn an_exported_order_still_has_its_invoice_sent() {
    let exported = order("o1")
        .invoiced(today())
        .with_ledger(LedgerLink::connected("Xero", "1"));
    let settings = OrderSettings::default();
    let verdict = may_get_invoice(
        &exported,
        &viewer(&contact("ana")),
        OrderRules::new(&settings, &[]),
    );
    assert_eq!(verdict, Ok(()));
}

/// 000-15: a copy is sent, to whoever asked.
#[tokio::test]
async fn asking_for_the_invoice_owes_one_mail_to_whoever_asked() {
    let memory = Memory::default();
    memory.put_order(order("o1").invoiced(today()).details());
    let desk = desk(&memory, &contact("ana"));
    let form = EmailInvoice::new(command(1), Id::new("o1"));
    desk.submit(&form).await.unwrap();
    let queued = memory.outbox(&Page::default()).await.unwrap().items;
    assert_eq!(queued.len(), 1);
    let EffectKind::Mail { kind, to, .. } = &queued[0].effect.kind else {
        panic!("{queued:?}")
    };
    assert_eq!(*kind, MailKind::InvoiceCopy);
    assert_eq!(*to, Recipient::Contact(Id::new("ana")));
}

/// 000-16, 000-17: refused when asked for directly; another's order does not exist at all.
#[tokio::test]
async fn an_invoice_that_is_not_offered_is_refused_when_asked_for_directly() {
    let memory = Memory::default();
    memory.put_order(order("o1").details());
    memory.put_order(
        order("o2")
            .invoiced(today())
            .with(&contact("bob"))
            .details(),
    );
    let ana = desk(&memory, &contact("ana"));
    let no = ana
        .submit(&EmailInvoice::new(command(1), Id::new("o1")))
        .await;
    assert_eq!(refused(&no.unwrap_err()), ["order.invoice-not-sent"]);
    let bob = desk(&memory, &contact("bob"));
    let no = bob
        .submit(&EmailInvoice::new(command(2), Id::new("o2")))
        .await;
    assert_eq!(refused(&no.unwrap_err()), ["order.not-billing-contact"]);
    let no = bob
        .submit(&EmailInvoice::new(command(3), Id::new("o1")))
        .await;
    assert!(matches!(no, Err(Error::NotFound)));
}

/// 000-17: on the order page as on the course, and as the host sets it.
#[tokio::test]
async fn the_order_page_draws_the_button_by_the_same_rule() {
    let memory = Memory::default();
    let group = order("o1")
        .invoiced(today())
        .ordered_by(&contact("boss"))
        .with(&contact("ana"));
    memory.put_order(group.details());
    for (who_may, open) in [
        (MoneyActions::BillingContact, false),
        (MoneyActions::AnyViewer, true),
    ] {
        let mut settings = Settings::default();
        settings.orders.money_actions = who_may;
        let portal = builder(&memory).settings(settings).build().unwrap();
        let desk = portal.customer(viewer(&contact("ana")));
        let page = desk.order(&Id::new("o1")).await.unwrap();
        let button = page
            .view
            .offers
            .iter()
            .find(|o| o.action == OrderAction::EmailInvoice);
        assert_eq!(button.unwrap().verdict.is_open(), open, "{who_may:?}");
    }
}

#[test]
fn a_host_that_counts_copies_is_told_of_each() {
    let json = serde_json::to_value(Change::Order(
        portal_core::order::OrderChange::InvoiceCopyRequested {
            order: Id::new("o1"),
            by: Id::new("ana"),
        },
    ));
    assert_eq!(
        json.unwrap(),
        serde_json::json!({"order": {"invoice_copy_requested": {"order": "o1", "by": "ana"}}})
    );
}

async fn presses(portal: &Portal, number: u128, order: &str) -> Result<(), Error> {
    let desk = portal.customer(viewer(&contact("ana")));
    let form = EmailInvoice::new(command(number), Id::new(order));
    desk.submit(&form).await.map(|_| ())
}

fn again_at(answer: Result<(), Error>) -> DateTime<Utc> {
    match answer {
        Err(Error::Refused(no)) => match no.first() {
            Refusal::Portal(PortalRefusal::TooManyMessages { again_at }) => *again_at,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// Two orders with invoices for `ana`, and one without.
fn shop() -> (Memory, StoppedClock, Portal) {
    let (memory, clock) = (Memory::default(), StoppedClock::at(today()));
    for id in ["o1", "o2"] {
        memory.put_order(order(id).invoiced(today()).details());
    }
    memory.put_order(order("o3").details());
    let portal = builder(&memory).clock(Arc::new(clock.clone()));
    (memory, clock, portal.build().unwrap())
}

/// T35
#[tokio::test]
async fn the_fourth_invoice_within_an_hour_is_refused_with_when_to_ask_again() {
    let (memory, clock, portal) = shop();
    for number in 1..=3 {
        presses(&portal, number, "o1").await.unwrap();
        presses(&portal, number, "o1").await.unwrap();
    }
    let soon = again_at(presses(&portal, 4, "o2").await);
    assert_eq!(soon, today() + hours(1));
    let sent = memory.outbox(&Page::default()).await.unwrap().items.len();
    assert_eq!(sent, 3, "a form sent twice is one, and counts as one");
    presses(&portal, 3, "o1").await.unwrap();
    clock.advance(hours(1));
    presses(&portal, 5, "o2").await.unwrap();
}

/// T35
#[tokio::test]
async fn no_more_than_twenty_invoices_are_sent_within_a_day() {
    let (_, clock, portal) = shop();
    for number in 1..=20 {
        presses(&portal, number, "o1").await.unwrap();
        clock.advance(minutes(30));
    }
    let no = again_at(presses(&portal, 21, "o1").await);
    assert_eq!(no, clock.now() + days(1));
    clock.advance(days(1));
    presses(&portal, 22, "o1").await.unwrap();
}

/// T35
#[tokio::test]
async fn what_is_refused_for_another_reason_takes_nothing_and_nobody_elses_presses_count() {
    let (memory, _, portal) = shop();
    for number in 1..=5 {
        let no = presses(&portal, number, "o3").await.unwrap_err();
        assert_eq!(no.refusals().unwrap().codes(), ["order.invoice-not-sent"]);
    }
    for number in 6..=8 {
        presses(&portal, number, "o1").await.unwrap();
    }
    let theirs = order("o4").ordered_by(&contact("bob")).invoiced(today());
    memory.put_order(theirs.details());
    let desk = portal.customer(viewer(&contact("bob")));
    let form = EmailInvoice::new(command(9), Id::new("o4"));
    desk.submit(&form).await.unwrap();
}

/// T35
#[tokio::test]
async fn of_twelve_presses_at_once_three_are_sent() {
    let (memory, _, _) = shop();
    let store = Arc::new(FlakyStore::over(Arc::new(memory.clone())));
    let portal = Portal::builder(store, Arc::new(memory.clone()))
        .clock(Arc::new(StoppedClock::at(today())))
        .build()
        .unwrap();
    let presses = (1..=12).map(|number| {
        let portal = portal.clone();
        tokio::spawn(async move { presses(&portal, number, "o1").await.is_ok() })
    });
    let mut sent = 0;
    for press in presses.collect::<Vec<_>>() {
        sent += usize::from(press.await.unwrap());
    }
    let owed = memory.outbox(&Page::default()).await.unwrap().items.len();
    assert_eq!((sent, owed), (3, 3));
}
