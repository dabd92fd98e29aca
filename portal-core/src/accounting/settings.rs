use std::num::NonZeroU16;

use serde::{Deserialize, Serialize};

/// When orders go into the books, and what happens to payments under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct AccountingSettings {
    /// What an export does about a payment under way.
    pub on_open_payment: OnOpenPayment,
    /// For how long an export waits for a payment to end, or for the books to answer, before staff are asked; at most 30 days.
    pub wait_hours: NonZeroU16,
    /// Sending a copy of its invoice exports an order too.
    pub export_with_invoice: bool,
}

/// What an export does about a payment under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnOpenPayment {
    /// Has the provider close the page first. Whoever has paid by then has paid, and the order goes into the books as paid.
    CancelFirst,
    /// Waits until it has ended.
    Defer,
    /// Nothing: what is paid afterwards follows the order into the books.
    ExportAnyway,
}

impl Default for AccountingSettings {
    fn default() -> Self {
        Self {
            on_open_payment: OnOpenPayment::CancelFirst,
            wait_hours: NonZeroU16::MIN.saturating_add(23),
            export_with_invoice: false,
        }
    }
}
