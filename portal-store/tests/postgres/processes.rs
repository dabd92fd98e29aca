//! Several processes work off one outbox.
use std::{
    env,
    process::{Command, Stdio},
    sync::Arc,
};

use chrono::TimeDelta;
use portal_core::{
    Page, Store, Topic,
    store::{Claim, EffectOutcome},
};
use portal_store::postgres::{
    Postgres,
    sqlx::{self, postgres::PgConnectOptions},
};

use crate::{
    host::{Place, Seats, now, yes},
    server::SERVER,
};

const EFFECTS: u32 = 400;

/// Where a child finds the database: this binary, run again.
const SOCKET: &str = "PORTAL_CHILD_SOCKET";
const DATABASE: &str = "PORTAL_CHILD_DATABASE";

#[tokio::test]
async fn four_processes_send_each_effect_once() {
    let place = Place::new().await;
    let pool = place.db.pool();
    sqlx::raw_sql("create table sent (id text not null, who bigint not null)")
        .execute(pool)
        .await
        .unwrap();
    for n in 0..EFFECTS {
        place.store.commit(yes(n.into())).await.unwrap();
    }
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(pool)
        .await
        .unwrap();
    let children: Vec<_> = (0..4)
        .map(|_| {
            Command::new(env::current_exe().unwrap())
                .args(["--exact", "processes::a_child_works_off_what_it_finds"])
                .env(SOCKET, SERVER.folder())
                .env(DATABASE, &name)
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let sent: (i64, i64, i64) =
        sqlx::query_as("select count(*), count(distinct id), count(distinct who) from sent")
            .fetch_one(pool)
            .await
            .unwrap();
    assert_eq!((sent.0, sent.1), (EFFECTS.into(), EFFECTS.into()));
    assert!(sent.2 > 1, "the work was shared");
    let owed = place.store.outbox(&Page::default()).await.unwrap();
    assert_eq!(owed.items, vec![]);
}

#[tokio::test]
async fn a_child_works_off_what_it_finds() {
    let (Some(socket), Ok(database)) = (env::var_os(SOCKET), env::var(DATABASE)) else {
        return;
    };
    let options = PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .username("host")
        .database(&database);
    let db = Postgres::connect(options).await.unwrap();
    let store = db.tenant("acme", Arc::new(Seats));
    let late = now() + TimeDelta::days(1);
    let claim = Claim::new(late, TimeDelta::minutes(5), 7, vec![Topic::Mail]);
    let mut idle = 0;
    while idle < 3 {
        let taken = store.claim_effects(&claim).await.unwrap();
        idle = if taken.is_empty() { idle + 1 } else { 0 };
        for effect in taken {
            sqlx::query("insert into sent (id, who) values ($1, $2)")
                .bind(effect.effect.id.to_string())
                .bind(i64::from(std::process::id()))
                .execute(db.pool())
                .await
                .unwrap();
            let (id, tries) = (effect.effect.id, effect.tries);
            let settled = store.settle_effect(id, tries, EffectOutcome::Done);
            assert!(settled.await.unwrap());
        }
    }
}
