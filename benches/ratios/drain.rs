//! An outbox of 10,000 effects worked off, on each store, told to the host and sent as mail; on `PostgreSQL` by four dispatchers beside one; and messages that
//! wait in line for their readers beside messages that do not.
use portal_benches::{
    drain::{Ours, Owes, bare},
    postgres::is_here,
    ratio::{Effort, Row, compare_filled},
};

fn main() {
    let effort = Effort::asked_for();
    let n = effort.scaled(10_000);
    for (owes, things) in [(Owes::PlacesFreed, "effects"), (Owes::Messages, "messages")] {
        let (mut ours, mut floor) = (Ours::on_sqlite(owes), bare::OnSqlite::open(owes));
        let rates = compare_filled(effort, n, &mut ours, &mut floor);
        let what = format!("{n} {things} worked off on SQLite");
        println!("{}", Row::new(what, rates, ">= 0.7"));
        if owes == Owes::Messages {
            in_line(
                effort,
                n,
                "SQLite",
                &mut Ours::on_sqlite(IN_LINE),
                &mut ours,
            );
        }
        if !is_here() {
            continue;
        }
        let (mut ours, mut floor) = (Ours::on_postgres(owes, 1), bare::OnPostgres::open(owes));
        let rates = compare_filled(effort, n, &mut ours, &mut floor);
        let what = format!("{n} {things} worked off on PostgreSQL");
        println!("{}", Row::new(what, rates, ">= 0.7"));
        if owes == Owes::PlacesFreed {
            let (mut four, mut one) = (Ours::on_postgres(owes, 4), ours);
            let rates = compare_filled(effort, n, &mut four, &mut one);
            let what =
                format!("{n} {things} worked off on PostgreSQL, four dispatchers beside one");
            println!("{}", Row::new(what, rates, ">= 2"));
        } else {
            let mut lined = Ours::on_postgres(IN_LINE, 1);
            in_line(effort, n, "PostgreSQL", &mut lined, &mut ours);
        }
    }
}

const IN_LINE: Owes = Owes::MessagesInLine;

/// Whoever waits for another is passed over each time the first are looked for, which costs; where all that were owed before are read for each of them, it is a
/// hundredth of the rate and less.
fn in_line(effort: Effort, n: usize, on: &str, lined: &mut Ours, free: &mut Ours) {
    let rates = compare_filled(effort, n, lined, free);
    let what = format!(
        "{n} messages worked off on {on}, five to a reader, beside as many to as many readers"
    );
    println!("{}", Row::new(what, rates, ">= 0.3"));
}
