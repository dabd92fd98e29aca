use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use portal_core::{
    Change, Commit, Decision, Expectation, Id, Store, StoreError,
    courses::{CourseChange, CourseRecords},
};
use portal_store::{
    Import,
    postgres::{
        HostTables, MirrorTables, Postgres,
        sqlx::{self, PgConnection},
        store_error,
    },
};
use portal_testkit::facts::{RegistrationFacts, contact, registration, session};

use crate::{
    host::{Place, moving, yes},
    server::SERVER,
};

/// A host whose database undoes a command so many times, for somebody else's sake.
#[derive(Debug)]
struct Undone {
    times: u32,
    tried: AtomicU32,
}

#[async_trait]
impl HostTables for Undone {
    async fn holds(&self, tx: &mut PgConnection, _: &Expectation) -> Result<bool, StoreError> {
        if self.tried.fetch_add(1, Ordering::Relaxed) < self.times {
            let fail = "do $$ begin raise exception 'undone' using errcode = '40001'; end $$";
            sqlx::raw_sql(fail).execute(tx).await.map_err(store_error)?;
        }
        Ok(true)
    }

    async fn apply(
        &self,
        _: &mut PgConnection,
        _: &Change,
        _: &Decision,
    ) -> Result<(), StoreError> {
        Ok(())
    }
}

#[tokio::test]
async fn what_the_database_undid_is_tried_again_up_to_five_times() {
    let db = SERVER.migrated().await;
    for (n, times) in [(1, 3), (2, 5), (3, 6)] {
        let tables = Arc::new(Undone {
            times,
            tried: AtomicU32::new(0),
        });
        let store = db.tenant("acme", Arc::clone(&tables));
        let ended = store.commit(moving(n, "r1", "to")).await;
        match times {
            6 => assert!(matches!(ended, Err(StoreError::Unavailable(_)))),
            _ => assert_eq!(ended.unwrap(), Commit::Applied),
        }
        let tried = tables.tried.load(Ordering::Relaxed);
        assert!(tried >= 6.min(times + 1), "{tried}");
    }
}

/// A host that takes the rows of two dates in the order it comes by them.
#[derive(Debug)]
struct Crossing;

#[async_trait]
impl HostTables for Crossing {
    async fn holds(&self, _: &mut PgConnection, _: &Expectation) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn apply(
        &self,
        tx: &mut PgConnection,
        change: &Change,
        _: &Decision,
    ) -> Result<(), StoreError> {
        let Change::Course(CourseChange::Transferred { from, to, .. }) = change else {
            return Err(StoreError::Unsupported("this change"));
        };
        for session in [from, to] {
            sqlx::query("update seat_session set used = used where id = $1")
                .bind(session.as_str())
                .execute(&mut *tx)
                .await
                .map_err(store_error)?;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_commands_that_lock_each_other_out_both_are_done() {
    let place = Place::new().await;
    let store = place.db.tenant("acme", Arc::new(Crossing));
    let crossing = |n, from: &str, to: &str| {
        yes(n).changed(CourseChange::Transferred {
            registration: Id::new("r1"),
            from: Id::new(from),
            to: Id::new(to),
        })
    };
    let there = store.commit(crossing(1, "from", "to"));
    let back = store.commit(crossing(2, "to", "from"));
    let (there, back) = tokio::join!(there, back);
    assert_eq!(there.unwrap(), Commit::Applied);
    assert_eq!(back.unwrap(), Commit::Applied);
}

/// Sixteen registrations for eight places, on a database whose default is stricter than ours: nobody sits on another's seat, and the serialization
/// failures among them reach no one.
#[tokio::test(flavor = "multi_thread")]
async fn places_are_counted_whatever_the_databases_default_isolation() {
    for isolation in ["read committed", "repeatable read", "serializable"] {
        let options = SERVER.database().await;
        let options = options.options([("default_transaction_isolation", isolation)]);
        let db = Postgres::connect(options).await.unwrap();
        db.migrate().await.unwrap();
        let tables = MirrorTables::new(&db, "acme");
        let mut batch = Import::new().session(session("to").with_places(4));
        for n in 0..8 {
            let r = registration(&format!("r{n}")).of(&contact("ana"));
            batch = batch.registration(r.on(session("from").with_places(0)));
        }
        tables.import(batch).await.unwrap();
        let store = db.tenant("acme", Arc::new(tables.clone()));
        let mut tasks = vec![];
        for n in 0..8 {
            let (store, tables) = (store.clone(), tables.clone());
            tasks.push(tokio::spawn(async move {
                let id = Id::new(format!("r{n}"));
                let r = tables.registration(&id).await.unwrap().unwrap();
                let moved = CourseChange::Transferred {
                    registration: id,
                    from: Id::new("from"),
                    to: Id::new("to"),
                };
                let place = Expectation::PlacesLeft {
                    session: Id::new("to"),
                    at_least: 1,
                };
                let decision = yes(n).given(&r).expecting(place).changed(moved);
                store.commit(decision).await
            }));
        }
        let mut applied = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(Commit::Applied) => applied += 1,
                Err(StoreError::Conflict(lost)) => {
                    assert!(matches!(*lost, Expectation::PlacesLeft { .. }));
                }
                other => panic!("{isolation}: {other:?}"),
            }
        }
        assert_eq!(applied, 4, "{isolation}");
        let to = tables.transfer(&Id::new("r0"), &Id::new("to")).await;
        let to = to.unwrap().unwrap().to.unwrap();
        assert_eq!(to.places_left, 0, "{isolation}");
    }
}
