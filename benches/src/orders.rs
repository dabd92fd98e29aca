//! A page of twenty orders of a customer who has ten, ten thousand, or a million.
use std::path::Path;

use chrono::{DateTime, Utc};
use portal_core::{Contact, CustomerDesk, Id, Listing, Order, Page, order::Balance, store::Cursor};
use portal_testkit::facts::{contact, eur, today};
use rusqlite::{Connection, params};
use tempfile::TempDir;

use crate::host::Host;

/// The page: one statement, by key.
pub const PAGE: &str = "
    select o.id, o.number, o.placed_at, o.total, o.paid from bench_order_contact c join bench_order o on o.id = c.order_id
    where c.contact = ?1 and (c.placed_at, c.order_id) < (?2, ?3) order by c.placed_at desc, c.order_id desc limit ?4";

/// The customers, and how many orders each has.
pub const CUSTOMERS: [(&str, u32); 3] = [("few", 10), ("many", 10_000), ("most", 1_000_000)];

/// The same database for both: ours through the portal, the floor on a connection of its own.
#[derive(Debug)]
pub struct Shelves {
    runtime: tokio::runtime::Runtime,
    host: Host,
    bare: Connection,
    _dir: TempDir,
}

impl Shelves {
    /// Fills a database; `most` is how many orders the largest customer has.
    #[must_use]
    pub fn fill(most: u32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("orders.db");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let host = runtime.block_on(Host::open(&file));
        insert(&file, most);
        let bare = Connection::open(&file).unwrap();
        Self {
            runtime,
            host,
            bare,
            _dir: dir,
        }
    }

    /// The desk of one customer.
    #[must_use]
    pub fn desk(&self, customer: &str) -> CustomerDesk {
        self.host.desk(&contact(customer))
    }

    /// One page through the portal: the verdicts of every action on every row with it.
    pub fn ours(&self, desk: &CustomerDesk, page: &Page) -> usize {
        let found = self.runtime.block_on(desk.orders(page)).unwrap();
        found.items.len()
    }

    /// The same rows from the same statement.
    pub fn floor(&self, customer: &str, before: (i64, &str)) -> usize {
        let mut statement = self.bare.prepare_cached(PAGE).unwrap();
        let rows = statement
            .query_map(params![customer, before.0, before.1, 21], |row| {
                let id: String = row.get(0)?;
                let number: String = row.get(1)?;
                let (placed, total, paid): (i64, i64, i64) =
                    (row.get(2)?, row.get(3)?, row.get(4)?);
                Ok((id, number, placed, total, paid))
            })
            .unwrap();
        rows.map(Result::unwrap).take(20).count()
    }
}

/// Where a page begins that starts after the `n`-th order of somebody.
#[must_use]
pub fn after(n: u32) -> (i64, String) {
    (placed(n), format!("o{n:07}"))
}

/// The same, as a page.
#[must_use]
pub fn page_after(n: u32) -> Page {
    let (at, id) = after(n);
    Page::first(20).following(Cursor::new(format!("{at}|{id}")))
}

/// Before the first.
pub const START: (i64, &str) = (i64::MAX, "");

/// The statement, and rows into facts.
///
/// # Errors
/// When the database cannot be read.
pub fn page(db: &Connection, of: &Id<Contact>, page: &Page) -> rusqlite::Result<Listing<Order>> {
    let after = page.after.as_ref().and_then(|c| c.as_str().split_once('|'));
    let (at, id) = after.map_or(START, |(at, id)| (at.parse().unwrap_or(i64::MAX), id));
    let mut statement = db.prepare_cached(PAGE)?;
    let limit = page.size.get() + 1;
    let rows = statement.query_map(params![of.as_str(), at, id, limit], |row| {
        let (id, number): (String, String) = (row.get(0)?, row.get(1)?);
        let placed = DateTime::from_timestamp(row.get(2)?, 0).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let (total, paid) = (eur(row.get(3)?), eur(row.get(4)?));
        let balance = Balance::new(total, paid).unwrap_or(Balance::unpaid(total));
        Ok(Order::new(Id::new(id), number, placed, of.clone(), total).with_balance(balance))
    })?;
    let found = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Listing::cut(found, page, |order| {
        let at = order.placed_at.timestamp();
        Cursor::new(format!("{at}|{}", order.id))
    }))
}

fn placed(n: u32) -> i64 {
    today().timestamp() - i64::from(n) * 60
}

fn insert(file: &Path, most: u32) {
    let mut db = Connection::open(file).unwrap();
    let tx = db.transaction().unwrap();
    {
        let mut order = tx
            .prepare("insert into bench_order values (?, ?, ?, 12000, ?)")
            .unwrap();
        let mut of = tx
            .prepare("insert into bench_order_contact values (?, ?, ?)")
            .unwrap();
        for n in 0..most {
            let id = format!("o{n:07}");
            let paid = if n % 2 == 0 { 12_000 } else { 0 };
            order
                .execute(params![id, format!("SO-{n}"), placed(n), paid])
                .unwrap();
            for (customer, count) in CUSTOMERS {
                if n < count {
                    of.execute(params![customer, placed(n), id]).unwrap();
                }
            }
        }
    }
    tx.commit().unwrap();
}
