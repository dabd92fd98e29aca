use serde::{Deserialize, Serialize};

use super::DocumentRef;
use crate::{Id, Order, payment::Received};

/// Work that is owed to the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountingWork {
    /// See an order into the books.
    Export {
        /// Which.
        order: Id<Order>,
    },
    /// Put a payment there that came here.
    PushPayment {
        /// For which order.
        order: Id<Order>,
        /// Which.
        received: Id<Received>,
    },
    /// Something may have changed in a document: look.
    LookAt {
        /// In which.
        document: DocumentRef,
    },
    /// Read what changed there, for ever.
    Pull,
}
