//! The simulation of settlement over real files: payers, webhooks, refunds and crashes in any order, and the books must say what happened.
//!
//! `PORTAL_SEEDS` plays more seeds, or rounds of a rush.
//!
//! And a night without a mail server; `PORTAL_MESSAGES=10000` is the long one.
#![cfg(all(
    feature = "accounting",
    feature = "accounts",
    feature = "mirror",
    feature = "sqlite"
))]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and says what it saw"
)]
#[expect(
    dead_code,
    reason = "nobody's host is moody here, and nothing is opened anew"
)]
#[expect(clippy::expect_used, reason = "a test stops at the first surprise")]
#[path = "../mirrored/mod.rs"]
mod mirrored;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
#[expect(clippy::expect_used, reason = "a test stops at the first surprise")]
#[path = "../postgres_server/mod.rs"]
mod server;
mod sqlite;

use std::sync::Arc;

use portal_testkit::{
    World,
    outage::{self, Night},
    settling::{Ground, Rule, Tally},
};
use tokio::runtime::{Builder, Runtime};

/// As many threads as a small host has.
fn threads() -> Arc<Runtime> {
    let mut several = Builder::new_multi_thread();
    Arc::new(several.worker_threads(4).enable_all().build().unwrap())
}

/// So many seeds, or as many as the environment says.
fn seeds(so_many: u64) -> u64 {
    let told = std::env::var("PORTAL_SEEDS").ok();
    told.and_then(|told| told.parse().ok()).unwrap_or(so_many)
}

/// Plays them all, each on a ground of its own, and answers how many and what happened.
fn all_play(so_many: u64, mut ground: impl FnMut(u64) -> Ground) -> (u64, Tally) {
    let (all, mut sum) = (seeds(so_many), Tally::default());
    for seed in 0..all {
        match ground(seed).play(seed, None) {
            Ok(tally) => sum += tally,
            Err(broken) => panic!("seed {seed}: {broken}"),
        }
    }
    println!("{all} seeds: {sum:?}");
    (all, sum)
}

/// What went well proves something only where enough happened.
fn enough_was_paid((all, sum): (u64, Tally)) {
    assert!(sum.paid > all, "too little happened: {sum:?}");
}

/// With books less is paid here, and more happens there.
fn enough_was_exported((all, sum): (u64, Tally)) {
    let paid = sum.paid > all / 2;
    let there = [sum.invoices, sum.connected].iter().all(|n| *n > all / 2);
    let posted = sum.posted > all / 8;
    assert!(paid && there && posted, "too little happened: {sum:?}");
}

fn all_rush(so_many: u64, ground: &Ground) {
    for round in 0..seeds(so_many) {
        let rush = ground.rush(round, None);
        let rush = rush.unwrap_or_else(|broken| panic!("round {round}: {broken}"));
        assert_eq!(rush.same_page + rush.told_to_wait, 8);
    }
}

/// Without the rule that stands there, it is noticed.
fn goes_wrong(rule: Rule, mut ground: impl FnMut(u64) -> Ground) {
    let wrong = (0..1_500).find(|seed| ground(*seed).play(*seed, Some(rule)).is_err());
    println!("without {rule:?}: seed {wrong:?}");
    assert!(wrong.is_some(), "without {rule:?} nothing goes wrong");
}

/// In the morning everybody has their messages.
fn a_night_passes(world: &dyn World, on: &Runtime) {
    let told = std::env::var("PORTAL_MESSAGES").ok();
    let messages = told.map_or(300, |told| told.parse().unwrap());
    let tally = on.block_on(Night::of(messages).play(world)).unwrap();
    assert!(tally.unheard > 0, "too little happened: {tally}");
    println!("{tally}");
}

/// Without that rule of the outbox, it is noticed.
fn a_night_goes_wrong(rule: outage::Rule, world: &dyn World, on: &Runtime) {
    let night = Night::of(160).without(rule);
    let broken = on.block_on(night.play(world)).unwrap_err();
    println!("without {rule:?}: {broken}");
}
