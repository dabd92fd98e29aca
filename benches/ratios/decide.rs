//! One decision, and the verdicts of a page of twenty rows.
use std::hint::black_box;

use portal_benches::{
    decisions::{Case, now},
    ratio::{Effort, Row, compare, times},
};

fn main() {
    let effort = Effort::asked_for();
    let case = Case::new();
    let (bare, page) = (case.bare(), case.bare_page());
    let at = now();
    let seconds = at.timestamp();
    let plain = |n| times(n, || black_box(&bare).ask(black_box(seconds), "cruz"));

    let asked = compare(effort, |n| times(n, || black_box(&case).ask(at)), plain);
    let what = "may it move there: ten conditions";
    println!("{}", Row::new(what, asked, ">= 0.25"));

    let decided = compare(effort, |n| times(n, || black_box(&case).decide(at)), plain);
    let what = "a transfer decided, surname folded, effects named";
    println!("{}", Row::new(what, decided, "-"));

    let drawn = compare(
        effort,
        |n| times(n, || black_box(&case).page(at)),
        |n| {
            times(n, || {
                let rows = page.iter().flat_map(|row| [row; 5]);
                let asked = rows.map(|row| black_box(row).ask(black_box(seconds), "cruz"));
                asked.fold(0, |all, one| all | one)
            });
        },
    );
    println!(
        "{}",
        Row::new("100 verdicts of a page of 20 rows", drawn, "under 15 us")
    );
}
