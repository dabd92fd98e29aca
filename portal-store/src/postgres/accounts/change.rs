//! What happens to accounts, as the functions of `schema/3/accounts.sql` take it.
use portal_core::{
    Change, Decision, Expectation, RecordRef, StoreError, Version,
    accounts::{Access, AccountChange},
};
use serde_json::Value;
use sqlx::PgConnection;

use crate::{
    postgres::{error::record_error, store_error},
    wire,
};

/// Whether the store answers for this record itself.
pub(in crate::postgres) fn is_kept_here(record: &RecordRef) -> bool {
    matches!(record, RecordRef::Account(_) | RecordRef::AccountRequest(_))
}

/// Whether an account or a request is still as it was; it stays so until the transaction ends.
pub(in crate::postgres) async fn asked(
    tx: &mut PgConnection,
    tenant: &str,
    record: &RecordRef,
    version: &Version,
) -> Result<bool, StoreError> {
    sqlx::query_scalar("select portal_account_holds($1, $2, $3, $4)")
        .bind(tenant)
        .bind(record.kind())
        .bind(record.key())
        .bind(version.as_str())
        .fetch_one(tx)
        .await
        .map_err(store_error)
}

/// Records what a decision says about accounts, and the attempt it came from, in one statement; in none where there is nothing to record.
pub(in crate::postgres) async fn record(
    tx: &mut PgConnection,
    tenant: &str,
    decision: &Decision,
    attempt: Option<&str>,
) -> Result<(), StoreError> {
    let of_account = |change: &Change| match change {
        Change::Account(change) => Some(in_full(change)),
        _ => None,
    };
    let changes = decision.changes.iter().filter_map(of_account);
    let changes: Vec<Value> = changes.collect::<Result<_, _>>()?;
    if changes.is_empty() && attempt.is_none() {
        return Ok(());
    }
    sqlx::query("select portal_account_record($1, $2::text::json, $3::text::json)")
        .bind(tenant)
        .bind(wire::json(&changes)?)
        .bind(attempt)
        .execute(tx)
        .await
        .map(drop)
        .map_err(|e| record_error(e, decision))
}

/// A change as it is: its instants as columns have them, and nothing left out.
pub(in crate::postgres) fn in_full(change: &AccountChange) -> Result<Value, StoreError> {
    let mut told = serde_json::to_value(change).map_err(|e| StoreError::Corrupt(Box::new(e)))?;
    let (place, value) = match change {
        AccountChange::TemporaryPasswordSet { until, .. } => (
            "/temporary_password_set/until",
            wire::instant(*until).into(),
        ),
        AccountChange::PassIssued { pass } => {
            ("/pass_issued/pass/until", wire::instant(pass.until).into())
        }
        AccountChange::Requested { request } => (
            "/requested/request/asked_at",
            wire::instant(request.asked_at).into(),
        ),
        AccountChange::PasswordSet { .. } => {
            let set = told.pointer_mut("/password_set");
            if let Some(set) = set.and_then(Value::as_object_mut) {
                set.insert("most_devices".to_owned(), Access::MOST_DEVICES.into());
            }
            return Ok(told);
        }
        _ => return Ok(told),
    };
    if let Some(instant) = told.pointer_mut(place) {
        *instant = value;
    }
    Ok(told)
}

/// The link that was to be used.
pub(in crate::postgres) fn used(decision: &Decision) -> Option<Expectation> {
    let record = decision.changes.iter().find_map(|change| match change {
        Change::Account(AccountChange::PassUsed { pass, .. }) => {
            Some(RecordRef::Pass(pass.clone()))
        }
        _ => None,
    });
    Some(Expectation::Unchanged(record?, Version::number(0)))
}

/// What was to be new, or another's, and is there.
pub(in crate::postgres) fn taken(table: &str, decision: &Decision) -> Option<Expectation> {
    let clashes = |change: &AccountChange| match (table, change) {
        (
            "portal_account",
            AccountChange::Opened { account, .. } | AccountChange::LoginsChanged { account, .. },
        ) => Some(RecordRef::Account(account.clone())),
        ("portal_account_request", AccountChange::Requested { request }) => {
            Some(RecordRef::AccountRequest(request.id.clone()))
        }
        ("portal_pass", AccountChange::PassIssued { pass }) => {
            Some(RecordRef::Pass(pass.id.clone()))
        }
        _ => None,
    };
    let mut records = decision.changes.iter().filter_map(|change| match change {
        Change::Account(change) => clashes(change),
        Change::Contact(portal_core::accounts::ContactChange::Added { contact, .. }) => {
            let is_mirror = table == "portal_mirror_contact";
            is_mirror.then(|| RecordRef::Contact(contact.clone()))
        }
        _ => None,
    });
    Some(Expectation::Unchanged(records.next()?, Version::number(0)))
}
