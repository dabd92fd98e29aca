//! What a command costs in statements, each a round trip, counted on the line; and what becomes of it when the line is cut.
//!
//! Beside them the pool asks every connection it takes back how it is; nobody waits for that.
use std::sync::Arc;

use portal_core::{
    Commit, Decision, Directory, Expectation, Id, Page, Store, StoreError, TryKey,
    courses::{CourseChange, CourseRecords, Shelf},
};
use portal_store::{
    Import,
    postgres::{MirrorTables, Postgres, PostgresStore, sqlx::postgres::PgPoolOptions},
};
use portal_testkit::facts::{RegistrationFacts, contact, registration, session};

use crate::{
    host::{Place, moving, now, yes},
    proxy::Proxy,
    server::SERVER,
};

pub(crate) async fn through_a_proxy() -> (Proxy, Postgres) {
    let proxy = Proxy::before(SERVER.folder());
    let options = SERVER.database().await.socket(proxy.folder());
    // One connection, so that what was prepared once stays so.
    let pool = PgPoolOptions::new().max_connections(1);
    let pool = pool.test_before_acquire(false).connect_with(options).await;
    let db = Postgres::over(pool.unwrap());
    db.migrate().await.unwrap();
    (proxy, db)
}

async fn mirrored(db: &Postgres) -> (MirrorTables, PostgresStore) {
    let tables = MirrorTables::new(db, "nightly");
    let mut batch = Import::new().session(session("to").with_places(9));
    for n in 0..9 {
        let r = registration(&format!("r{n}")).of(&contact("ana"));
        batch = batch.registration(r.on(session("from").with_places(0)));
    }
    tables.import(batch).await.unwrap();
    let store = db.tenant("nightly", Arc::new(tables.clone()));
    (tables, store)
}

async fn transfer(tables: &MirrorTables, n: u128) -> Decision {
    let id = Id::new(format!("r{n}"));
    let r = tables.registration(&id).await.unwrap().unwrap();
    let moved = CourseChange::Transferred {
        registration: id,
        from: Id::new("from"),
        to: Id::new("to"),
    };
    yes(n)
        .given(&r)
        .expecting(Expectation::TriesLeft {
            of: TryKey::new("surname", &Id::new("a1")),
            fewer_than: 5,
            since: now(),
        })
        .expecting(Expectation::PlacesLeft {
            session: Id::new("to"),
            at_least: 1,
        })
        .changed(moved)
}

#[tokio::test]
async fn a_commit_to_the_mirror_is_one_statement_and_so_is_every_read() {
    let (proxy, db) = through_a_proxy().await;
    let (tables, store) = mirrored(&db).await;
    let page = Page::default();
    let who = contact("ana").id;
    let mut counted = [0; 6];
    for n in 1..=2 {
        let decision = transfer(&tables, n).await;
        proxy.statements();
        assert_eq!(store.commit(decision).await.unwrap(), Commit::Applied);
        counted[0] = proxy.statements();
        tables
            .transfer(&Id::new("r5"), &Id::new("to"))
            .await
            .unwrap();
        counted[1] = proxy.statements();
        tables.dates(&Id::new("r5"), now()).await.unwrap();
        counted[2] = proxy.statements();
        let shelf = Shelf::Current;
        let listed = tables.registrations(&who, shelf, now(), &page).await;
        listed.unwrap();
        counted[3] = proxy.statements();
        tables.orders(&who, &page).await.unwrap();
        counted[4] = proxy.statements();
        store.audit(&page).await.unwrap();
        counted[5] = proxy.statements();
    }
    assert_eq!(counted, [1; 6]);
}

/// Begin, the claim with what is owed, the host's five, commit.
#[tokio::test]
async fn a_transfer_in_the_hosts_tables_is_eight_statements_and_three_of_them_are_ours() {
    let (proxy, db) = through_a_proxy().await;
    let place = Place::on(db).await;
    let mut counted = 0;
    for n in 1..=2 {
        proxy.statements();
        let ended = place.store.commit(moving(n, &format!("r{n}"), "to")).await;
        assert_eq!(ended.unwrap(), Commit::Applied);
        counted = proxy.statements();
    }
    assert_eq!(counted, 8);
}

/// Nobody knows whether it was committed, but the command does.
#[tokio::test]
async fn a_connection_lost_at_commit_is_unavailable_and_the_same_command_then_replayed() {
    let (proxy, db) = through_a_proxy().await;
    let (tables, mirror) = mirrored(&db).await;
    let host = Place::on(db).await;
    let decision = transfer(&tables, 1).await;
    for (store, decision, cut) in [
        (&host.store, moving(7, "r1", "to"), "COMMIT".to_owned()),
        (&mirror, decision.clone(), decision.command.to_string()),
    ] {
        proxy.cut_after(&cut);
        let lost = store.commit(decision.clone()).await;
        assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
        let again = store.commit(decision.clone()).await.unwrap();
        assert_eq!(again, Commit::Replayed(decision.receipt()));
    }
    assert_eq!(host.traces().await, [1, 2, 1, 1]);
    let after = transfer(&tables, 1).await;
    assert_ne!(after.expect, decision.expect, "moved once");
}
