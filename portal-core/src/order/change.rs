use serde::{Deserialize, Serialize};

use super::{LedgerLink, OpenPayment, Order};
use crate::{Contact, Id};
#[cfg(feature = "payments")]
use crate::{Money, payment::Received};

/// What happened to an order. The host runs its own routine for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderChange {
    /// Someone asked for a copy of the invoice; the message is in the outbox. A host that keeps no count of copies does nothing.
    InvoiceCopyRequested {
        /// Of which order.
        order: Id<Order>,
        /// Who asked.
        by: Id<Contact>,
    },
    /// A payment began, goes on or ended: keep this as [`Order::payment`], whatever was there. An order changed by this is another version of its record.
    PaymentStands {
        /// Of which order.
        order: Id<Order>,
        /// How it stands; none where it ended.
        payment: Option<OpenPayment>,
    },
    /// The order went to the accounting system, is connected with it, or was cut off: keep this as [`Order::ledger`], whatever was there. An order changed by this is another
    /// version of its record: that is what keeps a payment and an export from beginning at once.
    LedgerStands {
        /// Of which order.
        order: Id<Order>,
        /// How it stands there.
        ledger: LedgerLink,
    },
    /// What one payment has come to for the order: add `is` to what was paid of it, and take `was` off.
    ///
    /// Both count what was paid back or called back since, so that a refund is told as from 120 to 100.
    #[cfg(feature = "payments")]
    PaymentCounted {
        /// For which order.
        order: Id<Order>,
        /// Which payment.
        received: Id<Received>,
        /// What it had come to before. Nothing where it is new.
        was: Money,
        /// What it comes to now.
        is: Money,
        /// What it was paid with, such as `Visa 4242`.
        paid_with: Option<String>,
    },
}
