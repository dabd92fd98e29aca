//! What a function of the database takes from an allowance, `Allowance::draw` would.
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use chrono::{DateTime, Duration, Utc};
use portal_core::{
    Store,
    accounts::{AccountKey, AccountStore, Draw, Drawn, Entry, Then},
    memory::Memory,
};
use portal_store::postgres::{MirrorTables, Postgres, PostgresStore};
use portal_testkit::facts::{access, attempt, draw, login, secret, today};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};

use crate::{accounts::opening, server::SERVER};

/// Draws from one or more of three allowances, or gives tries back; and how long after the step before.
#[derive(Debug, Clone)]
struct Step {
    draws: Vec<Draw>,
    gives_back: bool,
    later: Duration,
}

fn step() -> impl Strategy<Value = Step> {
    let one = (
        0..3_u8,
        0..4_u32,
        0..4_000_000_003_i64,
        prop::option::of(0..4_u32),
    );
    let one = one.prop_map(|(key, burst, every, in_a_row)| {
        let draw = Draw::new(
            secret(&key.to_string()),
            burst,
            Duration::nanoseconds(every),
        );
        match in_a_row {
            Some(most) => draw.in_a_row(most),
            None => draw,
        }
    });
    let later = -1_000_000_000..5_000_000_000_i64;
    (vec(one, 0..4), prop::bool::weighted(0.2), later).prop_map(|(draws, gives_back, later)| Step {
        draws,
        gives_back,
        later: Duration::nanoseconds(later),
    })
}

async fn taken<S: Store + AccountStore>(store: &S, steps: &[Step]) -> Vec<Option<Drawn>> {
    store.commit(opening(1, "ana")).await.unwrap();
    let mut all = vec![];
    let mut now: DateTime<Utc> = today();
    for (n, step) in steps.iter().enumerate() {
        now += step.later;
        if !step.gives_back {
            all.push(Some(store.draw(&step.draws, now).await.unwrap()));
            continue;
        }
        let ana = AccountKey::Id(access("ana").account);
        let ana = store.account(&ana).await.unwrap().unwrap();
        let mut entry = Entry::new(login(&format!("s{n}")), ana);
        entry.refunds = step.draws.iter().map(Draw::refund).collect();
        let then = Then::Enter(Box::new(entry));
        store.conclude(attempt(now), then).await.unwrap();
        all.push(None);
    }
    all
}

#[test]
fn the_database_takes_what_the_rule_takes() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = runtime.block_on(SERVER.migrated());
    let cases = AtomicU32::new(0);
    let config = Config {
        failure_persistence: None,
        cases: 64,
        ..Config::default()
    };
    let told = TestRunner::new(config).run(&vec(step(), 1..16), |steps| {
        let case = cases.fetch_add(1, Ordering::Relaxed);
        let store = of_tenant(&db, &format!("case {case}"));
        let (ours, ruled) = runtime.block_on(async {
            let memory = Memory::default();
            (taken(&store, &steps).await, taken(&memory, &steps).await)
        });
        prop_assert_eq!(ours, ruled);
        Ok::<_, TestCaseError>(())
    });
    told.unwrap();
}

fn of_tenant(db: &Postgres, tenant: &str) -> PostgresStore {
    db.tenant(tenant, Arc::new(MirrorTables::new(db, tenant)))
}

/// T01: however many processes ask at once, no try is granted twice; nor is one lost to those who have to wait.
#[tokio::test(flavor = "multi_thread")]
async fn eight_connections_that_draw_at_once_are_granted_exactly_the_burst() {
    for isolation in ["read committed", "repeatable read"] {
        let options = SERVER.database().await;
        let options = options.options([("default_transaction_isolation", isolation)]);
        let db = Postgres::connect(options.clone()).await.unwrap();
        db.migrate().await.unwrap();
        let mut tasks = vec![];
        for _ in 0..8 {
            let db = Postgres::connect(options.clone()).await.unwrap();
            let store = of_tenant(&db, "acme");
            tasks.push(tokio::spawn(async move {
                let draws = [draw("of a network", 1_000), draw("of an account", 5)];
                let mut granted = 0;
                for _ in 0..4 {
                    let answer = store.draw(&draws, today()).await.unwrap();
                    granted += u32::from(answer == Drawn::Granted);
                }
                granted
            }));
        }
        let mut granted = 0;
        for task in tasks {
            granted += task.await.unwrap();
        }
        assert_eq!(granted, 5, "{isolation}");
    }
}

/// What is asked in vain leaves no row: a stranger who is held down fills no table.
#[tokio::test]
async fn a_refused_draw_writes_nothing() {
    let db = SERVER.migrated().await;
    let store = of_tenant(&db, "acme");
    let network = draw("of a network", 1);
    let first = store.draw(std::slice::from_ref(&network), today()).await;
    assert_eq!(first.unwrap(), Drawn::Granted);
    for name in ["ana", "ben"] {
        let draws = [network.clone(), draw(name, 5)];
        let answer = store.draw(&draws, today()).await.unwrap();
        assert!(matches!(answer, Drawn::Refused { again_at: Some(_) }));
    }
    let mut tx = db.pool().begin().await.unwrap();
    let rows: i64 = portal_store::postgres::sqlx::query_scalar(
        "select (select count(*) from portal_allowance) from set_config('portal.tenant', 'acme', true)",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert_eq!(rows, 1);
}
