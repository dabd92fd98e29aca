//! How the statements about payments, about the books and about the outbox find their rows among many, asked of `PostgreSQL` itself.
use std::{collections::BTreeMap, path::Path};

use portal_core::{
    Commit, Decision, Expectation, Id, RecordRef, Version,
    accounting::{BooksChange, Export, LedgerConnection},
    order::{LedgerLink, OrderChange},
    payment::{MoneyChange, PayerRef},
};
use portal_store::{
    Import,
    postgres::{
        MirrorTables, Postgres, commit_in,
        sqlx::{self, AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions},
    },
};
use portal_testkit::facts::{
    ExportFacts, OrderFacts, PaymentFacts, export, income, order, payment_attempt, test_account,
    test_books, today,
};
use tokio::sync::OnceCell;

use crate::{host::yes, server::SERVER, sources::statements};

/// Rows as a tenant has them after a few years, and those of another.
const MANY: &str = "
    insert into portal_payment (tenant, id, version, order_id, account, real_money, state, live, begun_at, session, payment, facts)
    select tenant, 'a' || n, 1, 'order' || n / 3, 'acct_1', false, 'failed', n % 90 = 0, 't' || n, 'cs' || n, 'pi' || n, '{}'
    from generate_series(1, 3000) n;
    insert into portal_received (tenant, id, version, account, real_money, payment, unapplied, first_seen, facts)
    select tenant, 'r' || n, 1, 'acct_1', false, 'pi' || n, n % 10 = 0, 't' || n, json_build_object('applied', json_build_object('to', 'order' || n / 3))::text
    from generate_series(1, 3000) n;
    insert into portal_payer (tenant, contact, account, real_money, payer)
    select tenant, 'k' || n, 'acct_1', false, 'cus' || n from generate_series(1, 3000) n;
    insert into portal_export (tenant, order_id, version, system, organisation, document, attention, stands_since, facts)
    select tenant, 'order' || n, 1, 'ledger', 'org_1', 'doc' || n, n % 10 = 0, 't' || n, '{}' from generate_series(1, 3000) n;
    insert into portal_ledger (tenant, id, version, facts) select tenant, 'l' || n, 1, '{}' from generate_series(1, 3000) n;
    insert into portal_mirror_order (tenant, id, version, facts, lines)
    select tenant, 'order' || n, 1, '{}', '[]' from generate_series(1, 3000) n;
    insert into portal_command (tenant, command, form, by, at, action, about, changes)
    select tenant, 'c' || n, '', '', 't' || n, '', '', '[]' from generate_series(1, 3000) n;
    insert into portal_outbox (tenant, row, n, id, topic, kind, ready_at, dead)
    select tenant, n, 1, 'e' || n, 'mail', json_build_object('mail', json_build_object('to', 'reader' || n / 5)), 't' || n, n % 10 = 0
    from generate_series(1, 3000) n;
    insert into portal_post (tenant, row, n, id, line, kind, tries, ended_at)
    select tenant, n, 2, 'p' || n, md5('reader' || n / 5), '{}', 1, 't' || n from generate_series(1, 3000) n;
";

/// Where the order is not an index's, because there are only so few to put in order.
const FEW: [(&str, &str); 1] = [("union all", "a page of each, put together to one")];

/// A database whose tables are filled, for all the tests here.
static FILLED: OnceCell<PgConnectOptions> = OnceCell::const_new();

async fn fill() -> PgConnectOptions {
    let options = SERVER.database().await;
    let db = Postgres::connect(options.clone()).await.unwrap();
    db.migrate().await.unwrap();
    let mut line = PgConnection::connect_with(&options).await.unwrap();
    for tenant in ["acme", "zenith"] {
        let rows = MANY.replace("select tenant,", &format!("select '{tenant}',"));
        let named =
            format!("begin; select set_config('portal.tenant', '{tenant}', true); {rows} commit;");
        run(&mut line, named).await;
    }
    run(&mut line, "analyze".to_owned()).await;
    options
}

/// A connection to it.
async fn filled() -> PgConnection {
    let options = FILLED.get_or_init(fill).await;
    PgConnection::connect_with(options).await.unwrap()
}

async fn run(line: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(line)
        .await
        .unwrap();
}

/// How a statement finds its rows whatever it is asked for.
async fn plan(line: &mut PgConnection, sql: &str) -> Vec<String> {
    let last = (1..20).rev().find(|n| sql.contains(&format!("${n}")));
    let nothing = vec!["null"; last.unwrap_or(0)].join(", ");
    let asked = if nothing.is_empty() {
        nothing
    } else {
        format!("({nothing})")
    };
    run(
        line,
        format!("set plan_cache_mode = force_generic_plan; prepare asked as {sql}"),
    )
    .await;
    let explain = AssertSqlSafe(format!("explain execute asked{asked}"));
    let plan = sqlx::query_scalar(explain).persistent(false);
    let plan = plan.fetch_all(&mut *line).await.unwrap();
    run(line, "deallocate asked".to_owned()).await;
    plan
}

/// The column after the tenant's in each index: what is not found by it is looked for among all of the tenant's rows.
async fn keys(line: &mut PgConnection) -> BTreeMap<String, String> {
    let sql = "select i.relname::text, pg_get_indexdef(x.indexrelid, 2, true) from pg_index x
         join pg_class i on i.oid = x.indexrelid where i.relname like 'portal\\_%'";
    let keys: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(line).await.unwrap();
    keys.into_iter().collect()
}

