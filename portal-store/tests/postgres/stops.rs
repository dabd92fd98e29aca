//! The server stops at once, again and again, while customers are busy.
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use portal_core::{
    CommandId, Commit, Decision, Id, Store, StoreError,
    courses::{CourseChange, CourseRecords},
};
use portal_store::{
    Import,
    postgres::{MirrorTables, Postgres, PostgresStore, sqlx},
};
use portal_testkit::{
    PostgresServer,
    facts::{RegistrationFacts, contact, registration, session},
};

use crate::{
    host::{Place, moving, yes},
    server::Server,
};

/// Ten; `PORTAL_STOPS` raises it.
fn stops() -> u32 {
    let asked = std::env::var("PORTAL_STOPS");
    asked.map_or(10, |stops| stops.parse().unwrap())
}

const BUSY: u128 = 4;

/// Sends one form until it is answered, as customers do. Answers whether it had been recorded by a try that seemed to fail.
async fn sent(store: &PostgresStore, decision: &Decision) -> bool {
    loop {
        match store.commit(decision.clone()).await {
            Ok(Commit::Applied) => return false,
            Ok(Commit::Replayed(_)) => return true,
            Err(StoreError::Unavailable(_)) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            other => panic!("{other:?}"),
        }
    }
}

/// What was acknowledged, and how many of these answers came only at a later try.
type Acknowledged = (Vec<CommandId>, u32);

async fn moves_in_the_hosts_tables(
    store: PostgresStore,
    who: u128,
    over: Arc<AtomicBool>,
) -> Acknowledged {
    let mut done: Acknowledged = (vec![], 0);
    while !over.load(Ordering::Relaxed) {
        let n = who * 100_000 + u128::try_from(done.0.len()).unwrap();
        let decision = moving(n, &format!("s{n}"), "to");
        done.1 += u32::from(sent(&store, &decision).await);
        done.0.push(decision.command);
    }
    done
}

async fn moves_in_the_mirror(
    store: PostgresStore,
    tables: MirrorTables,
    who: u128,
    over: Arc<AtomicBool>,
) -> Acknowledged {
    let mut done: Acknowledged = (vec![], 0);
    let id = Id::new(format!("m{who}"));
    while !over.load(Ordering::Relaxed) {
        let Ok(found) = tables.registration(&id).await else {
            continue;
        };
        let r = found.unwrap();
        let here = r.value.session.id.clone();
        let there = if here.as_str() == "a" { "b" } else { "a" };
        let n = who * 100_000 + u128::try_from(done.0.len()).unwrap();
        let decision = yes(n).given(&r).changed(CourseChange::Transferred {
            registration: id.clone(),
            from: here,
            to: Id::new(there),
        });
        done.1 += u32::from(sent(&store, &decision).await);
        done.0.push(decision.command);
    }
    done
}

/// What is missing of it.
async fn missing(store: &PostgresStore, acknowledged: &[CommandId]) -> u32 {
    let mut missing = 0;
    for command in acknowledged {
        let receipt = store.receipt(*command).await.unwrap();
        missing += u32::from(receipt.is_none());
    }
    missing
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_at_once_loses_nothing_acknowledged_and_leaves_nothing_half_done() {
    let server = Server::over(PostgresServer::start());
    let place = Place::on(server.migrated().await).await;
    let seats = "update seat_session set capacity = 2000000, used = case id when 'from' then 1000000 else 0 end;
        insert into seat_registration select 's' || (who * 100000 + n), 'from', 1
        from generate_series(1, 4) who, generate_series(0, 49999) n;";
    place.run(seats).await.unwrap();
    let tables = MirrorTables::new(&place.db, "nightly");
    let mut batch = Import::new();
    for who in 1..=BUSY {
        let r = registration(&format!("m{who}")).of(&contact("ana"));
        batch = batch.registration(r.on(session("a").with_places(50)));
    }
    batch = batch.session(session("b").with_places(50));
    tables.import(batch).await.unwrap();
    let mirror: PostgresStore = place.db.tenant("nightly", Arc::new(tables.clone()));

    let over = Arc::new(AtomicBool::new(false));
    let (mut hosts, mut mirrors) = (vec![], vec![]);
    for who in 1..=BUSY {
        let (store, stop) = (place.store.clone(), Arc::clone(&over));
        hosts.push(tokio::spawn(moves_in_the_hosts_tables(store, who, stop)));
        let (store, tables, stop) = (mirror.clone(), tables.clone(), Arc::clone(&over));
        mirrors.push(tokio::spawn(moves_in_the_mirror(store, tables, who, stop)));
    }
    let mut longest = Duration::ZERO;
    for stop in 0..stops() {
        let busy = Duration::from_millis(100 + u64::from(stop * 37 % 200));
        tokio::time::sleep(busy).await;
        tokio::task::block_in_place(|| {
            server.stop_at_once();
            server.start_again();
        });
        longest = longest.max(heals(&place.db).await);
    }
    over.store(true, Ordering::Relaxed);

    let (mut acknowledged, mut moved, mut late) = (vec![], 0, 0);
    for task in hosts {
        let (commands, replayed) = task.await.unwrap();
        acknowledged.extend(commands);
        late += replayed;
    }
    for (who, task) in (1..=BUSY).zip(mirrors) {
        let (commands, replayed) = task.await.unwrap();
        moved += commands.len();
        late += replayed;
        assert_eq!(missing(&mirror, &commands).await, 0);
        // From "1.1", one more each time it moved.
        let r = tables.registration(&Id::new(format!("m{who}"))).await;
        let version = r.unwrap().unwrap().seen[0].1.as_str().to_owned();
        assert_eq!(version, format!("{}.1", commands.len() + 1));
    }
    assert_eq!(missing(&place.store, &acknowledged).await, 0);
    let all = i64::try_from(acknowledged.len()).unwrap();
    assert_eq!(place.traces().await, [all, all * 2, all, all]);
    let left = tables.transfer(&Id::new("m1"), &Id::new("b")).await;
    let on_b = left.unwrap().unwrap().to.unwrap().places_left;
    assert!(on_b >= 46, "no more than four sit there");
    println!(
        "{} stops: {all} commands in the host's tables and {moved} in the mirror acknowledged, {late} of them only when sent again; \
         0 lost; the pool healed within {longest:?}",
        stops()
    );
}

/// How long until the store answers again.
async fn heals(db: &Postgres) -> Duration {
    let since = Instant::now();
    while sqlx::query("select 1").execute(db.pool()).await.is_err() {
        assert!(
            since.elapsed() < Duration::from_secs(5),
            "the pool stays broken"
        );
    }
    since.elapsed()
}
