#[cfg(feature = "accounts")]
use portal_core::RecordRef;
use portal_core::{Change, Commit, Decision, Effect, Expectation, StoreError, store::BoxError};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

#[cfg(feature = "accounting")]
use super::accounting;
#[cfg(feature = "accounts")]
use super::accounts;
#[cfg(feature = "payments")]
use super::payments;
use super::{HostTables, audit, store_error, tries};
use crate::{
    trail,
    wire::{instant, json},
};

/// Commits a decision in a transaction the host opened, together with whatever else the host does in it.
///
/// Begin that transaction with [`TransactionBehavior::Immediate`](rusqlite::TransactionBehavior): one that reads first and writes later fails as soon as
/// anybody else has committed in between.
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
    let ended =
        Written::of(decision).and_then(|written| record(tx, tenant, decision, &written, tables));
    if ended.is_err() {
        run("rollback to portal_commit")?;
    }
    run("release portal_commit")?;
    ended
}

/// A decision as it goes into columns. Made before the transaction, so that nobody waits for the writing.
pub(super) struct Written {
    command: String,
    form: String,
    by: String,
    at: String,
    about: String,
    changes: String,
    /// Nothing where nothing is owed.
    owed: Option<String>,
}

impl Written {
    pub(super) fn of(decision: &Decision) -> Result<Self, StoreError> {
        Ok(Self {
            command: decision.command.to_string(),
            form: decision.form.to_string(),
            by: json(&decision.audit.by)?,
            at: instant(decision.audit.at),
            about: json(&decision.audit.about)?,
            changes: trail::changes(&decision.changes)?,
            owed: keyed(&decision.effects).map_err(StoreError::Corrupt)?,
        })
    }
}

/// The commit protocol, in a transaction or savepoint that is undone if this fails.
pub(super) fn record(
    tx: &Connection,
    tenant: &str,
    decision: &Decision,
    written: &Written,
    tables: &dyn HostTables,
) -> Result<Commit, StoreError> {
    let Some(row) = claim(tx, tenant, decision, written)? else {
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
        apply(tx, tenant, change, decision, tables)?;
        // A trigger's rollback, or a full disk, may have ended the transaction behind a host that took the error lightly.
        if tx.is_autocommit() {
            let ended = "the transaction was ended while the host's changes were applied";
            return Err(StoreError::Unavailable(ended.into()));
        }
    }
    owe(tx, tenant, row, written)?;
    Ok(Commit::Applied)
}

/// Writes the line of the audit trail: it is the claim, too. Answers its number, or nothing when the command is taken.
fn claim(
    tx: &Connection,
    tenant: &str,
    decision: &Decision,
    written: &Written,
) -> Result<Option<i64>, StoreError> {
    let Written { command, form, .. } = written;
    let Written { by, at, about, .. } = written;
    let (action, changes) = (&*decision.audit.action, &written.changes);
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

/// What happens to accounts, to money and to the books is recorded here; everything else is the host's.
fn apply(
    tx: &Connection,
    #[cfg_attr(
        not(any(feature = "accounts", feature = "payments")),
        expect(unused_variables, reason = "the host is bound to its tenant")
    )]
    tenant: &str,
    change: &Change,
    decision: &Decision,
    tables: &dyn HostTables,
) -> Result<(), StoreError> {
    match change {
        #[cfg(feature = "accounts")]
        Change::Account(change) => accounts::apply(tx, tenant, change),
        #[cfg(feature = "payments")]
        Change::Money(change) => payments::apply(tx, tenant, change),
        #[cfg(feature = "accounting")]
        Change::Books(change) => accounting::apply(tx, tenant, change),
        other => tables.apply(tx, other, decision),
    }
}

pub(super) fn holds(
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
        #[cfg(feature = "accounts")]
        Expectation::Unchanged(
            record @ (RecordRef::Account(_) | RecordRef::AccountRequest(_)),
            version,
        ) => accounts::holds(tx, tenant, record, version),
        #[cfg(feature = "payments")]
        Expectation::Unchanged(record, version) if payments::is_kept_here(record) => {
            payments::holds(tx, tenant, record, version)
        }
        #[cfg(feature = "accounting")]
        Expectation::Unchanged(record, version) if accounting::is_kept_here(record) => {
            accounting::holds(tx, tenant, record, version)
        }
        other => tables.holds(tx, other),
    }
}

/// Queues what the decision owes, in one statement.
fn owe(tx: &Connection, tenant: &str, row: i64, written: &Written) -> Result<(), StoreError> {
    let Some(owed) = &written.owed else {
        return Ok(());
    };
    tx.prepare_cached(
        "insert into portal_outbox (tenant, row, n, id, topic, kind, ready_at)
         select ?1, ?2, id, substr(key, 1, 36), substr(key, 37), value, ?3 from json_each(?4)",
    )
    .and_then(|mut statement| statement.execute(params![tenant, row, written.at, owed]))
    .map(drop)
    .map_err(store_error)
}

/// One JSON object, each effect under its id and topic: `SQLite` takes it apart without looking into the effects.
///
/// Two effects with one id are the same work, and owed once.
fn keyed(effects: &[Effect]) -> Result<Option<String>, BoxError> {
    if effects.is_empty() {
        return Ok(None);
    }
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
    Ok(Some(String::from_utf8(text)?))
}
