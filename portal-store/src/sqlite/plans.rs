//! How each statement that is written in this folder finds its rows, asked of `SQLite` itself: what is in the sources is looked at, run or not.
use std::path::Path;

use rusqlite::Connection;

use crate::sources::statements;

/// Tables whose rows are as many as the tenant has releases, or one for each tenant.
const SMALL: [&str; 3] = ["portal_migration", "portal_mirror_import", "sqlite_schema"];

/// Where the last row of an index is asked for, which is found at once.
const LAST_ROW: [&str; 2] = ["max(row)", "order by row desc limit 1"];

/// Where the order is not an index's, because there are only so few to put in order.
const FEW: [(&str, &str); 5] = [
    ("portal_account_now", "an account's browsers: ten"),
    ("from portal_session indexed by", "an account's sessions"),
    (
        "from portal_mirror_registration_now",
        "a person's courses, by when their dates begin",
    ),
    ("where c.tenant = ?1 and c.phone = ?2", "who has one number"),
    ("where c.tenant = ?1 and c.id in (", "who has one address"),
];

fn migrated() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("create table portal_migration (version integer not null primary key, at text not null) strict")
        .unwrap();
    for step in [
        include_str!("schema/1.sql"),
        include_str!("schema/2.sql"),
        include_str!("schema/3.sql"),
        include_str!("schema/4.sql"),
        include_str!("schema/5.sql"),
        include_str!("schema/6.sql"),
        include_str!("schema/7.sql"),
        include_str!("schema/8.sql"),
        include_str!("schema/9.sql"),
    ] {
        db.execute_batch(step).unwrap();
    }
    db
}

/// One step of a plan.
#[derive(Debug)]
struct Step {
    id: i64,
    parent: i64,
    detail: String,
    /// It is taken anew for each row that another step finds.
    again: bool,
}

impl Step {
    fn reads(&self) -> bool {
        self.detail.starts_with("SEARCH") || self.detail.starts_with("SCAN")
    }

    /// Of the columns that it finds rows by, only the tenant's is equal to something.
    fn within_tenant(&self) -> bool {
        let found_by = self.detail.rsplit_once('(').map(|(_, by)| by);
        let mut by = found_by.unwrap_or_default().split(" AND ");
        by.next().is_some_and(|by| by.starts_with("tenant=?")) && !by.any(|by| by.contains("=?"))
    }
}

fn plan(db: &Connection, sql: &str) -> Vec<Step> {
    let mut explained = db.prepare(&format!("explain query plan {sql}")).unwrap();
    let mut steps = explained.raw_query();
    let mut plan: Vec<Step> = vec![];
    while let Some(step) = steps.next().unwrap() {
        let (id, parent) = (step.get("id").unwrap(), step.get("parent").unwrap());
        let detail: String = step.get("detail").unwrap();
        let above = plan.iter().find(|above| above.id == parent);
        let mut step = Step {
            id,
            parent,
            again: detail.starts_with("CORRELATED") || above.is_some_and(|of| of.again),
            detail,
        };
        let outer = |of: &Step| of.parent == parent && of.reads();
        step.again |= step.reads() && plan.iter().any(outer);
        plan.push(step);
    }
    plan
}

/// What is wrong with a way to find rows: it costs more the more rows there are.
fn fault(sql: &str, plan: &[Step]) -> Option<String> {
    let by_hand = |step: &Step| step.detail.contains("TEMP B-TREE");
    let in_order = !plan.iter().any(by_hand);
    if !in_order && !FEW.iter().any(|(known, _)| sql.contains(known)) {
        return Some("is put in order by hand".to_owned());
    }
    let last_row = LAST_ROW.iter().any(|of| sql.contains(of));
    let grows = |of: &&Step| {
        let step = of.detail.as_str();
        let listed = ["json_each", "CONSTANT ROW"]
            .iter()
            .any(|of| step.contains(of));
        let of_few = SMALL.iter().any(|table| sql.contains(table)) || listed;
        let scans = step.starts_with("SCAN") && !of_few;
        let wide = step.ends_with("(tenant=?)") && !last_row && !of_few;
        let squared = of.again && of.reads() && of.within_tenant() && !last_row;
        scans || wide || squared || step.contains("AUTOMATIC") || step.contains("ANY(")
    };
    plan.iter().find(grows).map(|step| step.detail.clone())
}

/// One more customer makes nobody's page slower.
#[test]
fn no_statement_in_the_sources_reads_more_rows_as_there_come_to_be_more() {
    let db = migrated();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sqlite");
    let all = statements(&sources);
    assert!(all.len() > 90, "only {} were found", all.len());
    let mut wrong = vec![];
    for (file, sql) in &all {
        let plan = plan(&db, sql);
        if let Some(fault) = fault(sql, &plan) {
            wrong.push(format!("{file}: {fault}\n{sql}\n{plan:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    for (few, _) in FEW {
        let by_hand = |(_, sql): &(String, String)| {
            sql.contains(few)
                && plan(&db, sql)
                    .iter()
                    .any(|step| step.detail.contains("TEMP B-TREE"))
        };
        assert!(all.iter().any(by_hand), "nothing is put in order by {few}");
    }
}

#[test]
fn a_statement_that_reads_a_whole_table_or_a_whole_tenant_is_found() {
    let db = migrated();
    for sql in [
        "select * from portal_outbox where id = ?1",
        "select * from portal_outbox where tenant = ?1 and id = ?2",
        "select * from portal_mirror_order where tenant = ?1 order by version limit ?2",
        "select row from portal_outbox o where tenant = ?1 and topic = ?2 and dead = 0 and ready_at <= ?3
             and not exists (select 1 from portal_outbox e where e.tenant = ?1 and e.line = o.line and e.dead = 0 and (e.row, e.n) < (o.row, o.n))",
        "select p.id from portal_outbox o cross join portal_post p on p.tenant = o.tenant and p.row < o.row where o.tenant = ?1 and o.row = ?2",
    ] {
        assert!(fault(sql, &plan(&db, sql)).is_some(), "{sql}");
    }
}
