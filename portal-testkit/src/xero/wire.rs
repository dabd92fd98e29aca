//! What a request may say. A field that Xero does not have is refused here, where Xero would pass over it: a misspelt one must not go unnoticed.
use chrono::NaiveDate;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use uuid::Uuid;

use super::json::Number;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct InvoiceIn {
    #[serde(rename = "InvoiceID")]
    pub(super) invoice_id: Option<Uuid>,
    #[serde(rename = "Type")]
    pub(super) kind: Option<String>,
    pub(super) contact: Option<ContactIn>,
    pub(super) line_items: Option<Vec<LineIn>>,
    pub(super) date: Option<Day>,
    pub(super) due_date: Option<Day>,
    pub(super) line_amount_types: Option<String>,
    pub(super) invoice_number: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) url: Option<String>,
    pub(super) currency_code: Option<String>,
    pub(super) status: Option<String>,
    pub(super) sent_to_contact: Option<bool>,
    #[serde(rename = "BrandingThemeID")]
    branding_theme: Option<Uuid>,
    currency_rate: Option<Number>,
    expected_payment_date: Option<Day>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct LineIn {
    #[serde(rename = "LineItemID")]
    pub(super) line_item_id: Option<Uuid>,
    pub(super) description: Option<String>,
    pub(super) quantity: Option<Number>,
    pub(super) unit_amount: Option<Number>,
    pub(super) line_amount: Option<Number>,
    pub(super) tax_amount: Option<Number>,
    pub(super) item_code: Option<String>,
    pub(super) account_code: Option<String>,
    pub(super) tax_type: Option<String>,
    tracking: Option<IgnoredAny>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct ContactIn {
    #[serde(rename = "ContactID")]
    pub(super) contact_id: Option<Uuid>,
    pub(super) contact_number: Option<String>,
    pub(super) contact_status: Option<String>,
    pub(super) name: Option<String>,
    pub(super) email_address: Option<String>,
    pub(super) contact_persons: Option<Vec<PersonIn>>,
    account_number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    company_number: Option<String>,
    tax_number: Option<String>,
    default_currency: Option<String>,
    is_customer: Option<bool>,
    addresses: Option<IgnoredAny>,
    phones: Option<IgnoredAny>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct PersonIn {
    pub(super) email_address: String,
    first_name: Option<String>,
    last_name: Option<String>,
    include_in_emails: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct PaymentIn {
    #[serde(rename = "PaymentID")]
    pub(super) payment_id: Option<Uuid>,
    pub(super) invoice: Option<InvoiceIn>,
    pub(super) invoice_number: Option<String>,
    pub(super) account: Option<AccountIn>,
    pub(super) code: Option<String>,
    pub(super) date: Option<Day>,
    pub(super) amount: Option<Number>,
    pub(super) reference: Option<String>,
    pub(super) status: Option<String>,
    currency_rate: Option<Number>,
    is_reconciled: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct AccountIn {
    #[serde(rename = "AccountID")]
    pub(super) account_id: Option<Uuid>,
    pub(super) code: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct HistoryIn {
    pub(super) details: String,
}

/// `2026-03-01`, also with a time behind it, or as Xero itself writes it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Day(pub(super) NaiveDate);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let day = text.get(..10).and_then(|day| day.parse().ok());
        let written = || {
            let millis = text.strip_prefix("/Date(")?.split_once(['+', ')'])?.0;
            let at = chrono::DateTime::from_timestamp_millis(millis.parse().ok()?)?;
            Some(at.date_naive())
        };
        let day = day.or_else(written);
        day.map(Self).ok_or_else(|| format!("{text} is not a date"))
    }
}

/// The elements of `{"Invoices":[…]}`; a single one may also come bare.
pub(super) fn elements<T: DeserializeOwned>(body: &str, name: &str) -> Result<Vec<T>, String> {
    let odd = |e: serde_json::Error| e.to_string();
    let outer: std::collections::BTreeMap<String, &serde_json::value::RawValue> =
        serde_json::from_str(body).map_err(odd)?;
    match outer.get(name) {
        Some(list) if outer.len() == 1 => serde_json::from_str(list.get()).map_err(odd),
        Some(_) => Err(format!("nothing but {name} was expected")),
        None => Ok(vec![serde_json::from_str(body).map_err(odd)?]),
    }
}
