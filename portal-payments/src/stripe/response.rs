//! The fields of Stripe's answers that are used. Statuses that are not known here read as `Other`.
use std::collections::BTreeMap;

use serde::Deserialize;

use super::answer::Complaint;

/// An object, or its name where it was not asked for whole.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Expandable<T> {
    Name(String),
    Whole(Box<T>),
}

/// Anything, by its name.
#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct List<T> {
    pub(super) data: Vec<T>,
    #[serde(default)]
    pub(super) has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) livemode: bool,
    pub(super) mode: Mode,
    pub(super) status: Option<SessionStatus>,
    pub(super) url: Option<String>,
    pub(super) expires_at: Option<i64>,
    pub(super) amount_total: Option<i64>,
    pub(super) currency: Option<String>,
    pub(super) client_reference_id: Option<String>,
    pub(super) payment_intent: Option<Expandable<Intent>>,
    pub(super) setup_intent: Option<Expandable<Setup>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    Payment,
    Setup,
    #[serde(other)]
    Other,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum SessionStatus {
    Open,
    Complete,
    Expired,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) livemode: bool,
    pub(super) status: IntentStatus,
    pub(super) amount: i64,
    #[serde(default)]
    pub(super) amount_received: i64,
    pub(super) currency: String,
    pub(super) customer: Option<Expandable<Named>>,
    #[serde(default)]
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) latest_charge: Option<Expandable<Charge>>,
    pub(super) last_payment_error: Option<Complaint>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum IntentStatus {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    RequiresCapture,
    Succeeded,
    Canceled,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
pub(super) struct Charge {
    pub(super) amount_captured: i64,
    pub(super) amount_refunded: i64,
    pub(super) currency: String,
    pub(super) disputed: bool,
    pub(super) payment_method_details: Option<Details>,
    pub(super) refunds: Option<List<RefundBody>>,
}

#[derive(Deserialize)]
pub(super) struct RefundBody {
    pub(super) id: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) status: Option<RefundStatus>,
    #[serde(default)]
    pub(super) metadata: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum RefundStatus {
    Pending,
    RequiresAction,
    Succeeded,
    Failed,
    Canceled,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
pub(super) struct Dispute {
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) status: String,
}

/// A stored method, or what a charge was paid with: the same shape, as far as it is used.
#[derive(Deserialize)]
pub(super) struct Details {
    pub(super) id: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) card: Option<Card>,
    pub(super) us_bank_account: Option<Bank>,
    pub(super) acss_debit: Option<Bank>,
    pub(super) sepa_debit: Option<Bank>,
}

#[derive(Deserialize)]
pub(super) struct Card {
    pub(super) brand: Option<String>,
    pub(super) last4: Option<String>,
    pub(super) exp_month: Option<u32>,
    pub(super) exp_year: Option<i32>,
}

#[derive(Deserialize)]
pub(super) struct Bank {
    #[serde(rename = "bank_name")]
    pub(super) name: Option<String>,
    pub(super) institution_number: Option<String>,
    #[serde(rename = "bank_code")]
    pub(super) code: Option<String>,
    pub(super) last4: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Setup {
    pub(super) livemode: bool,
    pub(super) status: SetupStatus,
    pub(super) payment_method: Option<Expandable<Details>>,
    pub(super) last_setup_error: Option<Complaint>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum SetupStatus {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    Succeeded,
    Canceled,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
pub(super) struct Customer {
    pub(super) id: String,
    #[serde(default)]
    pub(super) deleted: bool,
    pub(super) livemode: Option<bool>,
    pub(super) invoice_settings: Option<InvoiceSettings>,
}

#[derive(Deserialize)]
pub(super) struct InvoiceSettings {
    pub(super) default_payment_method: Option<Expandable<Named>>,
}

impl Expandable<Named> {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Name(id) => id,
            Self::Whole(named) => &named.id,
        }
    }
}

impl<T> Expandable<T> {
    pub(super) fn whole(&self) -> Option<&T> {
        match self {
            Self::Name(_) => None,
            Self::Whole(whole) => Some(whole),
        }
    }
}
