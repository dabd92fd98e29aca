//! An invoice put into words, by our templates and by the engine alone.
use portal_benches::{
    letters::{Bare, Ours},
    ratio::{Effort, Row, compare, times},
};

fn main() {
    let ours = Ours::new();
    let floor = Bare::of(&ours.write());
    let rates = compare(
        Effort::asked_for(),
        |n| times(n, || ours.write()),
        |n| times(n, || floor.write()),
    );
    let what = "an invoice in words: subject, text and HTML";
    println!("{}", Row::new(what, rates, ">= 0.1"));
}
