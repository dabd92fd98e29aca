use serde::{Deserialize, Serialize};

use super::Order;
use crate::{Contact, Id};

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
}
