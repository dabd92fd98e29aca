//! Into the books, when all goes well.
use portal_core::{
    Clock as _, DocumentBody, Error, Id, Settings,
    accounting::{
        Attention, ConnectionTrouble, DocumentState, ExportState, LedgerRefusal, PushState,
        RetryExport,
    },
    order::{EmailInvoice, LedgerLink},
    refusal::Remedy,
};
use portal_testkit::facts::*;

use super::scene::{NUMBER, Scene};

/// A5: it is on its way at once, there soon after, and has one document under its own number.
#[tokio::test]
async fn an_order_goes_into_the_books() {
    let at = Scene::new();
    let export = at.export().await.unwrap();
    assert_eq!(export.state, ExportState::Exporting);
    assert!(matches!(at.link().await, LedgerLink::Exporting { .. }));

    at.work().await;
    let (export, document) = (at.standing().await, at.document());
    assert_eq!(export.state, ExportState::Connected);
    assert_eq!(export.document.as_ref(), Some(&document.document));
    assert_eq!(&*document.number, NUMBER);
    assert_eq!(document.total, eur(120_00));
    assert_eq!(document.due, eur(120_00));
    assert_eq!(at.ledger.calls().create, 1);
    assert!(at.tasks().is_empty());
}

/// 000-48: whoever would pay it here is sent to where the books themselves take a payment.
#[tokio::test]
async fn a_connected_order_offers_the_ledgers_own_pay_link() {
    let at = Scene::new();
    at.exported().await;
    let pay_link = Some("https://books.example/pay/doc-1".into());
    let connected = LedgerLink::Connected {
        system: "The Books".into(),
        reference: NUMBER.into(),
        pay_link,
    };
    assert_eq!(at.link().await, connected);
    let Err(Error::Refused(no)) = at.press(1).await else {
        panic!("it was to be refused");
    };
    assert_eq!(no.first().code(), "order.exported-to-accounting");
    let url = "https://books.example/pay/doc-1".into();
    assert_eq!(no.first().remedy(), Remedy::PayByLink { url });
}

/// Asked again, wherever it stands, it is the same export.
#[tokio::test]
async fn asking_twice_exports_once() {
    let at = Scene::new();
    at.export().await.unwrap();
    at.export().await.unwrap();
    at.work().await;
    at.export().await.unwrap();
    at.work().await;
    at.document();
    assert_eq!(at.ledger.calls().create, 1);
}

/// An order that was paid before goes into the books as paid, its payment once and with our reference.
#[tokio::test]
async fn an_order_paid_before_is_paid_in_the_books() {
    let at = Scene::new();
    at.paid().await;
    at.exported().await;
    let document = at.document();
    assert_eq!(document.state, DocumentState::Settled);
    assert_eq!(document.paid, eur(120_00));
    let payment = &document.payments[0];
    let pushed = &at.standing().await.payments[0];
    let reference = pushed.reference();
    assert_eq!(payment.reference.as_ref(), Some(&reference));
    assert_eq!(pushed.state, PushState::Recorded(payment.payment.clone()));
    assert_eq!(at.ledger.calls().record_payment, 1);
}

/// 000-49: the invoice is still sent, and the order still shown.
#[tokio::test]
async fn only_paying_is_locked() {
    let at = Scene::new();
    at.exported().await;
    let desk = at.portal.customer(viewer(&contact("ana")));
    let form = EmailInvoice::new(command(5), Id::new("o1"));
    desk.submit(&form).await.unwrap();
    assert_eq!(desk.order(&Id::new("o1")).await.unwrap().lines.len(), 1);
}

/// On sending an invoice, where the host wants that.
#[tokio::test]
async fn sending_the_invoice_exports_where_that_is_set() {
    for wanted in [false, true] {
        let mut settings = Settings::default();
        settings.accounting.export_with_invoice = wanted;
        let at = Scene::with(settings);
        let desk = at.portal.customer(viewer(&contact("ana")));
        let form = EmailInvoice::new(command(5), Id::new("o1"));
        desk.submit(&form).await.unwrap();
        at.work().await;
        assert_eq!(at.ledger.documents().len(), usize::from(wanted));
    }
}

/// What cannot be an invoice is refused, and nothing is locked.
#[tokio::test]
async fn there_must_be_something_to_invoice() {
    let at = Scene::new();
    at.edit(|details| details.lines.clear()).await;
    let Err(Error::Refused(no)) = at.export().await else {
        panic!("it was to be refused");
    };
    assert_eq!(no.codes(), ["export.nothing-to-invoice"]);
    assert_eq!(at.link().await, LedgerLink::NotExported);
}

/// The books work tax out in their own way: it is there, it is locked, and staff are told what it comes to.
#[tokio::test]
async fn a_document_of_another_total_is_for_staff() {
    let at = Scene::new();
    at.ledger.work_out(eur(120_01));
    at.export().await.unwrap();
    at.work().await;
    let (ours, theirs) = (eur(120_00), eur(120_01));
    let why = Attention::TotalDiffers { ours, theirs };
    assert_eq!(at.standing().await.state, ExportState::NeedsAttention(why));
    assert_eq!(at.refused().await, ["order.export-in-progress"]);
    at.document();
}

/// 000-15, 000-49: of an order that is in the books, theirs is the invoice that counts; while they cannot be asked there is none.
#[tokio::test]
async fn a_connected_orders_invoice_is_the_copy_in_the_books() {
    let at = Scene::new();
    let desk = at.portal.customer(viewer(&contact("ana")));
    let id = Id::new("o1");
    assert!(matches!(desk.invoice(&id).await, Err(Error::NotFound)));
    at.exported().await;
    let DocumentBody::File(copy) = desk.invoice(&id).await.unwrap() else {
        panic!("it was to be a file");
    };
    assert_eq!(copy.file_name.as_str(), "doc-1.pdf");
    assert!(copy.bytes().starts_with(b"%PDF"));
    at.ledger.shut(Some(ConnectionTrouble::Revoked));
    for _ in 0..2 {
        let Err(Error::Adapter(error)) = desk.invoice(&id).await else {
            panic!("it was to fail");
        };
        assert!(error.is_temporary(), "{error}");
    }
}

/// Whoever pays by the time it is tried again gets the invoice, not whom the books were asked for before.
#[tokio::test]
async fn an_export_that_is_tried_again_is_for_whoever_pays_by_then() {
    let at = Scene::new();
    at.ledger
        .refuse_next(LedgerRefusal::PeriodLocked { until: None });
    at.export().await.unwrap();
    at.work().await;
    at.memory.put_contact(contact("bo"));
    let bo = Some(Id::new("bo"));
    at.edit(|details| details.order.billing_contact = bo).await;
    let retry = RetryExport::new(command(7), Id::new("o1"));
    at.admin().submit(&retry).await.unwrap();
    at.work().await;
    assert_eq!(at.document().customer.as_str(), "customer-bo");
}

/// Books are kept by the days of the place where the host is.
#[tokio::test]
async fn a_document_is_of_the_day_it_is_where_the_host_is() {
    let mut settings = Settings::default();
    settings.zone = chrono_tz::Pacific::Auckland;
    let at = Scene::with(settings);
    at.clock.advance(hours(5));
    at.exported().await;
    let there = at.clock.now().with_timezone(&chrono_tz::Pacific::Auckland);
    assert_ne!(there.date_naive(), at.clock.now().date_naive());
    assert_eq!(at.document().date, there.date_naive());
}
