//! What the outbox looks at among many messages, with plans that were made while there was none: as a process has them that was up before an outage.
use portal_store::postgres::{
    Postgres,
    sqlx::{self, AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions},
};

use crate::server::SERVER;

/// How many messages wait. Each fifth is its reader's first, and these are put off; what was sent before is as much.
const MANY: i64 = 2_000;

const FILL: &str = "
    insert into portal_outbox (tenant, row, n, id, topic, kind, ready_at)
    select 'acme', n, 1, 'id-' || n, 'mail', json_build_object('mail', json_build_object('to', 'reader-' || n % (2000 / 5))), case when n <= 2000 / 5 then '2027' else '2026' end
    from generate_series(1, 2000) n;
    insert into portal_post (tenant, row, n, id, line, kind, tries, ended_at)
    select tenant, row, n, id, line, kind, 1, '2026' from portal_outbox;
";

/// Rows that were read, from end to end or by an index.
const LOOKED_AT: &str = "
    select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint from pg_stat_xact_user_tables where relname in ('portal_outbox', 'portal_post')";

const CLAIM: &str =
    "select count(*) from portal_claim_effects('acme', '2026', '2027', array['mail', 'host'], 32)";

/// The others find what they are about by its name, and there is none.
const OTHERS: [&str; 6] = [
    "select portal_settle('acme', 'none', 1, null, null)",
    "select portal_settle('acme', 'none', 1, null, 'why')",
    "select portal_settle('acme', 'none', 1, '2027', 'why')",
    "select portal_give_back('acme', 'none', 1, '2027', 'why')",
    "select portal_remember('acme', 'none', 1, '2027', null)",
    "select portal_revive('acme', 'none', '2027')",
];

const FORGET: &str = "select portal_forget_messages('acme', '2027', 10)";

async fn run(line: &mut PgConnection, sql: &str) {
    let ran = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(line)
        .await;
    ran.unwrap();
}

async fn migrated() -> PgConnectOptions {
    let options = SERVER.database().await;
    let db = Postgres::connect(options.clone()).await.unwrap();
    db.migrate().await.unwrap();
    options
}

/// An outbox that fills up while somebody is connected who has worked off whatever there was for long.
async fn filled_since(options: &PgConnectOptions) -> PgConnection {
    let mut line = PgConnection::connect_with(options).await.unwrap();
    for table in ["portal_outbox", "portal_post"] {
        run(
            &mut line,
            &format!("alter table {table} set (autovacuum_enabled = off)"),
        )
        .await;
        run(&mut line, &format!("truncate {table}")).await;
        run(&mut line, &format!("vacuum analyze {table}")).await;
    }
    for call in OTHERS.into_iter().chain([CLAIM, FORGET]) {
        for _ in 0..8 {
            run(&mut line, call).await;
        }
    }
    let named = format!("begin; select set_config('portal.tenant', 'acme', true); {FILL} commit;");
    run(&mut line, &named).await;
    line
}

/// How many rows a call reads.
async fn looked_at(line: &mut PgConnection, call: &str) -> i64 {
    let mut tx = line.begin().await.unwrap();
    let read = || sqlx::query_scalar::<_, i64>(LOOKED_AT).persistent(false);
    let before = read().fetch_one(&mut *tx).await.unwrap();
    run(&mut tx, call).await;
    let after = read().fetch_one(&mut *tx).await.unwrap();
    tx.rollback().await.unwrap();
    after - before
}

/// Faults, part 4 of the threats: "mail server down 8 h": the morning finds an outbox that is full.
#[tokio::test]
async fn who_stands_first_in_line_is_found_without_reading_the_others() {
    let options = migrated().await;
    let mut line = filled_since(&options).await;
    let read = looked_at(&mut line, CLAIM).await;
    assert!(read > 0, "nothing is counted");
    assert!(read <= 3 * MANY, "a claim reads {read} rows");
    // What is little may be read from end to end, once.
    let read = looked_at(&mut line, FORGET).await;
    assert!(read <= 2 * MANY, "{FORGET} reads {read} rows");
    for call in OTHERS {
        let read = looked_at(&mut line, call).await;
        assert!(read == 0, "{call} reads {read} rows");
    }
}

/// The server forgets plans when many tables are made elsewhere at once, as other tests do: then again.
#[tokio::test]
async fn where_plans_are_kept_from_when_it_was_empty_it_is_noticed() {
    let options = migrated().await;
    let mut owner = PgConnection::connect_with(&options).await.unwrap();
    run(
        &mut owner,
        "alter function portal_claim_effects(text, text, text, text[], bigint) reset all",
    )
    .await;
    for _ in 0..8 {
        let mut line = filled_since(&options).await;
        if looked_at(&mut line, CLAIM).await > 100 * MANY {
            return;
        }
    }
    panic!("nothing is noticed");
}
