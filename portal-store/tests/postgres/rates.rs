//! What a commit costs beside the bare statements, on the same server in the same run.
use std::{sync::Arc, time::Instant};

use portal_core::{
    Commit, Decision, Expectation, Id, Loaded, Store,
    courses::{CourseChange, CourseRecords, Registration},
};
use portal_store::{
    Import,
    postgres::{MirrorTables, Postgres, PostgresStore, sqlx, sqlx::PgPool},
};
use portal_testkit::facts::{RegistrationFacts, contact, registration, session};

use crate::{
    host::{Place, moving, yes},
    server::SERVER,
};

const EACH: u128 = 300;
/// As many as a place is seldom moved to twice between two imports.
const DATES: u128 = 2_000;

/// The rows a transfer writes, one statement after the other, by a program that looks at nothing.
async fn bare(pool: &PgPool, n: u128) {
    let (id, on) = (format!("b{n}"), format!("to{}", n % DATES));
    let mut tx = pool.begin().await.unwrap();
    for sql in [
        "select set_config('portal.tenant', 'bare', true) where $1 <> $2",
        "insert into portal_command (tenant, command, form, by, at, action, about, changes)
         values ('bare', $1, $2, '', '', '', '', '')",
        "insert into portal_unsealed (tenant, row) select 'bare', row from portal_command where command = $1 and $2 <> ''",
        "insert into portal_outbox (tenant, row, n, id, topic, kind, ready_at)
         select 'bare', row, n, $1 || n, 'mail', $2, '' from portal_command, generate_series(1, 2) n where command = $1",
        "update portal_mirror_session set places = places where tenant = 'bare' and id = $2 and $1 <> ''",
        "insert into portal_mirror_place (tenant, session, record, freed) values ('bare', $1, $2, 1), ('bare', $2, $1, -1)",
        "update portal_mirror_registration set session = $2, version = version + 1 where tenant = 'bare' and id = $1",
    ] {
        let done = sqlx::query(sql).bind(&id).bind(&on).execute(&mut *tx).await;
        done.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The same as one statement.
async fn bare_at_once(pool: &PgPool, n: u128) {
    let sql = "with command as (
             insert into portal_command (tenant, command, form, by, at, action, about, changes)
             values ('bare', $1, $2, '', '', '', '', '') returning row
         ),
         unsealed as (insert into portal_unsealed (tenant, row) select 'bare', row from command),
         owed as (
             insert into portal_outbox (tenant, row, n, id, topic, kind, ready_at)
             select 'bare', row, n, $1 || n, 'mail', $2, '' from command, generate_series(1, 2) n
         ),
         session as (update portal_mirror_session set places = places where tenant = 'bare' and id = $2),
         place as (
             insert into portal_mirror_place (tenant, session, record, freed) values ('bare', $1, $2, 1), ('bare', $2, $1, -1)
         )
         update portal_mirror_registration set session = $2, version = version + 1 where tenant = 'bare' and id = $1";
    let (id, on) = (format!("c{n}"), format!("to{}", n % DATES));
    let done = sqlx::query(sql).bind(id).bind(on).execute(pool).await;
    assert_eq!(done.unwrap().rows_affected(), 1);
}

fn transfer(n: u128, r: &Loaded<Registration>) -> Decision {
    let to = Id::new(format!("to{}", n % DATES));
    let place = Expectation::PlacesLeft {
        session: to.clone(),
        at_least: 1,
    };
    let moved = CourseChange::Transferred {
        registration: r.value.id.clone(),
        from: Id::new("from"),
        to,
    };
    yes(n).given(r).expecting(place).changed(moved)
}

async fn mirrored(db: &Postgres, many: u128) -> (PostgresStore, Vec<Loaded<Registration>>) {
    let tables = MirrorTables::new(db, "nightly");
    let mut batch = Import::new();
    for n in 0..DATES {
        batch = batch.session(session(&format!("to{n}")).with_places(10_000));
    }
    for n in 0..many {
        let r = registration(&format!("m{n}")).of(&contact("ana"));
        batch = batch.registration(r.on(session("from").with_places(0)));
    }
    let since = Instant::now();
    tables.import(batch).await.unwrap();
    println!("import of {many} registrations: {:?}", since.elapsed());
    let mut all = vec![];
    let since = Instant::now();
    for n in 0..many {
        let found = tables.registration(&Id::new(format!("m{n}"))).await;
        all.push(found.unwrap().unwrap());
    }
    let rate = f64::from(u32::try_from(many).unwrap()) / since.elapsed().as_secs_f64();
    println!("one registration read, one caller: {rate:.0}/s");
    (db.tenant("nightly", Arc::new(tables)), all)
}

/// Runs it `EACH` times by so many at once; answers how often a second.
async fn rate<F>(callers: u128, from: u128, work: impl Fn(u128) -> F) -> f64
where
    F: Future<Output = ()> + Send + 'static,
{
    let since = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let share: Vec<_> = (from..from + EACH)
                .filter(|n| n % callers == caller)
                .map(&work)
                .collect();
            tokio::spawn(async move {
                for one in share {
                    one.await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    f64::from(u32::try_from(EACH).unwrap()) / since.elapsed().as_secs_f64()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, and proves nothing: run it alone"]
async fn commits_beside_the_bare_statements() {
    let place = Place::new().await;
    let (rounds, many) = (5_u128, 20 * EACH);
    let (mirror, facts) = mirrored(&place.db, many).await;
    let twins = "set local row_security = off; select set_config('portal.tenant', 'bare', true);
        insert into portal_mirror_session select 'bare', 'to' || n, 1, 'c', '', '', 1, '' from generate_series(0, 1999) n;
        insert into portal_mirror_registration select 'bare', k || n, 1, 'ana', 'c', 'from', null, '', ''
        from generate_series(0, 5999) n, unnest(array['b', 'c']) k;";
    // Not through the wall: the floor pays nothing for it.
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(place.db.pool())
        .await
        .unwrap();
    let floor = sqlx::postgres::PgPoolOptions::new().test_before_acquire(false);
    let floor = floor
        .connect_with(SERVER.options(&name, "postgres"))
        .await
        .unwrap();
    sqlx::raw_sql(twins).execute(&floor).await.unwrap();
    let facts = Arc::new(facts);
    let mut from = 0;
    for callers in [1, 16] {
        for _ in 0..rounds {
            let pool = floor.clone();
            let six = rate(callers, from, |n| {
                let pool = pool.clone();
                async move { bare(&pool, n).await }
            });
            let six = six.await;
            let one = rate(callers, from, |n| {
                let pool = pool.clone();
                async move { bare_at_once(&pool, n).await }
            });
            let one = one.await;
            let ours = rate(callers, from, |n| {
                let (store, facts) = (mirror.clone(), Arc::clone(&facts));
                async move {
                    let r = &facts[usize::try_from(n).unwrap()];
                    let ended = store.commit(transfer(n, r)).await.unwrap();
                    assert_eq!(ended, Commit::Applied);
                }
            });
            let ours = ours.await;
            let hosts = rate(callers, from, |n| {
                let store = place.store.clone();
                async move {
                    let ended = store.commit(moving(n, &format!("r{n}"), "to")).await;
                    assert_eq!(ended.unwrap(), Commit::Applied);
                }
            });
            let hosts = hosts.await;
            println!(
                "{callers} callers: bare in nine round trips {six:.0}/s, bare as one statement {one:.0}/s, mirror {ours:.0}/s, host's tables {hosts:.0}/s"
            );
            from += EACH;
        }
    }
}
