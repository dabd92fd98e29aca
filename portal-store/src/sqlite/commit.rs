use portal_core::{Commit, Decision, Effect, Expectation, StoreError, store::BoxError};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{HostTables, audit, store_error, tries};
use crate::wire::{instant, json};

/// Commits a decision in a transaction the host opened, together with whatever else the host does in it.
///
/// An error leaves nothing of the decision behind, and the rest of the transaction as it was. What was committed counts only once the host has committed,
/// and is gone if the host rolls back.
///
/// # Errors
/// As [`Store::commit`](portal_core::Store::commit).
pub fn commit_in(
    tx: &Connection,
    tenant: &str,
    decision: &Decision,
    tables: &dyn HostTables,
) -> Result<Commit, StoreError> {
    let run = |sql| {
        tx.prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map_err(store_error)
    };
    run("savepoint portal_commit")?;
    let ended = record(tx, tenant, decision, tables);
    if ended.is_err() {
        run("rollback to portal_commit")?;
    }
    run("release portal_commit")?;
    ended
}

/// The commit protocol, in a transaction or savepoint that is undone if this fails.
pub(super) fn record(
    tx: &Connection,
    tenant: &str,
    decision: &Decision,
    tables: &dyn HostTables,
) -> Result<Commit, StoreError> {
    let Some(row) = claim(tx, tenant, decision)? else {
        let first = audit::receipt(tx, tenant, decision.command)?;
        let vanished = || StoreError::Corrupt("a command is taken, and has no receipt".into());
        return first.map(Commit::Replayed).ok_or_else(vanished);
    };
    for expectation in &decision.expect {
        if !holds(tx, tenant, expectation, tables)? {
            return Err(StoreError::conflict(expectation.clone()));
        }
    }
    for change in &decision.changes {
        tables.apply(tx, change, decision)?;
    }
    owe(tx, tenant, row, decision)?;
    Ok(Commit::Applied)
}

/// Writes the line of the audit trail: it is the claim, too. Answers its number, or nothing when the command is taken.
fn claim(tx: &Connection, tenant: &str, decision: &Decision) -> Result<Option<i64>, StoreError> {
    let audit = &decision.audit;
    let (mut command, mut form) = (Uuid::encode_buffer(), Uuid::encode_buffer());
    let command: &str = decision.command.0.hyphenated().encode_lower(&mut command);
    let form: &str = decision.form.hyphenated().encode_lower(&mut form);
    let (by, about) = (json(&audit.by)?, json(&audit.about)?);
    let (at, changes) = (instant(audit.at), json(&decision.changes)?);
    let action = &*audit.action;
    tx.prepare_cached(
        "insert into portal_command (tenant, row, command, form, by, at, action, about, changes)
         values (?1, (select coalesce(max(row), 0) + 1 from portal_command where tenant = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (tenant, command) do nothing
         returning row",
    )
    .and_then(|mut statement| {
        let values = params![tenant, command, form, by, at, action, about, changes];
        statement.query_row(values, |row| row.get(0)).optional()
    })
    .map_err(store_error)
}

fn holds(
    tx: &Connection,
    tenant: &str,
    expectation: &Expectation,
    tables: &dyn HostTables,
) -> Result<bool, StoreError> {
    match expectation {
        Expectation::TriesLeft {
            of,
            fewer_than,
            since,
        } => {
            let tries = tries::count(tx, tenant, of, *since)?;
            Ok(tries < *fewer_than)
        }
        other => tables.holds(tx, other),
    }
}

/// Queues what the decision owes, in one statement.
fn owe(tx: &Connection, tenant: &str, row: i64, decision: &Decision) -> Result<(), StoreError> {
    if decision.effects.is_empty() {
        return Ok(());
    }
    let owed = keyed(&decision.effects).map_err(StoreError::Corrupt)?;
    let at = instant(decision.audit.at);
    tx.prepare_cached(
        "insert into portal_outbox (tenant, row, n, id, topic, kind, ready_at)
         select ?1, ?2, id, substr(key, 1, 36), substr(key, 37), value, ?3 from json_each(?4)",
    )
    .and_then(|mut statement| statement.execute(params![tenant, row, at, owed]))
    .map(drop)
    .map_err(store_error)
}

/// One JSON object, each effect under its id and topic: `SQLite` takes it apart without looking into the effects.
///
/// Two effects with one id are the same work, and owed once.
fn keyed(effects: &[Effect]) -> Result<String, BoxError> {
    let mut text = Vec::with_capacity(effects.len() * 192);
    let mut id = Uuid::encode_buffer();
    for (n, effect) in effects.iter().enumerate() {
        if effects.iter().take(n).any(|before| before.id == effect.id) {
            continue;
        }
        text.push(if text.is_empty() { b'{' } else { b',' });
        text.push(b'"');
        text.extend_from_slice(effect.id.hyphenated().encode_lower(&mut id).as_bytes());
        text.extend_from_slice(effect.topic().as_str().as_bytes());
        text.extend_from_slice(b"\":");
        serde_json::to_writer(&mut text, &effect.kind)?;
    }
    text.push(b'}');
    Ok(String::from_utf8(text)?)
}
