//! A transfer committed on `SQLite`, from one caller, from 16 and from 64.
use portal_benches::{
    ratio::{Effort, Row, compare},
    transfers::{Floor, Ours},
};

fn main() {
    let effort = Effort::asked_for();
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
