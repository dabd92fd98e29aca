//! Amounts are the same to the last digit, there and back. `PORTAL_TRIES` says how many are tried.
use std::sync::Arc;

use portal_core::{
    Currency, Id, Money,
    accounting::{
        AccountingSystem as _, CustomerRef, DraftLine, InvoiceDraft, LedgerError, LedgerRefusal,
        LineCodes, PaymentPosting, TaxIn,
    },
    chrono::NaiveDate,
    rust_decimal::Decimal,
    uuid::Uuid,
};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::value::RawValue;

use crate::canned::{Canned, adapter};

const ID: &str = "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f";

fn tries() -> u32 {
    let told = std::env::var("PORTAL_TRIES").ok();
    told.and_then(|told| told.parse().ok()).unwrap_or(1_000)
}

/// An amount of a currency with at most two decimals, and how many zeros Xero writes behind it.
fn amounts() -> impl Strategy<Value = (Money, u32)> {
    let minor = prop_oneof![
        -1_000_i64..100_000,
        any::<i64>(),
        Just(i64::MAX),
        Just(i64::MIN)
    ];
    let code = prop_oneof![Just("EUR"), Just("JPY"), Just("NZD")];
    (minor, code, 0_u32..4).prop_map(|(minor, code, zeros)| {
        let currency: Currency = code.parse().unwrap();
        (Money::from_minor(minor, currency), zeros)
    })
}

fn day() -> NaiveDate {
    "2026-03-01".parse().unwrap()
}

/// The number behind this name, as it is written.
fn written<'a>(body: &'a str, name: &str) -> &'a str {
    let (_, rest) = body.split_once(&format!(r#""{name}":"#)).unwrap();
    let number: &RawValue = serde_json::Deserializer::from_str(rest)
        .into_iter()
        .next()
        .unwrap()
        .unwrap();
    number.get()
}

fn as_xero_writes(amount: Decimal, zeros: u32) -> String {
    let mut amount = amount;
    let wanted = amount.scale() + zeros;
    amount.rescale(wanted);
    amount.to_string()
}

/// 000-48
#[test]
fn an_amount_goes_there_and_comes_back_as_it_was() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let canned = Arc::new(Canned::default());
    let xero = runtime.block_on(async {
        let http = Arc::clone(&canned) as _;
        adapter(http, "token").await
    });
    let config = ProptestConfig {
        cases: tries(),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(config);
    let ended = runner.run(&amounts(), |(amount, zeros)| {
        let number = as_xero_writes(amount.amount(), zeros);
        canned.say(
            "/Invoices",
            format!(
                r#"{{"Invoices":[{{"InvoiceID":"{ID}","Type":"ACCREC","InvoiceNumber":"N-1","Status":"AUTHORISED",
                "Contact":{{"ContactID":"{ID}"}},"DateString":"2026-03-01T00:00:00","CurrencyCode":"{}",
                "LineItems":[{{"LineAmount":{number}}}],
                "Total":{number},"AmountDue":{number},"AmountPaid":0.00,"AmountCredited":0.00}}]}}"#,
                amount.currency()
            ),
        );
        canned.say("/Payments", format!(r#"{{"Payments":[{{"PaymentID":"{ID}","Amount":{number},"Reference":"pay:1"}}]}}"#));
        let line = DraftLine::new("A course", amount, LineCodes::account("200"));
        let customer = CustomerRef::new(ID);
        let draft = InvoiceDraft::new("N-1".into(), Id::new("o1"), customer, day(), vec![line], amount);
        let draft = draft.taxed(TaxIn::None);
        let made = runtime.block_on(xero.create(&draft, Uuid::from_u128(1))).unwrap();
        prop_assert_eq!((made.total, made.due, made.lines[0].amount), (amount, amount, amount));
        let sent = canned.sent.lock().unwrap().clone();
        prop_assert_eq!(written(&sent, "UnitAmount"), amount.amount().to_string());

        let posting = PaymentPosting::new(made.document, amount, day(), "090".into(), "pay:1".into());
        let posted = runtime.block_on(xero.record_payment(&posting, Uuid::from_u128(2))).unwrap();
        prop_assert_eq!(posted.amount, amount);
        let sent = canned.sent.lock().unwrap().clone();
        prop_assert_eq!(written(&sent, "Amount"), amount.amount().to_string());
        Ok(())
    });
    ended.unwrap();
}

/// Xero rounds the tax to hundredths, which a currency without them cannot say: such an invoice is never made.
#[tokio::test]
async fn tax_on_top_of_an_amount_without_hundredths_is_refused_before_anything_is_sent() {
    let canned = Arc::new(Canned::default());
    let xero = adapter(Arc::clone(&canned) as _, "token").await;
    let yen = Money::from_minor(1005, "JPY".parse().unwrap());
    let line = DraftLine::new("A course", yen, LineCodes::account("200"));
    let draft = |tax| {
        let customer = CustomerRef::new(ID);
        let lines = vec![line.clone()];
        InvoiceDraft::new("N-1".into(), Id::new("o1"), customer, day(), lines, yen).taxed(tax)
    };
    let refused = xero.create(&draft(TaxIn::OnTop), Uuid::from_u128(1)).await;
    assert!(
        matches!(&refused, Err(LedgerError::Refused(LedgerRefusal::Invalid { messages })) if messages[0].contains("JPY")),
        "{refused:?}"
    );
    assert!(!canned.sent.lock().unwrap().contains("1005"));
}
