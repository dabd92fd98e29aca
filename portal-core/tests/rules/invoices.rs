use portal_core::{
    Change, EffectKind, Error, Id, Page, Settings, Store,
    courses::{CourseAction, actions},
    effect::{MailKind, Recipient},
    memory::Memory,
    order::{EmailInvoice, LedgerLink, OrderAction, OrderRules, may_get_invoice},
    settings::{MoneyActions, OrderSettings},
};
use portal_testkit::facts::*;

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
