use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicI32, AtomicUsize, Ordering},
};

use course_manager::{CourseManager, Payments};
use portal_core::{Id, Listing, Page, accounts::PortalKey, courses::Shelf, order};
use portal_store::sqlite::Sqlite;
use rusqlite::{
    StatementStatus,
    trace::{TraceEvent, TraceEventCodes},
};

use super::{desk, folder, opened, then};

static STATEMENTS: AtomicUsize = AtomicUsize::new(0);

#[expect(clippy::needless_pass_by_value, reason = "as SQLite calls it")]
fn count(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(_, sql) = event
        && sql.trim_start().starts_with("select")
    {
        STATEMENTS.fetch_add(1, Ordering::SeqCst);
    }
}

fn counted() -> usize {
    STATEMENTS.swap(0, Ordering::SeqCst)
}

#[tokio::test]
async fn a_page_of_a_list_is_one_statement() {
    let folder = folder();
    let db = Sqlite::options()
        .readers(1)
        .open(folder.path().join("one.db"));
    let key = PortalKey::new("a key of the manager, for tests only".into()).unwrap();
    let manager = CourseManager::on(db.unwrap(), key, then(), Payments::Sim)
        .await
        .unwrap();
    let desk = desk(&manager, "P-0001").await;
    let traced = manager.db.read(|conn| {
        conn.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(count));
        Ok(())
    });
    traced.await.unwrap();
    let (courses, page) = (desk.courses().unwrap(), Page::default());

    for shelf in [Shelf::Current, Shelf::Completed, Shelf::History] {
        courses.registrations(shelf, &page).await.unwrap();
        assert_eq!(counted(), 1, "registrations {shelf:?}");
    }
    for shelf in [Shelf::Current, Shelf::Completed] {
        let modules = courses.modules(shelf, &page).await.unwrap();
        assert!(!modules.items.is_empty());
        assert_eq!(counted(), 1, "modules {shelf:?}");
    }
    courses.waiting_list(&page).await.unwrap();
    assert_eq!(counted(), 1, "waiting list");
    let orders = desk.orders(&page).await.unwrap();
    assert_eq!((orders.items.len(), counted()), (7, 1), "orders");
    manager.portal.expire_offers().await.unwrap();
    assert_eq!(counted(), 1, "standing offers");
}

static STEPS: AtomicI32 = AtomicI32::new(0);

