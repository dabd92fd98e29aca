//! An outbox of 10,000 effects worked off, on each store; and on `PostgreSQL` by four dispatchers beside one.
use portal_benches::{
    drain::{Ours, bare},
    postgres::is_here,
    ratio::{Effort, Row, compare_filled},
};

fn main() {
    let effort = Effort::asked_for();
    let n = effort.scaled(10_000);
    let (mut ours, mut floor) = (Ours::on_sqlite(), bare::OnSqlite::open());
    let rates = compare_filled(effort, n, &mut ours, &mut floor);
    println!(
        "{}",
        Row::new(format!("{n} effects worked off on SQLite"), rates, ">= 0.7")
    );
    if !is_here() {
        return;
    }
    let (mut ours, mut floor) = (Ours::on_postgres(1), bare::OnPostgres::open());
    let rates = compare_filled(effort, n, &mut ours, &mut floor);
    println!(
        "{}",
        Row::new(
            format!("{n} effects worked off on PostgreSQL"),
            rates,
            ">= 0.7"
        )
    );
    let (mut four, mut one) = (Ours::on_postgres(4), ours);
    let rates = compare_filled(effort, n, &mut four, &mut one);
    let what = format!("{n} effects worked off on PostgreSQL, four dispatchers beside one");
    println!("{}", Row::new(what, rates, ">= 2"));
}
