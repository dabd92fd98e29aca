use chrono_tz::America::Edmonton;
use http::Response;
use portal_core::http::Bytes;

use super::state::{BankAccount, Card, Customer, Transaction};

pub(super) fn raw(status: u16, body: &str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("minute-limit-remaining", "99")
        .header("hour-limit-remaining", "2999")
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap()
}

pub(super) fn errors(status: u16, said: &str) -> Response<Bytes> {
    raw(status, &format!(r#"{{"errors":{}}}"#, quoted(said)))
}

pub(super) fn list(all: impl Iterator<Item = String>) -> Response<Bytes> {
    raw(200, &format!("[{}]", all.collect::<Vec<_>>().join(",")))
}

pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Amounts as numbers, dates in Calgary without a zone, and a card number that is none.
pub(super) fn transaction(t: &Transaction) -> String {
    let status = if t.approved { "APPROVED" } else { "DECLINED" };
    let at = t.at.with_timezone(&Edmonton).format("%Y-%m-%d %H:%M:%S");
    format!(
        r#"{{"transactionId":{},"dateCreated":"{at}","cardBatchId":{},"status":"{status}","user":"Helcim System","type":"{}","amount":{},"currency":"{}","avsResponse":"X","cvvResponse":"","cardType":"{}","approvalCode":"T5E7ST","cardToken":"{}","cardNumber":"{}","cardHolderName":"A B","customerCode":{},"invoiceNumber":{},"warning":{}}}"#,
        t.id,
        batch(t.batch),
        t.kind,
        t.amount.normalize(),
        t.currency,
        if t.digits.starts_with('4') {
            "VI"
        } else {
            "MC"
        },
        token(&t.digits),
        t.digits,
        quoted(&t.customer),
        quoted(&t.invoice),
        quoted(&t.warning),
    )
}

pub(super) fn customer(c: &Customer) -> String {
    format!(
        r#"{{"id":{},"customerCode":{},"businessName":"","contactName":{},"cellPhone":"","cards":[]}}"#,
        c.id,
        quoted(&c.code),
        quoted(&c.name)
    )
}

pub(super) fn card(c: &Card) -> String {
    format!(
        r#"{{"id":{},"cardHolderName":"A B","cardF6L4":"{}","cardToken":"{}","cardExpiry":"{}","dateCreated":"2024-06-10 13:45:41","default":{}}}"#,
        c.id,
        c.digits,
        token(&c.digits),
        c.expiry,
        u8::from(c.is_default)
    )
}

pub(super) fn account(a: &BankAccount) -> String {
    let yes = u8::from(a.verified);
    format!(
        r#"{{"id":{},"customerId":1,"bankToken":"d6ad2df4","accountType":"CHECKING","verified":"{yes}","ready":{yes},"bankIdNumber":"003","transitNumber":"23456","bankAccountNumberL4":"{}","default":{}}}"#,
        a.id,
        a.last4,
        u8::from(a.is_default)
    )
}

/// Batches are named from 1 on, so that none is called 0.
pub(super) fn batch(number: u64) -> u64 {
    number + 1
}

/// What stands for a card with these digits.
pub(super) fn token(digits: &str) -> String {
    format!("tok-{digits}")
}
