//! What is said to Xero, field by field. What Xero would take for an empty value is left out.
use chrono::NaiveDate;
use serde::Serialize;

use crate::xero::number::Exact;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Contacts<'a> {
    pub(super) contacts: [Contact<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Contact<'a> {
    pub(super) name: &'a str,
    #[serde(rename = "ContactNumber")]
    pub(super) number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_address: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Invoices<T> {
    pub(super) invoices: [T; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Invoice<'a> {
    #[serde(rename = "Type")]
    pub(super) kind: &'static str,
    #[serde(rename = "InvoiceNumber")]
    pub(super) number: &'a str,
    pub(super) reference: &'a str,
    pub(super) contact: ContactNamed<'a>,
    pub(super) date: NaiveDate,
    pub(super) due_date: NaiveDate,
    pub(super) currency_code: &'a str,
    pub(super) line_amount_types: &'static str,
    pub(super) line_items: Vec<Line<'a>>,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<&'a str>,
}

/// Nothing but the name: any other field would change the contact.
#[derive(Serialize)]
pub(super) struct ContactNamed<'a> {
    #[serde(rename = "ContactID")]
    pub(super) id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Line<'a> {
    pub(super) description: String,
    pub(super) quantity: u8,
    pub(super) unit_amount: Exact,
    pub(super) account_code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tax_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) item_code: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InvoiceStatus<'a> {
    #[serde(rename = "InvoiceID")]
    pub(super) id: &'a str,
    pub(super) status: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Payments<'a> {
    pub(super) payments: [Payment<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Payment<'a> {
    pub(super) invoice: InvoiceNamed<'a>,
    pub(super) account: Account<'a>,
    pub(super) date: NaiveDate,
    pub(super) amount: Exact,
    pub(super) reference: &'a str,
}

#[derive(Serialize)]
pub(super) struct InvoiceNamed<'a> {
    #[serde(rename = "InvoiceID")]
    pub(super) id: &'a str,
}

/// Bank accounts need have no code.
#[derive(Serialize)]
pub(super) enum Account<'a> {
    Code(&'a str),
    #[serde(rename = "AccountID")]
    Id(&'a str),
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PaymentStatus {
    pub(super) status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Notes {
    pub(super) history_records: [Note; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Note {
    pub(super) details: String,
}
