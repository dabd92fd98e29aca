//! A transfer committed on `SQLite`, from one caller, from 16 and from 64, and on `PostgreSQL`, from one and from 16.
use portal_benches::{
    postgres::is_here,
    ratio::{Effort, Row, compare},
    transfers::{
        Floor, Ours,
        postgres::{self, Tables},
    },
};

fn main() {
    let effort = Effort::asked_for();
    on_sqlite(effort);
    if is_here() {
        on_postgres(effort, Tables::Mirror, "mirror tables");
        on_postgres(effort, Tables::Hosts, "a host's tables");
    }
}

fn on_postgres(effort: Effort, tables: Tables, whose: &str) {
    let (ours, floor) = (postgres::Ours::open(tables), postgres::Floor::open(tables));
    for (callers, target, from) in [(1, ">= 0.7", "one caller"), (16, ">= 0.8", "16 callers")] {
        let rates = compare(
            effort,
            |n| ours.at_once(n, callers),
            |n| floor.at_once(n, callers),
        );
        let what = format!("a transfer committed on PostgreSQL, {whose}, {from}");
        println!("{}", Row::new(what, rates, target));
    }
}

fn on_sqlite(effort: Effort) {
    let ours = Ours::open();
    let mut floor = Floor::open();
    let alone = compare(effort, |n| ours.alone(n), |n| floor.batches(n, 1));
    println!(
        "{}",
        Row::new("a transfer committed, one caller", alone, ">= 0.7")
    );
    for (callers, target) in [(16, ">= 0.5"), (64, ">= 0.7")] {
        let ours = Ours::open();
        let together = compare(
            effort,
            |n| ours.at_once(n, callers),
            |n| floor.batches(n, callers),
        );
        let what = format!("a transfer committed, {callers} callers");
        println!("{}", Row::new(what, together, target));
    }
}
