//! A webhook checked and read by each adapter that has them; and one kept on `SQLite`, from the bytes to the commit.
use portal_benches::{
    ratio::{Effort, Row, compare, compare_filled},
    webhooks::{Bare, Kept, Post},
};

fn main() {
    let effort = Effort::asked_for();
    for post in Post::all() {
        let rates = compare(effort, |n| post.read(n), |n| post.floor(n));
        let what = format!("a webhook of {} checked and read", post.provider());
        println!("{}", Row::new(what, rates, "-"));
    }
    let n = effort.scaled(2_000);
    let (mut ours, mut floor) = (Kept::on_sqlite(), Bare::on_sqlite());
    let rates = compare_filled(effort, n, &mut ours, &mut floor);
    println!(
        "{}",
        Row::new("a webhook of Stripe kept on SQLite", rates, ">= 0.8")
    );
}