/// A statement counts its steps over all its runs.
fn note_steps(event: TraceEvent<'_>) {
    if let TraceEvent::Profile(statement, _) = event
        && statement.sql().starts_with("select")
    {
        let steps = statement.get_status(StatementStatus::VmStep);
        STEPS.store(steps, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn who_has_a_hundred_thousand_orders_pays_for_the_page_alone() {
    let folder = folder();
    let db = Sqlite::options()
        .readers(1)
        .open(folder.path().join("many.db"));
    let key = PortalKey::new("a key of the manager, for tests only".into()).unwrap();
    let manager = CourseManager::on(db.unwrap(), key, then(), Payments::Sim)
        .await
        .unwrap();
    let more = |customer: &'static str, orders: u32| {
        let sql = "insert into orders (id, number, placed_at, order_contact, total, currency)
             with recursive n(n) as (select 1 union all select n + 1 from n where n < ?2)
             select ?1 || '-' || n, ?1 || '-' || n, n, ?1, 100, 'EUR' from n";
        manager.db.write(move |tx| {
            let done = tx.execute(sql, (customer, orders));
            done.map_err(portal_store::sqlite::store_error)
        })
    };
    more("P-0002", 60).await.unwrap();
    more("P-0003", 100_000).await.unwrap();
    let traced = manager.db.read(|conn| {
        conn.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(note_steps));
        Ok(())
    });
    traced.await.unwrap();

    let mut costs = vec![];
    for customer in ["P-0002", "P-0003"] {
        let desk = desk(&manager, customer).await;
        let first = Page::default();
        let found = desk.orders(&first).await.unwrap();
        let before = STEPS.load(Ordering::SeqCst);
        let next = first.following(found.next.unwrap());
        let page = desk.orders(&next).await.unwrap();
        assert_eq!(page.items.len(), 20);
        costs.push(STEPS.load(Ordering::SeqCst) - before);
    }
    assert!(costs[0] > 20, "{costs:?}");
    assert_eq!(costs[0], costs[1]);
}

/// Every page of a list, three rows each: no row twice.
macro_rules! all_pages {
    ($page:ident => $list:expr, $id:expr) => {{
        let (mut $page, mut seen, mut rows) = (Page::first(3), BTreeSet::new(), vec![]);
        loop {
            let Listing { items, next, .. } = $list.await.unwrap();
            for row in items {
                let id: String = $id(&row);
                assert!(seen.insert(id.clone()), "{id} twice");
                rows.push(row);
            }
            match next {
                Some(cursor) => $page = $page.following(cursor),
                None => break rows,
            }
        }
    }};
}

#[tokio::test]
async fn lists_hold_all_of_ones_own_and_nothing_else() {
    let folder = folder();
    let manager = opened(&folder).await;
    let mut lengths = [0_u32; 4];
    for n in 0..50 {
        let me = Id::new(format!("P-{:04}", if n == 0 { 1 } else { n * 37 + 9 }));
        let desk = desk(&manager, me.as_str()).await;
        let courses = desk.courses().unwrap();
        let mut registrations = 0;
        for shelf in [Shelf::Current, Shelf::Completed, Shelf::History] {
            let id = |row: &portal_core::courses::RegistrationView| row.registration.id.to_string();
            let rows = all_pages!(page => courses.registrations(shelf, &page), id);
            for row in &rows {
                assert_eq!(row.registration.registrant.id, me);
                assert_eq!(
                    portal_core::courses::shelf(&row.registration, then().0),
                    shelf
                );
            }
            let starts = rows.iter().map(|row| row.registration.session.starts_at);
            match shelf {
                Shelf::Current => assert!(starts.is_sorted()),
                Shelf::Completed | Shelf::History => assert!(starts.rev().is_sorted()),
            }
            registrations += rows.len();
        }
        let mut modules = 0;
        for shelf in [Shelf::Current, Shelf::Completed] {
            let id = |row: &portal_core::courses::ModuleView| row.module.id.to_string();
            let rows = all_pages!(page => courses.modules(shelf, &page), id);
            assert!(rows.iter().all(|row| row.module.registrant == me));
            assert!(rows.is_sorted_by(|one, other| one.module.title <= other.module.title));
            modules += rows.len();
        }
        let id = |row: &portal_core::courses::WaitingView| row.place.id.to_string();
        let waiting = all_pages!(page => courses.waiting_list(&page), id);
        assert!(waiting.iter().all(|row| row.place.contact.id == me));
        let id = |row: &order::OrderView| row.order.id.to_string();
        let orders = all_pages!(page => desk.orders(&page), id);
        assert!(
            orders
                .iter()
                .all(|row| order::may_see(&row.order, desk.viewer()))
        );
        assert!(
            orders
                .iter()
                .rev()
                .is_sorted_by_key(|row| row.order.placed_at)
        );

        let found = [registrations, modules, waiting.len(), orders.len()];
        let found = found.map(|rows| u32::try_from(rows).unwrap());
        assert_eq!(found, there(&manager, &me.to_string()).await, "{me}");
        for (length, more) in lengths.iter_mut().zip(found) {
            *length += more;
        }
    }
    assert!(lengths.iter().all(|length| *length > 3), "{lengths:?}");
}

async fn there(manager: &CourseManager, me: &str) -> [u32; 4] {
    let me = me.to_owned();
    let counts = manager.db.read(move |conn| {
        let count = |sql| {
            let found = conn.query_row(sql, [&me], |row| row.get::<_, u32>(0));
            found.map_err(portal_store::sqlite::store_error)
        };
        Ok([
            count("select count(*) from registration where person = ?1")?,
            count("select count(*) from module where person = ?1")?,
            count("select count(*) from waiting_place where person = ?1 and state in ('waiting', 'offered')")?,
            count("select count(distinct o.id) from orders o left join order_line l on l.order_id = o.id
                 where ?1 in (o.order_contact, o.billing_contact, l.person)")?,
        ])
    });
    counts.await.unwrap()
}
