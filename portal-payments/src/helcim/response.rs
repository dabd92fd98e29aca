//! Answers of Helcim: bytes in, values or errors out.
use bytes::Bytes;
use chrono::{DateTime, Months, NaiveDate, NaiveDateTime, TimeZone, Utc};
use http::Response;
use portal_core::{
    Money,
    adapter::AdapterError,
    payment::{MethodKind, MethodRef, MethodState, StoredMethod},
};
use rust_decimal::Decimal;
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::refusal::unintelligible;

/// One card transaction, as far as it concerns us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Transaction {
    pub(super) id: u64,
    pub(super) batch: Option<u64>,
    pub(super) created: Option<DateTime<Utc>>,
    pub(super) status: Status,
    pub(super) kind: Kind,
    pub(super) amount: Money,
    pub(super) paid_with: Option<String>,
    pub(super) invoice: Option<String>,
    pub(super) warning: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Approved,
    Declined,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A purchase, or the capture of what was only reserved.
    Payment,
    /// Reserved and not taken. We never ask for that; somebody may.
    Preauth,
    /// A refund, or the reversal of a payment in an open batch.
    MoneyBack,
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Initialized {
    pub(super) checkout_token: String,
    pub(super) secret_token: SecretString,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Customer {
    id: Box<RawValue>,
    pub(super) customer_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Card {
    id: Box<RawValue>,
    #[serde(rename = "cardF6L4", default)]
    first6_last4: Option<String>,
    #[serde(rename = "cardToken")]
    pub(super) token: SecretString,
    #[serde(rename = "cardExpiry", default)]
    expiry: Option<String>,
    // Not in the published example; read where it is sent.
    #[serde(default)]
    default: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BankAccount {
    id: Box<RawValue>,
    #[serde(rename = "bankAccountNumberL4", default)]
    last4: Option<String>,
    #[serde(default)]
    bank_id_number: Option<String>,
    #[serde(default)]
    verified: Option<Box<RawValue>>,
    #[serde(default)]
    ready: Option<Box<RawValue>>,
    #[serde(default)]
    default: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Batch {
    closed: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    transaction_id: Box<RawValue>,
    #[serde(default)]
    card_batch_id: Option<Box<RawValue>>,
    #[serde(default)]
    date_created: Option<String>,
    status: String,
    #[serde(rename = "type")]
    kind: String,
    amount: Box<RawValue>,
    currency: String,
    #[serde(default)]
    card_type: Option<String>,
    #[serde(default)]
    card_number: Option<String>,
    #[serde(default)]
    invoice_number: Option<String>,
    #[serde(default)]
    warning: Option<String>,
}

/// Reads an answer that was a yes.
pub(super) fn read<T: DeserializeOwned>(
    operation: &'static str,
    response: &Response<Bytes>,
) -> Result<T, AdapterError> {
    serde_json::from_slice(response.body())
        // What serde says quotes what was sent, which may be anything: it goes no further than its place.
        .map_err(|e| unintelligible(operation, format!("at {}:{}", e.line(), e.column())))
}

pub(super) fn transaction(
    operation: &'static str,
    response: &Response<Bytes>,
) -> Result<Transaction, AdapterError> {
    read::<Written>(operation, response)?.understood(operation)
}

/// Those of a list that bear this invoice number: a filter that was not heeded must not hand us another's payment.
pub(super) fn transactions(
    operation: &'static str,
    response: &Response<Bytes>,
    invoice: &str,
) -> Result<Vec<Transaction>, AdapterError> {
    read::<Vec<Written>>(operation, response)?
        .into_iter()
        .filter(|written| written.invoice_number.as_deref() == Some(invoice))
        .map(|written| written.understood(operation))
        .collect()
}

pub(super) fn batch_is_closed(
    operation: &'static str,
    response: &Response<Bytes>,
) -> Result<bool, AdapterError> {
    let batch: Batch = read(operation, response)?;
    flag(&batch.closed).ok_or_else(|| unintelligible(operation, "whether the batch is closed"))
}

impl Written {
    fn understood(self, operation: &'static str) -> Result<Transaction, AdapterError> {
        let odd = |what: &str| unintelligible(operation, what);
        let amount = Decimal::from_str_exact(bare(&self.amount)).map_err(|_| odd("its amount"))?;
        let currency = self.currency.parse().map_err(|_| odd("its currency"))?;
        Ok(Transaction {
            id: id(&self.transaction_id).ok_or_else(|| odd("its id"))?,
            batch: self.card_batch_id.as_deref().and_then(id),
            created: self.date_created.as_deref().and_then(mountain),
            status: match self.status.as_str() {
                "APPROVED" => Status::Approved,
                "DECLINED" => Status::Declined,
                _ => Status::Other,
            },
            kind: match self.kind.as_str() {
                "purchase" | "capture" => Kind::Payment,
                "preauth" => Kind::Preauth,
                "refund" | "reverse" => Kind::MoneyBack,
                _ => Kind::Other,
            },
            amount: Money::new(amount, currency).map_err(|_| odd("its amount"))?,
            paid_with: paid_with(self.card_type.as_deref(), self.card_number.as_deref()),
            invoice: self.invoice_number.filter(|number| !number.is_empty()),
            warning: self.warning.unwrap_or_default(),
        })
    }
}

impl Customer {
    pub(super) fn id(&self, operation: &'static str) -> Result<u64, AdapterError> {
        id(&self.id).ok_or_else(|| unintelligible(operation, "the customer's id"))
    }
}

impl Card {
    pub(super) fn id(&self) -> Option<u64> {
        id(&self.id)
    }

    pub(super) fn stored(&self, today: NaiveDate) -> Option<StoredMethod> {
        let digits = self.first6_last4.as_deref().unwrap_or_default();
        let expires = self.expiry.as_deref().and_then(last_day);
        let state = if expires.is_some_and(|last| last < today) {
            MethodState::Expired
        } else {
            MethodState::Usable
        };
        let stored = StoredMethod::new(
            MethodRef::new(format!("card:{}", self.id()?)),
            MethodKind::Card,
            brand_of(digits),
            last4(digits),
        );
        Some(
            stored
                .in_state(state)
                .defaulting(self.default.as_deref().and_then(flag) == Some(true))
                .expiring(expires),
        )
    }
}

impl BankAccount {
    pub(super) fn id(&self) -> Option<u64> {
        id(&self.id)
    }

    pub(super) fn stored(&self, kind: MethodKind) -> Option<StoredMethod> {
        let on = |raw: &Option<Box<RawValue>>| raw.as_deref().and_then(flag) == Some(true);
        let state = if on(&self.verified) && on(&self.ready) {
            MethodState::Usable
        } else {
            MethodState::PendingVerification
        };
        let digits = self.last4.as_deref();
        let stored = StoredMethod::new(
            MethodRef::new(format!("bank:{}", self.id()?)),
            kind,
            self.bank_id_number.as_deref().unwrap_or_default(),
            last4(digits.unwrap_or_default()),
        );
        Some(stored.in_state(state).defaulting(on(&self.default)))
    }
}

/// Helcim writes numbers now as numbers, now as text.
fn bare(raw: &RawValue) -> &str {
    raw.get().trim_matches('"')
}

fn id(raw: &RawValue) -> Option<u64> {
    bare(raw).parse().ok()
}

fn flag(raw: &RawValue) -> Option<bool> {
    match bare(raw) {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Helcim's clock stands in Calgary and says no zone. In the hour that autumn repeats, the later one is taken: whoever waits for it waits longer, not shorter.
fn mountain(text: &str) -> Option<DateTime<Utc>> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    let instant = chrono_tz::America::Edmonton.from_local_datetime(&local);
    Some(instant.latest()?.to_utc())
}

/// `0125` is good until the end of January 2025.
fn last_day(expiry: &str) -> Option<NaiveDate> {
    let (month, year) = (expiry.get(..2)?, expiry.get(2..4)?);
    let first = NaiveDate::from_ymd_opt(2000 + year.parse::<i32>().ok()?, month.parse().ok()?, 1)?;
    first.checked_add_months(Months::new(1))?.pred_opt()
}

fn last4(digits: &str) -> &str {
    digits
        .len()
        .checked_sub(4)
        .and_then(|at| digits.get(at..))
        .unwrap_or_default()
}

fn brand_of(digits: &str) -> &'static str {
    match digits.as_bytes().first() {
        Some(b'3') => "American Express",
        Some(b'4') => "Visa",
        Some(b'2' | b'5') => "Mastercard",
        Some(b'6') => "Discover",
        _ => "Card",
    }
}

fn paid_with(card_type: Option<&str>, number: Option<&str>) -> Option<String> {
    let brand = match card_type.unwrap_or_default() {
        "VI" => "Visa",
        "MC" => "Mastercard",
        "AX" | "AM" => "American Express",
        "DI" => "Discover",
        _ => brand_of(number?),
    };
    let digits = last4(number.unwrap_or_default());
    Some(format!("{brand} {digits}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_digit_by_digit() {
        for (written, read) in [
            ("120.1", 120_10),
            ("0.07", 7),
            ("\"70.00\"", 70_00),
            ("456", 456_00),
        ] {
            let body = format!(
                r#"{{"transactionId":1,"status":"APPROVED","type":"purchase","amount":{written},"currency":"CAD"}}"#
            );
            let found = transaction("test", &Response::new(body.into())).unwrap();
            assert_eq!(found.amount.minor(), read, "{written}");
        }
        for odd in ["1.005", "1e2", "null", "\"\"", "NaN"] {
            let body = format!(
                r#"{{"transactionId":1,"status":"APPROVED","type":"purchase","amount":{odd},"currency":"CAD"}}"#
            );
            assert!(
                transaction("test", &Response::new(body.into())).is_err(),
                "{odd}"
            );
        }
    }

    #[test]
    fn helcims_clock_is_read_in_calgary_in_summer_in_winter_and_between() {
        for (there, here) in [
            ("2027-01-10 12:00:00", "2027-01-10T19:00:00Z"),
            ("2027-07-10 12:00:00", "2027-07-10T18:00:00Z"),
            ("2026-11-01 01:30:00", "2026-11-01T08:30:00Z"),
        ] {
            let expected: DateTime<Utc> = here.parse().unwrap();
            assert_eq!(mountain(there), Some(expected), "{there}");
        }
        assert_eq!(
            mountain("2027-03-14 02:30:00"),
            None,
            "an hour that spring skips"
        );
        assert_eq!(mountain("0000-00-00 00:00:00"), None);
    }

    #[test]
    fn a_card_is_good_until_the_end_of_its_month() {
        assert_eq!(last_day("0228"), NaiveDate::from_ymd_opt(2028, 2, 29));
        assert_eq!(last_day("1227"), NaiveDate::from_ymd_opt(2027, 12, 31));
        for odd in ["", "1", "1327", "é1"] {
            assert_eq!(last_day(odd), None, "{odd}");
        }
    }
}
