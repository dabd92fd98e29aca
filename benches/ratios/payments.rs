//! A payment begun, opened and settled, one after the other, on `SQLite` and on `PostgreSQL`.
use portal_benches::{
    payments::{OnPostgres, OnSqlite, Ours},
    postgres,
    ratio::{Effort, Row, compare_filled},
};

fn main() {
    let effort = Effort::asked_for();
    let n = effort.scaled(500);
    let (mut ours, mut floor) = (Ours::on_sqlite(), OnSqlite::open());
    let rates = compare_filled(effort, n, &mut ours, &mut floor);
    let what = "a payment begun, opened and settled on SQLite";
    println!("{}", Row::new(what, rates, ">= 0.7"));
    if !postgres::is_here() {
        return;
    }
    let (mut ours, mut floor) = (Ours::on_postgres(), OnPostgres::open());
    let rates = compare_filled(effort, n, &mut ours, &mut floor);
    let what = "a payment begun, opened and settled on PostgreSQL";
    println!("{}", Row::new(what, rates, ">= 0.7"));
}
