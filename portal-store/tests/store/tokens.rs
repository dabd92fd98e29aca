//! Tokens of other systems on `SQLite`: what the kit proves, and two real processes that renew at once.
use std::{
    env,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use chrono::{TimeDelta, Utc};
use portal_core::{
    Id, PortalKey, SystemClock,
    accounting::{
        ConnectionTrouble, LedgerError,
        tokens::{Connection, TokenEndpoint, TokenKeeper, TokenSet, TokenStore},
    },
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};
use portal_store::sqlite::{Sqlite, rusqlite};
use portal_testkit::tokens::TokenWorld;
use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use crate::host::Seats;

#[derive(Debug)]
struct Tokens(TempDir);

impl Tokens {
    async fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.open().migrate().await.unwrap();
        place
    }

    fn open(&self) -> Sqlite {
        Sqlite::open(self.0.path().join("portal.db")).unwrap()
    }
}

#[async_trait]
impl TokenWorld for Tokens {
    fn tokens(&self) -> Arc<dyn TokenStore> {
        Arc::new(self.open().tenant("acme", Arc::new(Seats)))
    }

    fn neighbours(&self) -> Option<Arc<dyn TokenStore>> {
        Some(Arc::new(self.open().tenant("other", Arc::new(Seats))))
    }

    async fn reopened(&self) -> Option<Arc<dyn TokenStore>> {
        Some(self.tokens())
    }
}

mod promises {
    portal_testkit::token_store_conformance!(super::Tokens::new);
}

/// Where a child finds the file: this binary, run again.
const FILE: &str = "PORTAL_CHILD_TOKENS";

fn books() -> Id<Connection> {
    Id::new("books")
}

/// An endpoint that several processes ask: it rotates, takes the token before for half a minute, and loses every third answer. Its tokens are due a fifth of a second after they
/// were given.
#[derive(Debug)]
struct Shared(std::path::PathBuf);

const ENDPOINT: &str = "
    create table endpoint (current integer not null, before integer, asking integer not null, at_once integer not null,
        renewals integer not null, locked_out integer not null) strict;
    insert into endpoint values (1, null, 0, 0, 0, 0);";

impl Shared {
    fn db(&self) -> rusqlite::Connection {
        let db = rusqlite::Connection::open(&self.0).unwrap();
        db.busy_timeout(Duration::from_secs(30)).unwrap();
        db
    }

    fn given(n: i64) -> TokenSet {
        let lifetime = TimeDelta::milliseconds(60_200);
        let (access, refresh) = (format!("access-{n}"), format!("refresh-{n}"));
        TokenSet::new(access.into(), Some(refresh.into()), Utc::now(), lifetime)
    }

    fn renewed(&self, old: &str) -> Result<(i64, bool), ConnectionTrouble> {
        let mut db = self.db();
        let tx = db
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .unwrap();
        let taken: bool = tx
            .query_row(
                "select ?1 = 'refresh-' || current or ?1 = 'refresh-' || coalesce(before, 0) from endpoint",
                [old],
                |row| row.get(0),
            )
            .unwrap();
        if !taken {
            tx.execute("update endpoint set locked_out = locked_out + 1", [])
                .unwrap();
            tx.commit().unwrap();
            return Err(ConnectionTrouble::ConsentNeeded);
        }
        // What was given in a lost answer is good for nothing once the old one was used again.
        let given = tx
            .query_row(
                "update endpoint set renewals = renewals + 1,
                     before = case when ?1 = 'refresh-' || current then current else before end,
                     current = current + 1
                 returning current, renewals % 3 = 0",
                [old],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        tx.commit().unwrap();
        Ok(given)
    }
}

#[async_trait]
impl TokenEndpoint for Shared {
    async fn renew(&self, old: Option<TokenSet>) -> Result<TokenSet, LedgerError> {
        let old = old.and_then(|old| old.refresh).unwrap();
        let count = "update endpoint set asking = asking + 1, at_once = max(at_once, asking + 1)";
        self.db().execute(count, []).unwrap();
        let renewed = self.renewed(old.expose_secret());
        tokio::time::sleep(Duration::from_millis(5)).await;
        let count = "update endpoint set asking = asking - 1";
        self.db().execute(count, []).unwrap();
        let (given, lost) = renewed?;
        if lost {
            let (kind, unknown) = (AdapterErrorKind::Unavailable, Disposition::Unknown);
            return Err(AdapterError::new(kind, unknown, "shared", "renew", "no answer").into());
        }
        Ok(Self::given(given))
    }
}

fn keeper(file: &Path) -> TokenKeeper {
    let store = Sqlite::open(file).unwrap().tenant("acme", Arc::new(Seats));
    let key = PortalKey::new("a key for tests, of more than 32 characters".into()).unwrap();
    let endpoint = Shared(file.with_extension("endpoint"));
    TokenKeeper::new(
        Arc::new(store),
        Arc::new(endpoint),
        key,
        Arc::new(SystemClock),
    )
}

/// Sixteen tasks, eight in each of two real processes.
#[tokio::test]
async fn two_processes_renew_in_turn_and_neither_is_locked_out() {
    let place = Tokens::new().await;
    let file = place.0.path().join("portal.db");
    let endpoint = Shared(file.with_extension("endpoint"));
    endpoint
        .db()
        .pragma_update(None, "journal_mode", "wal")
        .unwrap();
    endpoint.db().execute_batch(ENDPOINT).unwrap();
    keeper(&file)
        .connect(&books(), &Shared::given(1))
        .await
        .unwrap();
    let children: Vec<_> = (0..2)
        .map(|_| {
            Command::new(env::current_exe().unwrap())
                .args(["--exact", "tokens::a_child_asks_for_access"])
                .env(FILE, &file)
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let tally = "select at_once, locked_out, renewals from endpoint";
    let (at_once, locked_out, renewals): (u32, u32, u32) = endpoint
        .db()
        .query_row(tally, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    assert_eq!((at_once, locked_out), (1, 0));
    assert!(renewals > 1, "{renewals}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_asks_for_access() {
    let Some(file) = env::var_os(FILE) else {
        return;
    };
    let keeper = keeper(Path::new(&file));
    let until = Instant::now() + Duration::from_secs(2);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let keeper = keeper.clone();
            tokio::spawn(async move {
                while Instant::now() < until {
                    match keeper.access(&books()).await {
                        Ok(_) | Err(LedgerError::Adapter(_)) => {}
                        Err(other) => panic!("locked out: {other}"),
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}
