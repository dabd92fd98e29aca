//! What Xero does that others do not, and what the adapter makes of it.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::Arc;

use portal_accounting::xero::Xero;
use portal_core::{
    Clock as _, Id, Money,
    accounting::{
        AccountingSystem as _, DocumentState, DraftLine, FindDocument, InvoiceDraft,
        LedgerCustomer, LedgerDocument, LedgerError, LineCodes, PaymentPosting,
    },
    adapter::{AdapterErrorKind, Disposition},
    http::Method,
    uuid::Uuid,
};
use portal_testkit::{
    facts::{hours, minutes},
    xero::{Dates, Limit},
};

use super::xero::{Played, played};

fn key(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

async fn draft(at: &Played, xero: &Xero, number: &str) -> InvoiceDraft {
    let ana = LedgerCustomer::new("ana", "Ana Diaz").with_email(Some("ana@example.com".to_owned()));
    let ana = xero.customer(&ana, key(1)).await.unwrap();
    let amount = Money::from_minor(40_10, "EUR".parse().unwrap());
    let line = DraftLine::new("A course", amount, LineCodes::account("200"));
    let today = at.clock.now().date_naive();
    InvoiceDraft::new(
        number.into(),
        Id::new("order-1"),
        ana,
        today,
        vec![line],
        amount,
    )
}

async fn ready() -> (Played, Xero) {
    let at = played().await;
    let xero = at.over(Arc::new(at.xero.clone()));
    (at, xero)
}

async fn there(xero: &Xero, number: &str) -> Option<LedgerDocument> {
    xero.find(&FindDocument::Number(number.into()))
        .await
        .unwrap()
}

#[tokio::test]
async fn dates_in_any_spelling_and_fields_that_are_missing_read_the_same() {
    let (at, xero) = ready().await;
    let draft = draft(&at, &xero, "SO-1").await;
    let made = xero.create(&draft, key(2)).await.unwrap();
    let usual = there(&xero, "SO-1").await;
    assert_eq!(usual.as_ref().map(|found| found.date), Some(made.date));
    for dates in [Dates::WithoutZone, Dates::OtherZone] {
        at.xero.spell_dates(dates);
        assert_eq!(there(&xero, "SO-1").await, usual, "{dates:?}");
    }
    at.xero.leave_out(&[
        "CreditNotes",
        "Prepayments",
        "Overpayments",
        "DateString",
        "UpdatedDateUTCString",
        "SentToContact",
        "CurrencyRate",
    ]);
    assert_eq!(there(&xero, "SO-1").await, usual);
}

#[tokio::test]
async fn a_status_nobody_has_heard_of_is_strange_and_stops_nothing_else() {
    let (at, xero) = ready().await;
    let draft = draft(&at, &xero, "SO-1").await;
    xero.create(&draft, key(2)).await.unwrap();
    let odd = at.xero.invoices()[0].id;
    at.xero
        .edit(odd, |invoice| "WRITTENOFF".clone_into(&mut invoice.status));
    let found = there(&xero, "SO-1").await.unwrap();
    assert_eq!(found.state, DocumentState::Strange);
}

#[tokio::test]
async fn an_error_that_is_kept_under_its_key_is_passed_by_with_another_key_after_looking() {
    let (at, xero) = ready().await;
    let draft = draft(&at, &xero, "SO-1").await;
    at.xero.break_next(500);
    for _ in 0..2 {
        let no = xero.create(&draft, key(2)).await.unwrap_err();
        assert_eq!(no.disposition(), Disposition::Unknown);
    }
    assert_eq!(there(&xero, "SO-1").await, None);
    xero.create(&draft, key(3)).await.unwrap();
    assert_eq!(at.xero.numbered("SO-1").len(), 1);
}

#[tokio::test]
async fn a_contact_keeps_its_persons_through_invoices_and_payments() {
    let (at, xero) = ready().await;
    let draft = draft(&at, &xero, "SO-1").await;
    let contact = at.xero.contacts()[0].id;
    at.xero.edit_contact(contact, |contact| {
        contact.persons = vec!["office@example.com".to_owned()];
    });
    let before = at.xero.contacts();
    let made = xero.create(&draft, key(2)).await.unwrap();
    let paid = PaymentPosting::new(
        made.document,
        draft.total,
        draft.date,
        "090".into(),
        "pay:1".into(),
    );
    xero.record_payment(&paid, key(3)).await.unwrap();
    assert_eq!(at.xero.contacts(), before);
}

#[tokio::test]
async fn invoices_are_made_by_put_and_never_written_over_by_post() {
    let (at, xero) = ready().await;
    let draft = draft(&at, &xero, "SO-1").await;
    xero.create(&draft, key(2)).await.unwrap();
    let writes = at
        .xero
        .heard()
        .into_iter()
        .filter(|heard| heard.path.ends_with("/Invoices") && heard.method != Method::GET);
    let writes: Vec<_> = writes
        .map(|heard| (heard.method, heard.key.is_some()))
        .collect();
    assert_eq!(writes, [(Method::PUT, true)]);
}

#[tokio::test]
async fn the_lost_reply_of_a_refresh_locks_nobody_out() {
    let (at, xero) = ready().await;
    at.clock.advance(minutes(31));
    at.xero.lose_the_reply();
    // Whatever comes of the first try, the next one is let in.
    drop(xero.check().await);
    xero.check().await.unwrap();
    at.clock.advance(minutes(31));
    xero.check().await.unwrap();
    let again = at.over(Arc::new(at.xero.clone()));
    again.check().await.unwrap();
}

#[tokio::test]
async fn a_post_of_another_organisation_touches_nothing_of_ours() {
    let (at, xero) = ready().await;
    match xero
        .webhooks()
        .unwrap()
        .receive(&at.xero.post_of_a_stranger())
        .await
    {
        Ok(said) => assert_eq!(said.touched, []),
        Err(no) => assert!(
            matches!(no, portal_core::payment::WebhookError::WrongMerchant),
            "{no}"
        ),
    }
    let mixed = at.xero.post_of_all();
    drop(xero.webhooks().unwrap().receive(&mixed).await.unwrap());
}

#[tokio::test]
async fn a_days_limit_is_told_until_the_day_is_over() {
    let (at, xero) = ready().await;
    at.xero.count_requests(60, 3);
    let mut told = None;
    for _ in 0..4 {
        if let Err(LedgerError::Adapter(no)) = xero.check().await {
            told = Some(no.kind());
            break;
        }
    }
    let Some(AdapterErrorKind::RateLimited {
        retry_after: Some(wait),
    }) = told
    else {
        panic!("the day's limit is told, and not {told:?}");
    };
    assert!(wait > std::time::Duration::from_hours(23));
    at.clock.advance(hours(24));
    xero.check().await.unwrap();
    // Five at a time: Xero does not say when to come back.
    at.xero.limit_next(Limit::Concurrent, None);
    let Err(LedgerError::Adapter(no)) = xero.check().await else {
        panic!("too many at a time is told")
    };
    assert!(matches!(no.kind(), AdapterErrorKind::RateLimited { .. }));
}
