//! Commits to the mirror. The protocol itself runs in the database, in `schema/4/mirror.sql` and `schema/5/mirror.sql`.
use portal_core::{Change, Commit, Decision, Expectation, RecordRef, StoreError};
use sqlx::{PgConnection, PgPool};

#[cfg(feature = "accounting")]
use crate::postgres::accounting;
#[cfg(feature = "accounts")]
use crate::postgres::accounts;
#[cfg(feature = "payments")]
use crate::postgres::payments;
use crate::{
    postgres::{audit, error::record_error, store_error, written::Written},
    wire::{instant, json},
};

/// Commits a decision in one statement, which is its own transaction.
///
/// It locks what is expected as it looks at it and sees what was committed up to then, as `read committed` has it. Under a stricter default of the
/// database it is undone where it would have to wait, and tried again.
pub(in crate::postgres) async fn commit(
    pool: &PgPool,
    tenant: &str,
    decision: &Decision,
    written: &Written,
) -> Result<Commit, StoreError> {
    let expected = Expected::of(&decision.expect);
    let ended: i32 = sqlx::query_scalar(
        "select portal_mirror_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(tenant)
    .bind(&written.command)
    .bind(&written.form)
    .bind(&written.by)
    .bind(&written.at)
    .bind(&*decision.audit.action)
    .bind(&written.about)
    .bind(&written.changes)
    .bind(&written.owed.ids)
    .bind(&written.owed.topics)
    .bind(&written.owed.kinds)
    .bind(expected.whats)
    .bind(expected.keys)
    .bind(expected.values)
    .bind(expected.sinces)
    .bind(in_full_of(written))
    .bind(&written.attempt)
    .fetch_one(pool)
    .await
    .map_err(|e| record_error(e, decision))?;
    match ended {
        0 => Ok(Commit::Applied),
        -1 => {
            let first = audit::receipt(pool, tenant, decision.command).await?;
            let vanished = || StoreError::Corrupt("a command is taken, and has no receipt".into());
            first.map(Commit::Replayed).ok_or_else(vanished)
        }
        -2 => Err(unknown_expectation()),
        n => {
            let place = usize::try_from(n).ok().and_then(|n| n.checked_sub(1));
            let lost = place.and_then(|place| decision.expect.get(place));
            let nonsense = || StoreError::Corrupt("the commit answered nonsense".into());
            Err(lost.cloned().map_or_else(nonsense, StoreError::conflict))
        }
    }
}

/// Whether this is still so.
pub(super) async fn holds(
    tx: &mut PgConnection,
    tenant: &str,
    expectation: &Expectation,
) -> Result<bool, StoreError> {
    let (what, key, value) = asked(expectation);
    let so: Option<bool> = sqlx::query_scalar("select portal_mirror_stands($1, $2, $3, $4)")
        .bind(tenant)
        .bind(what)
        .bind(key)
        .bind(value)
        .fetch_one(tx)
        .await
        .map_err(store_error)?;
    so.ok_or_else(unknown_expectation)
}

/// Makes this so.
pub(super) async fn apply(
    tx: &mut PgConnection,
    tenant: &str,
    change: &Change,
    #[cfg_attr(
        not(feature = "accounts"),
        expect(unused_variables, reason = "only people's changes need it")
    )]
    decision: &Decision,
) -> Result<(), StoreError> {
    #[cfg(feature = "accounts")]
    if let Change::Contact(change) = change {
        return super::people::apply(tx, tenant, change, decision).await;
    }
    let known: bool = sqlx::query_scalar("select portal_mirror_apply($1, $2::text::json)")
        .bind(tenant)
        .bind(json(change)?)
        .fetch_one(tx)
        .await
        .map_err(store_error)?;
    if known {
        return Ok(());
    }
    Err(unknown_change())
}

/// What must hold, column by column.
#[derive(Default)]
struct Expected<'a> {
    whats: Vec<&'static str>,
    keys: Vec<&'a str>,
    values: Vec<String>,
    sinces: Vec<String>,
}

impl<'a> Expected<'a> {
    fn of(all: &'a [Expectation]) -> Self {
        let mut expected = Self::default();
        for one in all {
            let (what, key, value) = asked(one);
            expected.whats.push(what);
            expected.keys.push(key);
            expected.values.push(value);
            expected.sinces.push(match one {
                Expectation::TriesLeft { since, .. } => instant(*since),
                _ => String::new(),
            });
        }
        expected
    }
}

/// What is asked about, its key, and what is expected of it.
fn asked(expectation: &Expectation) -> (&'static str, &str, String) {
    match expectation {
        Expectation::Unchanged(record, version) => {
            let what = match record {
                RecordRef::Contact(_)
                | RecordRef::Order(_)
                | RecordRef::Session(_)
                | RecordRef::Registration(_)
                | RecordRef::WaitingPlace(_) => record.kind(),
                #[cfg(feature = "accounts")]
                ours if accounts::is_kept_here(ours) => ours.kind(),
                #[cfg(feature = "payments")]
                ours if payments::is_kept_here(ours) => ours.kind(),
                #[cfg(feature = "accounting")]
                ours if accounting::is_kept_here(ours) => ours.kind(),
                _ => UNKNOWN,
            };
            (what, record.key(), version.as_str().to_owned())
        }
        Expectation::PlacesLeft { session, at_least } => {
            ("places", session.as_str(), at_least.to_string())
        }
        Expectation::TriesLeft { of, fewer_than, .. } => {
            ("tries", of.as_str(), fewer_than.to_string())
        }
        _ => (UNKNOWN, "", String::new()),
    }
}

const UNKNOWN: &str = "unknown";

#[cfg(any(feature = "accounts", feature = "payments"))]
fn in_full_of(written: &Written) -> Option<&str> {
    written.in_full.as_deref()
}

#[cfg(not(any(feature = "accounts", feature = "payments")))]
fn in_full_of(_: &Written) -> Option<&str> {
    None
}

fn unknown_change() -> StoreError {
    StoreError::Unsupported("this change")
}

fn unknown_expectation() -> StoreError {
    StoreError::Unsupported("this expectation")
}
