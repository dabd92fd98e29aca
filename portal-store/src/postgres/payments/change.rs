//! What happens to money, as the functions of `schema/4/payments.sql` take it.
use portal_core::{
    Change, Decision, Expectation, RecordRef, StoreError, Version,
    payment::{Applied, MoneyChange, PaymentAttempt, Received},
};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::{
    postgres::{error::record_error, store_error},
    wire,
};

/// Whether the store answers for this record itself.
pub(in crate::postgres) fn is_kept_here(record: &RecordRef) -> bool {
    matches!(record, RecordRef::Payment(_) | RecordRef::Received(_))
}

/// Whether an attempt, or what came, is still as it was; it stays so until the transaction ends.
pub(in crate::postgres) async fn asked(
    tx: &mut PgConnection,
    tenant: &str,
    record: &RecordRef,
    version: &Version,
) -> Result<bool, StoreError> {
    sqlx::query_scalar("select portal_payment_holds($1, $2, $3, $4)")
        .bind(tenant)
        .bind(record.kind())
        .bind(record.key())
        .bind(version.as_str())
        .fetch_one(tx)
        .await
        .map_err(store_error)
}

/// Records what a decision says about money, in one statement; in none where there is nothing to record.
pub(in crate::postgres) async fn record(
    tx: &mut PgConnection,
    tenant: &str,
    decision: &Decision,
) -> Result<(), StoreError> {
    let of_money = |change: &Change| match change {
        Change::Money(change) => Some(in_full(change)),
        _ => None,
    };
    let changes = decision.changes.iter().filter_map(of_money);
    let changes: Vec<Value> = changes.collect::<Result<_, _>>()?;
    if changes.is_empty() {
        return Ok(());
    }
    sqlx::query("select portal_payment_record($1, $2::text::json)")
        .bind(tenant)
        .bind(wire::json(&changes)?)
        .execute(tx)
        .await
        .map(drop)
        .map_err(|e| record_error(e, decision))
}

/// A change column by column.
pub(in crate::postgres) fn in_full(change: &MoneyChange) -> Result<Value, StoreError> {
    match change {
        MoneyChange::Attempt(attempt) => Ok(json!({ "attempt": attempt_row(attempt)? })),
        MoneyChange::Received(received) => Ok(json!({ "received": received_row(received)? })),
        MoneyChange::Payer {
            contact,
            merchant,
            payer,
        } => Ok(json!({ "payer": {
            "contact": contact,
            "account": merchant.account,
            "real_money": merchant.live,
            "payer": payer,
        } })),
        _ => Err(StoreError::Unsupported("this change of a payment")),
    }
}

fn attempt_row(attempt: &PaymentAttempt) -> Result<Value, StoreError> {
    Ok(json!({
        "id": attempt.attempt.to_string(),
        "order": attempt.order,
        "account": attempt.merchant.account,
        "real_money": attempt.merchant.live,
        "state": attempt.state.as_str(),
        "live": attempt.is_live(),
        "begun_at": wire::instant(attempt.begun_at),
        "session": attempt.page.as_ref().map(|page| &page.session),
        "payment": attempt.payment,
        "facts": wire::json(attempt)?,
    }))
}

fn received_row(received: &Received) -> Result<Value, StoreError> {
    Ok(json!({
        "id": received.id(),
        "account": received.merchant.account,
        "real_money": received.merchant.live,
        "payment": received.payment,
        "unapplied": matches!(received.applied, Applied::Not(_)),
        "first_seen": wire::instant(received.first_seen),
        "facts": wire::json(received)?,
    }))
}

/// What was to be live, or new, and another is.
pub(in crate::postgres) fn taken(table: &str, decision: &Decision) -> Option<Expectation> {
    let mut records = decision.changes.iter().filter_map(|change| match change {
        Change::Money(MoneyChange::Attempt(attempt)) if table == "portal_payment" => {
            attempt.is_live().then(|| attempt.record())
        }
        Change::Money(MoneyChange::Received(received)) if table == "portal_received" => {
            Some(RecordRef::Received(received.id()))
        }
        Change::Money(MoneyChange::Payer { contact, .. }) if table == "portal_payer" => {
            Some(RecordRef::Contact(contact.clone()))
        }
        _ => None,
    });
    Some(Expectation::Unchanged(records.next()?, Version::number(0)))
}
