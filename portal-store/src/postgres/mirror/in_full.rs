//! Changes with what the audit trail does not keep.
use portal_core::{Change, Decision, StoreError};
use serde_json::{json, to_value};

#[cfg(feature = "accounting")]
use crate::postgres::accounting;
#[cfg(feature = "accounts")]
use crate::postgres::accounts;
#[cfg(feature = "payments")]
use crate::postgres::payments;
use crate::wire;

/// The changes of a decision with what the audit trail does not keep; nothing where it keeps all that the mirror needs.
pub(in crate::postgres) fn in_full(decision: &Decision) -> Result<Option<String>, StoreError> {
    let is_cut = |change: &Change| match change {
        #[cfg(feature = "accounts")]
        Change::Account(_) | Change::Contact(_) => true,
        #[cfg(feature = "payments")]
        Change::Money(_) => true,
        #[cfg(feature = "accounting")]
        Change::Books(_) => true,
        // Its link for paying.
        Change::Order(portal_core::order::OrderChange::LedgerStands { .. }) => true,
        _ => false,
    };
    if !decision.changes.iter().any(is_cut) {
        return Ok(None);
    }
    let changes = decision.changes.iter().map(|change| match change {
        #[cfg(feature = "accounts")]
        Change::Account(change) => Ok(json!({ "account": accounts::in_full(change)? })),
        #[cfg(feature = "accounts")]
        Change::Contact(change) => Ok(json!({ "contact": super::people::told(change)? })),
        #[cfg(feature = "payments")]
        Change::Money(change) => Ok(json!({ "money": payments::in_full(change)? })),
        #[cfg(feature = "accounting")]
        Change::Books(change) => Ok(json!({ "books": accounting::in_full(change)? })),
        other => to_value(other).map_err(|e| StoreError::Corrupt(Box::new(e))),
    });
    let changes: Vec<_> = changes.collect::<Result<_, StoreError>>()?;
    wire::json(&changes).map(Some)
}
