//! A sign-in without the hash, a request of somebody who is signed in, and the rule behind both; on each store, from one caller and from 16.
use std::hint::black_box;

use portal_benches::{
    access::{Door, postgres, rule, sqlite},
    postgres::is_here,
    ratio::{Effort, Row, compare, times},
};

fn main() {
    let effort = Effort::asked_for();
    rule(effort);
    on_sqlite(effort);
    if is_here() {
        on_postgres(effort);
    }
}

fn rule(effort: Effort) {
    let case = rule::Case::new();
    let asked = compare(
        effort,
        |n| times(n, || black_box(&case).ask()),
        |n| times(n, || black_box(&case).flags()),
    );
    let what = "may they use the portal: eleven conditions";
    println!("{}", Row::new(what, asked, ">= 0.25"));
}

fn on_sqlite(effort: Effort) {
    let (ours, mut floor) = (Door::on_sqlite(), sqlite::Floor::open());
    for (callers, target) in [(1, ">= 0.7"), (16, ">= 0.5")] {
        let entered = compare(
            effort,
            |n| ours.sign_in(n, callers),
            |n| floor.sign_in(n, callers),
        );
        println!("{}", row("a sign-in", "SQLite", callers, entered, target));
    }
    for callers in [1, 16] {
        let known = compare(effort, |n| ours.resume(n, callers), |n| floor.resume(n));
        println!(
            "{}",
            row("a session checked", "SQLite", callers, known, "-")
        );
    }
}

fn on_postgres(effort: Effort) {
    let (ours, floor) = (Door::on_postgres(), postgres::Floor::open());
    for (callers, target) in [(1, ">= 0.7"), (16, ">= 0.8")] {
        let entered = compare(
            effort,
            |n| ours.sign_in(n, callers),
            |n| floor.sign_in(n, callers),
        );
        println!(
            "{}",
            row("a sign-in", "PostgreSQL", callers, entered, target)
        );
        let known = compare(
            effort,
            |n| ours.resume(n, callers),
            |n| floor.resume(n, callers),
        );
        println!(
            "{}",
            row("a session checked", "PostgreSQL", callers, known, target)
        );
    }
}

fn row(what: &str, on: &str, callers: usize, rates: (f64, f64), target: &str) -> Row {
    let callers = match callers {
        1 => "one caller".to_owned(),
        more => format!("{more} callers"),
    };
    Row::new(format!("{what} on {on}, {callers}"), rates, target)
}