/// What is wrong with a way to find rows: it costs more the more rows there are.
fn fault<'a>(sql: &str, plan: &'a [String], keys: &BTreeMap<String, String>) -> Option<&'a String> {
    let read_whole = |step: &&String| step.contains("Seq Scan") || step.contains("Bitmap");
    let is_wide = |(step, below): &(&String, Option<&String>)| {
        let index = step.split_once(" using ").map(|(_, of)| of);
        let index = index.and_then(|of| of.split_whitespace().next());
        let key = index.map(|index| format!("({}", keys[index]));
        let found_by = below.filter(|below| below.contains("Index Cond: "));
        key.is_some_and(|key| !found_by.is_some_and(|found_by| found_by.contains(&key)))
    };
    let below = plan.iter().skip(1).map(Some).chain([None]);
    let wide = plan.iter().zip(below).find(is_wide).map(|(step, _)| step);
    let cut = plan.iter().skip_while(|step| !step.contains("Limit"));
    let mut by_hand = cut.filter(|step| step.contains("Sort"));
    let whole = plan.iter().find(read_whole);
    let of_few = FEW.iter().any(|(few, _)| sql.contains(few));
    whole.or(wide).or_else(|| by_hand.find(|_| !of_few))
}

/// One more payment makes nobody's page slower, nor one more order in the books, nor one more message that waits.
#[tokio::test]
async fn no_statement_about_money_the_books_or_the_outbox_reads_more_rows_as_there_come_to_be_more()
{
    let mut line = filled().await;
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/postgres");
    let mut all = statements(&sources);
    let of = [
        "/payments/",
        "/accounting/",
        "/outbox.rs",
        "/messages.rs",
        "/effects.rs",
    ];
    all.retain(|(file, _)| of.iter().any(|of| file.contains(of)));
    assert!(all.len() >= 28, "only {} were found", all.len());
    let keys = keys(&mut line).await;
    let mut wrong = vec![];
    for (file, sql) in &all {
        let plan = plan(&mut line, sql).await;
        if let Some(fault) = fault(sql, &plan, &keys) {
            wrong.push(format!("{file}: {fault}\n{sql}\n{}", plan.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn a_statement_that_reads_a_whole_table_or_a_whole_tenant_is_found() {
    let mut line = filled().await;
    let keys = keys(&mut line).await;
    for sql in [
        "select facts from portal_export where facts = $1",
        "select facts from portal_export where tenant = $1 and document = $2",
        "select facts from portal_received where tenant = $1 and facts = $2",
        "select facts from portal_payment where tenant = $1 and order_id = $2 order by facts limit $3",
        "select at from portal_outbox o join portal_command c on c.tenant = o.tenant and c.row = o.row where o.tenant = $1 and o.row > $2 order by o.row limit $3",
    ] {
        let plan = plan(&mut line, sql).await;
        assert!(
            fault(sql, &plan, &keys).is_some(),
            "{sql}\n{}",
            plan.join("\n")
        );
    }
}

/// A decision about everything there is of money and of the books, each with what it was decided on.
fn about_everything() -> Decision {
    let attempt = payment_attempt(1, "o1").on_page("cs_1").known_as("pi_1");
    let came = income("pi_1", "o1");
    let exported = export("o1").known_as("doc_1");
    let connection = LedgerConnection::new(test_books(), today());
    let new = |record: RecordRef| Expectation::Unchanged(record, Version::number(0));
    let ledger = LedgerLink::connected("Ledger", "INV-1");
    yes(1)
        .expecting(Expectation::Unchanged(
            RecordRef::Order(Id::new("o1")),
            Version::number(1),
        ))
        .expecting(new(attempt.record()))
        .expecting(new(RecordRef::Received(came.id())))
        .expecting(new(Export::record_of(&Id::new("o1"))))
        .expecting(new(connection.record()))
        .changed(OrderChange::LedgerStands {
            order: Id::new("o1"),
            ledger,
        })
        .changed(MoneyChange::Attempt(Box::new(attempt)))
        .changed(MoneyChange::Received(Box::new(came)))
        .changed(MoneyChange::Payer {
            contact: Id::new("ana"),
            merchant: test_account(),
            payer: PayerRef::new("cus_1"),
        })
        .changed(BooksChange::Export(Box::new(exported)))
        .changed(BooksChange::Connection(Box::new(connection)))
}

/// What a commit looks at inside the database is counted there: each table was looked at, and none was read from end to end.
#[tokio::test]
async fn no_commit_about_money_or_the_books_reads_a_table_from_end_to_end() {
    let mut line = filled().await;
    let options = FILLED.get().unwrap().clone();
    let db = Postgres::connect(options).await.unwrap();
    let tables = MirrorTables::new(&db, "acme");
    let import = Import::new().order(order("o1").details());
    tables.import(import).await.unwrap();
    let mut tx = line.begin().await.unwrap();
    let ended = commit_in(&mut tx, "acme", &about_everything(), &tables).await;
    assert_eq!(ended.unwrap(), Commit::Applied);
    let counted: Vec<(String, i64, i64)> = sqlx::query_as(
        "select relname::text, coalesce(seq_scan, 0), coalesce(idx_scan, 0) from pg_stat_xact_user_tables
         where relname = any(array['portal_payment', 'portal_received', 'portal_payer', 'portal_export', 'portal_ledger', 'portal_mirror_order'])
         order by relname",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(counted.len(), 6);
    for (table, whole, by_index) in counted {
        assert_eq!(whole, 0, "{table} is read from end to end");
        // Whoever is new is found by nobody: the key says so.
        assert!(
            by_index > 0 || table == "portal_payer",
            "{table} was not looked at"
        );
    }
}
