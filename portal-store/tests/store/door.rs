//! What being let in costs in statements, from the form to the cookie: counted, because counts repeat exactly.
use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use portal_core::{
    Portal, Settings, Store,
    accounts::{AccountChange, Accounts, Login, NextStep, PortalKey, SignIn, SignedIn, Visitor},
};
use portal_store::{
    Import,
    sqlite::{MirrorTables, Sqlite},
};
use portal_testkit::{
    PlainHasher, StoppedClock,
    facts::{access, person, today},
};
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use crate::host::yes;

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn see(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(statement, _) = event {
        let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(statement.sql().to_string());
    }
}

/// How many statements each transaction had since somebody last asked, without those that begin and end it.
fn transactions() -> Vec<usize> {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut seen = mem::take(&mut *seen);
    // A trigger is reported as the statement it belongs to once more.
    seen.dedup();
    let mut counted = vec![];
    for sql in seen {
        if sql.starts_with("begin") {
            counted.push(0);
        } else if !matches!(&*sql, "commit" | "rollback") && !sql.starts_with("--") {
            *counted.last_mut().unwrap() += 1;
        }
    }
    counted
}

/// A portal that Ana may sign in to, on a database that every statement is heard of.
async fn portal(folder: &tempfile::TempDir) -> Portal {
    let file = folder.path().join("portal.db");
    let db = Sqlite::options().readers(1).open(file).unwrap();
    db.migrate().await.unwrap();
    let tables = MirrorTables::new(&db, "acme");
    let batch = Import::new().person(person("ana"));
    tables.import(batch).await.unwrap();
    let store = Arc::new(tables.store());
    let ana = access("ana");
    let opened = yes(1)
        .changed(AccountChange::Opened {
            account: ana.account.clone(),
            contact: ana.contact,
            customer: ana.customer,
            email: ana.email,
            phone: ana.phone,
        })
        .changed(AccountChange::PasswordSet {
            account: ana.account,
            password: ana.password.unwrap(),
            device: None,
        });
    store.commit(opened).await.unwrap();
    let heard = |db: &rusqlite::Connection| {
        db.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(see));
        Ok(())
    };
    db.read(heard).await.unwrap();
    db.write(heard).await.unwrap();
    let mut settings = Settings::default();
    settings.url = Some("https://acme.example/portal".to_owned());
    let key = PortalKey::new("thirty-two bytes of a test's own key".into()).unwrap();
    let tables = Arc::new(tables);
    let hasher = Arc::new(PlainHasher::default());
    Portal::builder(Arc::clone(&store) as _, Arc::clone(&tables) as _)
        .settings(settings)
        .clock(Arc::new(StoppedClock::at(today())))
        .accounts(Accounts::new(store, tables, key, hasher))
        .build()
        .unwrap()
}

async fn sign_in(portal: &Portal) -> SignedIn {
    let visitor = Visitor::from([192, 0, 2, 1].into());
    let login = Login::new("ana@acme.example");
    let form = SignIn::new(login, "ana's password".into());
    let next = portal.door(visitor).unwrap().sign_in(&form).await.unwrap();
    let NextStep::SignedIn(signed_in) = next else {
        panic!("{next:?}")
    };
    signed_in
}

/// Who they are and what they act for, one each; two for the tries; the session, the tries that come back, the browser and the log.
#[tokio::test]
async fn a_sign_in_is_ten_statements_in_two_commits_and_a_session_two_however_many_there_were() {
    let folder = tempfile::tempdir().unwrap();
    let portal = portal(&folder).await;
    transactions();
    for _ in 0..3 {
        let cookie = sign_in(&portal).await.session;
        assert_eq!(transactions(), [1, 1, 2, 6]);
        let door = portal.door(Visitor::default()).unwrap();
        door.resume(cookie.expose()).await.unwrap();
        assert_eq!(transactions(), [1, 1]);
    }
}
