//! What a command costs in statements: counted, because counts repeat exactly.
use std::sync::{Mutex, PoisonError};

use portal_core::{Commit, Expectation, Id, TryKey};
use portal_store::sqlite::commit_in;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use crate::host::{Place, Seats, moving, now};

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn see(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(statement, _) = event {
        let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(statement.sql().to_string());
    }
}

/// The whole of a transfer: ten statements, of which begin and commit are two and the host's own five. Ours are the claim, the tries and the outbox.
#[tokio::test]
async fn a_transfer_is_ten_statements_and_three_of_them_are_ours() {
    let place = Place::new().await;
    let db = place.raw();
    let decision = moving(1, "r1", "to").expecting(Expectation::TriesLeft {
        of: TryKey::new("surname", &Id::new("a1")),
        fewer_than: 5,
        since: now(),
    });
    db.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(see));
    db.execute_batch("begin immediate").unwrap();
    let ended = commit_in(&db, "acme", &decision, &Seats).unwrap();
    assert_eq!(ended, Commit::Applied);
    db.execute_batch("commit").unwrap();
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    // `commit_in` guards the host's transaction with a savepoint; the writer's own commands need none when they are alone.
    let mut all: Vec<_> = seen
        .iter()
        .filter(|sql| !sql.contains("portal_commit") && !sql.starts_with("--"))
        .collect();
    // A trigger is reported as the statement it belongs to once more.
    all.dedup();
    let ours = all.iter().filter(|sql| sql.contains("portal_")).count();
    assert_eq!(ours, 3, "{seen:#?}");
    assert_eq!(all.len(), 10, "{seen:#?}");
}
